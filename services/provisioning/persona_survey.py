"""Reading from the tenant what a change of persona starts from."""

from __future__ import annotations

import asyncio

from services.domain.person import Person
from services.domain.persona import Catalogue, Persona
from services.ports import Directory, Group, Telephony
from services.provisioning.persona_is import PersonaIs, groups_of, held_by


async def survey_persona(
    directory: Directory,
    telephony: Telephony,
    person: Person,
    catalogue: Catalogue,
    chosen: Persona,
    ends: tuple[str, ...] = (),
) -> PersonaIs:
    """What is there for this person and persona; ``ends`` are personas that end also if not held any more.

    Raises TenantBusy, NotPermitted, GroupUnknown, GroupAmbiguous, PersonUnknown.
    """
    memberships, licences, subscriptions, voice = await asyncio.gather(
        directory.memberships(person.id),
        directory.licences(person.id),
        directory.subscriptions(),
        telephony.configuration(person.id),
    )
    held = held_by(catalogue, memberships)
    target = catalogue.after(held, chosen)
    ended = tuple(filter(None, map(catalogue.named, ends)))
    names = groups_of((*held, *target, *ended))
    found = await asyncio.gather(*(directory.group_named(name) for name in names))
    groups = {name.casefold(): group for name, group in zip(names, found, strict=True)}
    wanted = {name.casefold() for name in groups_of(target)}
    left = [group for name, group in groups.items() if name not in wanted and group.id in memberships]
    return PersonaIs(
        person=person,
        catalogue=catalogue,
        chosen=chosen,
        memberships=memberships,
        groups=groups,
        licences=licences,
        bought={sku.part_number.casefold(): sku for sku in subscriptions},
        voice=voice,
        alone=await _alone(directory, left, person.id),
        ends=ends,
    )


async def _alone(directory: Directory, groups: list[Group], person_id: str) -> frozenset[str]:
    others = await asyncio.gather(*(directory.has_other_members(group.id, person_id) for group in groups))
    return frozenset(group.id for group, has_others in zip(groups, others, strict=True) if not has_others)
