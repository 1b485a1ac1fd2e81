"""Whom the approval rules name, held against the tenant: groups with people in them, and who can decide."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.domain.approval_rule import Asked, Role, Rulebook
from services.domain.errors import TenantRefused
from services.domain.person import Person
from services.ports import Group
from services.written.findings import Finding, Level, Path
from services.written.looking_up import People, decides, look_up

MOST = 25
"""People whom one stage asks at most."""

OWNERS, MEMBERS = Role.GROUP_OWNERS, Role.GROUP_MEMBERS

_Key = tuple[str, Role | None]
"""A group's name, and which of its people count; None for the members of an assistants' group."""


class Directory(People, Protocol):
    """What is asked of the port Directory."""

    async def group_named(self, name: str) -> Group:
        """The only group of that display name. Raises GroupUnknown, GroupAmbiguous."""
        ...

    async def group_owners(self, group_id: str) -> Sequence[Person]:
        """Users who own the group."""
        ...

    async def group_members(self, group_id: str, limit: int) -> Sequence[Person]:
        """Users who are in the group, at most ``limit``."""
        ...


@dataclass(frozen=True, slots=True)
class _Named:
    """What a rulebook names, and where: people by sign-in name, groups by name and by who of them counts."""

    people: list[tuple[Path, str]] = field(default_factory=list)
    groups: list[tuple[Path, str, Role | None]] = field(default_factory=list)


async def against(
    rulebook: Rulebook, directory: Directory, *, unsound: Collection[int] = ()
) -> list[Finding]:
    """Everybody and every group that the tenant does not have, or who cannot decide.

    Raises TenantBusy and NotPermitted. ``unsound`` are places of rules that could not be read.
    """
    named = _named(rulebook, unsound)
    people = {name.casefold(): name for _, name in reversed(named.people)}
    groups = {(name.casefold(), role): name for _, name, role in reversed(named.groups)}

    async def person(key: str) -> Person:
        return await directory.person(people[key])

    async def people_of(key: _Key) -> Sequence[Person]:
        group = await directory.group_named(groups[key])
        if key[1] is OWNERS:
            return await directory.group_owners(group.id)
        return await directory.group_members(group.id, MOST + 1)

    known = await look_up(people, person)
    filled = await look_up(groups, people_of)
    found = [one for path, name in named.people for one in decides(path, known[name.casefold()])]
    for path, name, role in named.groups:
        found += _group(path, name, role, filled[name.casefold(), role])
    return found


def _named(rulebook: Rulebook, unsound: Collection[int]) -> _Named:
    named = _Named()
    named.groups.extend((("assistants", at), name, None) for at, name in enumerate(rulebook.assistants))
    for part, owned in (("cost_centres", rulebook.cost_centres), ("queues", rulebook.queues)):
        for key, people in owned.items():
            named.people.extend(((part, key, at), name) for at, name in enumerate(people))
    for place, rule in enumerate(rulebook.rules):
        for at, stage in enumerate(rule.stages if place not in unsound else ()):
            for spot, asked in enumerate(stage.asks):
                _add(named, ("rules", place, "stages", at, "asks", spot), asked)
    return named


def _add(named: _Named, path: Path, asked: Asked) -> None:
    if asked.role is Role.PEOPLE:
        named.people.extend(((*path, "people", at), name) for at, name in enumerate(asked.names))
    elif asked.role in {OWNERS, MEMBERS}:
        named.groups.extend(((*path, asked.role.value), name, asked.role) for name in asked.names)


def _group(
    path: Path, name: str, role: Role | None, found: Sequence[Person] | TenantRefused
) -> Iterator[Finding]:
    if isinstance(found, TenantRefused):
        yield Finding(path=path, what=found.sentence, advice="Create it in Entra, or mend the name.")
        return
    who = "owner" if role is OWNERS else "member"
    if not found:
        yield Finding(
            path=path,
            level=Level.WARNING if role is None else Level.ERROR,
            what=f"The group {name} has no {who}.",
            advice="Add somebody in Entra, or name another group.",
        )
    elif not any(person.can_work for person in found):
        yield Finding(
            path=path,
            what=f"No {who} of {name} can decide: all are guests or disabled.",
            advice="Add somebody in Entra, or name another group.",
        )
    elif role is MEMBERS and len(found) > MOST:
        yield Finding(
            path=path,
            level=Level.WARNING,
            what=f"{name} has more than {MOST} members, and a stage asks no more than {MOST}.",
            advice="Name a smaller group.",
        )
