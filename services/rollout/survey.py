"""Reading from the tenant, for many people at once, what their change of persona starts from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from services.domain.errors import TenantError
from services.domain.person import Person
from services.domain.persona import Catalogue, Persona
from services.ports import Crowd, Directory, Group
from services.provisioning.persona_is import PersonaIs, groups_of, held_by

Found = Mapping[str, PersonaIs | TenantError]


async def survey_crowd(
    directory: Directory, crowd: Crowd, people: Sequence[Person], catalogue: Catalogue, chosen: Persona
) -> Found:
    """What is there for each person, by id, or what the tenant said instead.

    Whose group is left without members is not looked at: with hundreds who move, that is a question about
    the whole list. Raises TenantBusy, NotPermitted, GroupUnknown, GroupAmbiguous.
    """
    ids = [person.id for person in people]
    memberships, licences, voices, subscriptions = await asyncio.gather(
        crowd.memberships(ids), crowd.licences(ids), crowd.configurations(ids), directory.subscriptions()
    )
    bought = {sku.part_number.casefold(): sku for sku in subscriptions}
    names = {
        person_id: groups_of((*(held := held_by(catalogue, found)), *catalogue.after(held, chosen)))
        for person_id, found in memberships.items()
        if not isinstance(found, TenantError)
    }
    groups = await _groups(directory, names.values())

    def of(person: Person) -> PersonaIs | TenantError:
        member_of, licensed, voice = memberships[person.id], licences[person.id], voices[person.id]
        if isinstance(member_of, TenantError):
            return member_of
        if isinstance(licensed, TenantError):
            return licensed
        if isinstance(voice, TenantError):
            return voice
        return PersonaIs(
            person=person,
            catalogue=catalogue,
            chosen=chosen,
            memberships=member_of,
            groups={name.casefold(): groups[name.casefold()] for name in names[person.id]},
            licences=licensed,
            bought=bought,
            voice=voice,
        )

    return {person.id: of(person) for person in people}


async def _groups(directory: Directory, names: Iterable[Sequence[str]]) -> dict[str, Group]:
    """Every group that anybody's change is about, each looked for once."""
    wanted = {name.casefold(): name for some in names for name in some}
    groups = await asyncio.gather(*(directory.group_named(name) for name in wanted.values()))
    return dict(zip(wanted, groups, strict=True))
