"""What a catalogue promises, held against the tenant: groups, policies and licences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.catalogue.mapping import policy_path
from services.domain.errors import GroupAmbiguous, GroupUnknown, PolicyUnknown, TenantRefused
from services.domain.person import Person
from services.domain.persona import Catalogue, Persona
from services.ports import Group, Subscription
from services.written.findings import Finding, Level, Path
from services.written.looking_up import People, decides, look_up


class Groups(People, Protocol):
    """What is asked of the port Directory."""

    async def group_named(self, name: str) -> Group:
        """The only group of that display name. Raises GroupUnknown, GroupAmbiguous."""
        ...

    async def group_licences(self, group_id: str) -> frozenset[str]:
        """Ids of the SKUs that membership of the group brings."""
        ...

    async def subscriptions(self) -> Sequence[Subscription]:
        """Everything that the organisation has bought."""
        ...


class Policies(Protocol):
    """What is asked of the port Telephony."""

    async def policy_id(self, policy_type: str, name: str) -> str:
        """The id of a policy. Raises PolicyUnknown."""
        ...


@dataclass(frozen=True, slots=True)
class _Brought:
    """A group of the tenant, with the SKUs that it brings."""

    group: Group
    skus: frozenset[str]


async def against(
    catalogue: Catalogue, directory: Groups, telephony: Policies, *, unsound: Collection[int] = ()
) -> list[Finding]:
    """Everything that the tenant does not have, or has otherwise.

    Raises TenantBusy and NotPermitted. ``unsound`` are places of personas of which a part is not known.
    """
    names = {(group.casefold(),): group for persona in catalogue for group in persona.memberships}
    policies = {(kind, name.casefold()): name for one in catalogue for kind, name in one.policies.items()}
    owners = {one.owner.casefold(): one.owner for one in catalogue if one.owner}

    async def find_group(key: tuple[str]) -> _Brought:
        group = await directory.group_named(names[key])
        return _Brought(group, await directory.group_licences(group.id))

    async def find_policy(key: tuple[str, str]) -> str:
        return await telephony.policy_id(key[0], policies[key])

    async def find_owner(key: str) -> Person:
        return await directory.person(owners[key])

    groups = await look_up(names, find_group)
    assigned = await look_up(policies, find_policy)
    deciders = await look_up(owners, find_owner)
    bought = {one.part_number.casefold(): one for one in await directory.subscriptions()}
    found: list[Finding] = []
    for place, persona in enumerate(catalogue):
        at: Path = ("personas", place)
        found += _groups(at, persona, groups)
        found += _policies(at, persona, assigned)
        if persona.owner:
            found += decides((*at, "owner"), deciders[persona.owner.casefold()])
        found += _licences(at, persona, groups, bought, is_whole=place not in unsound)
    return found


def _groups(
    at: Path, persona: Persona, groups: dict[tuple[str], _Brought | TenantRefused]
) -> Iterator[Finding]:
    fields = (("groups", persona.groups), ("teams", persona.teams))
    for field, place, name in ((field, *one) for field, names in fields for one in enumerate(names)):
        path, found = (*at, field, place), groups[name.casefold(),]
        if isinstance(found, GroupUnknown):
            yield Finding(path=path, what=found.sentence, advice="Create it in Entra, or mend the name.")
        elif isinstance(found, GroupAmbiguous):
            yield Finding(path=path, what=found.sentence, advice="Give the group a name of its own.")
        elif isinstance(found, TenantRefused):
            yield Finding(path=path, what=found.sentence)
        elif field == "groups" and found.group.is_collaboration:
            yield Finding(
                path=path,
                level=Level.WARNING,
                what=f"{name} is also a Microsoft 365 group or a team, with files and conversations.",
                advice="Who changes persona would lose them: use a security group for nothing else.",
            )


def _policies(
    at: Path, persona: Persona, assigned: dict[tuple[str, str], str | TenantRefused]
) -> Iterator[Finding]:
    for kind, name in persona.policies.items():
        found = assigned[kind, name.casefold()]
        if isinstance(found, TenantRefused):
            advice = "Create it in Teams, or mend the name." if isinstance(found, PolicyUnknown) else ""
            yield Finding(path=(*at, *policy_path(kind)), what=found.sentence, advice=advice)


def _licences(
    at: Path,
    persona: Persona,
    groups: dict[tuple[str], _Brought | TenantRefused],
    bought: dict[str, Subscription],
    *,
    is_whole: bool,
) -> Iterator[Finding]:
    own = [groups[name.casefold(),] for name in persona.memberships]
    known = [one for one in own if isinstance(one, _Brought)]
    brought = {sku for one in known for sku in one.skus}
    promised: set[str] = set()
    for place, part_number in enumerate(persona.licences):
        path = (*at, "licences", place)
        sku = bought.get(part_number.casefold())
        if sku is None:
            yield Finding(
                path=path,
                what=f"The organisation has not bought {part_number}.",
                advice="Buy it, or mend the part number: a price list shows another name.",
            )
            continue
        promised.add(sku.sku_id)
        if sku.sku_id not in brought and is_whole and len(known) == len(own):
            yield Finding(
                path=path,
                what=f"No group of the persona brings {part_number}.",
                advice=f"Assign the licence to {persona.groups[0]} in the Microsoft 365 admin center.",
            )
    if is_whole:
        yield from _unsaid(at, sorted(brought - promised), bought.values())


def _unsaid(at: Path, skus: Sequence[str], bought: Iterable[Subscription]) -> Iterator[Finding]:
    names = {one.sku_id: one.part_number for one in bought}
    if skus:
        yield Finding(
            path=(*at, "licences"),
            level=Level.WARNING,
            what=f"Its groups also bring {', '.join(names.get(sku, sku) for sku in skus)}.",
            advice="Name it among the licences, or take it from the group.",
        )
