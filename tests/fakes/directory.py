"""The port Directory on the tenant in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.domain.errors import (
    AppNotInCatalogue,
    GroupAmbiguous,
    GroupRefusesMembers,
    GroupUnknown,
    PersonUnknown,
)
from services.domain.person import Person
from services.ports import Availability, Group, Licences, Subscription
from tests.fakes.tenant import FakeGroup, FakeTenant

NAMES = {
    "city": "city",
    "country": "country",
    "department": "department",
    "employeeType": "employee_type",
    "jobTitle": "job_title",
    "officeLocation": "office_location",
}

CHAIN_LEVELS = 10


class FakeDirectory:
    """People, groups and licences. It has no app catalogue."""

    def __init__(self, tenant: FakeTenant) -> None:
        self._tenant = tenant

    async def person(self, person_id: str) -> Person:
        self._tenant.weather()
        return self._person(person_id)

    async def management_chain(self, person_id: str) -> Sequence[Person]:
        self._tenant.weather()
        below = self._person(person_id)
        chain: list[Person] = []
        above = self._tenant.managers.get(below.id)
        while above and len(chain) < CHAIN_LEVELS and above not in {below.id, *(m.id for m in chain)}:
            chain.append(self._person(above))
            above = self._tenant.managers.get(above)
        return tuple(chain)

    async def search(self, words: str, limit: int) -> Sequence[Person]:
        self._tenant.weather()
        wanted = " ".join(words.split()).casefold()
        found = [p for p in self._tenant.people.values() if wanted and _is_found_by(p, wanted)]
        return tuple(sorted(found, key=lambda person: person.display_name.casefold())[: max(limit, 0)])

    async def availability(self, person_id: str) -> Availability:
        self._tenant.weather()
        return self._tenant.availability(person_id)

    async def group_owners(self, group_id: str) -> Sequence[Person]:
        self._tenant.weather()
        return tuple(self._person(person_id) for person_id in self._group(group_id).owners)

    async def group_members(self, group_id: str, limit: int) -> Sequence[Person]:
        self._tenant.weather()
        members = [self._person(person_id) for person_id in self._group(group_id).members]
        return tuple(members[: max(limit, 0)])

    async def group_named(self, name: str) -> Group:
        self._tenant.weather()
        found = [g.group for g in self._tenant.groups.values() if g.group.name.lower() == name.lower()]
        if not found:
            raise GroupUnknown(group=name)
        if len(found) > 1:
            raise GroupAmbiguous(group=name, count=len(found))
        return found[0]

    async def group_licences(self, group_id: str) -> frozenset[str]:
        self._tenant.weather()
        return frozenset(self._group(group_id).skus)

    async def is_member(self, group_id: str, person_id: str) -> bool:
        self._tenant.weather()
        self._person(person_id)
        return person_id in self._group(group_id).members

    async def memberships(self, person_id: str) -> Mapping[str, str]:
        self._tenant.weather()
        self._person(person_id)
        groups = self._tenant.groups.values()
        return {found.group.id: found.group.name for found in groups if person_id in found.members}

    async def has_other_members(self, group_id: str, person_id: str) -> bool:
        self._tenant.weather()
        return bool(set(self._group(group_id).members) - {person_id})

    async def set_attributes(self, person_id: str, attributes: Mapping[str, str | None]) -> None:
        """Nothing follows: it has no groups with rules."""
        self._tenant.weather()
        words: dict[str, Any] = {NAMES[name]: value for name, value in attributes.items()}
        self._tenant.people[person_id] = replace(self._person(person_id), **words)
        self._tenant.lost_answer()

    async def add_member(self, group_id: str, person_id: str) -> bool:
        self._tenant.weather()
        group = self._by_hand(group_id)
        self._person(person_id)
        if person_id in group.members:
            return False
        group.members[person_id] = self._tenant.clock.now()
        self._tenant.ledger.append(("joined", group.group.name, person_id))
        self._tenant.lost_answer()
        return True

    async def remove_member(self, group_id: str, person_id: str) -> bool:
        self._tenant.weather()
        group = self._by_hand(group_id)
        if group.members.pop(person_id, None) is None:
            return False
        self._tenant.ledger.append(("left", group.group.name, person_id))
        self._tenant.lost_answer()
        return True

    async def licences(self, person_id: str) -> Licences:
        self._tenant.weather()
        self._person(person_id)
        return self._tenant.licences(person_id)

    async def subscriptions(self) -> Sequence[Subscription]:
        self._tenant.weather()
        return [
            replace(sku, consumed=len(self._tenant.holders(sku.sku_id))) for sku in self._tenant.skus.values()
        ]

    async def install_app(self, person_id: str) -> str | None:
        self._tenant.weather()
        self._person(person_id)
        raise AppNotInCatalogue

    def _person(self, key: str) -> Person:
        people = self._tenant.people
        if key in people:
            return people[key]
        wanted = key.casefold()
        found = next((one for one in people.values() if one.user_principal_name.casefold() == wanted), None)
        if found is None:
            raise PersonUnknown(who=key)
        return found

    def _group(self, group_id: str) -> FakeGroup:
        try:
            return self._tenant.groups[group_id]
        except KeyError:
            raise GroupUnknown(group=group_id) from None

    def _by_hand(self, group_id: str) -> FakeGroup:
        group = self._group(group_id)
        if not group.group.takes_members:
            raise GroupRefusesMembers(
                group=group.group.name, words="Insufficient privileges to complete the operation."
            )
        return group


def _is_found_by(person: Person, wanted: str) -> bool:
    addresses = {person.user_principal_name.casefold(), (person.mail or "").casefold()}
    return person.display_name.casefold().startswith(wanted) or wanted in addresses
