"""The port for many people at once: what a roll-out asks of the tenant, in few calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.domain.errors import TenantError
from services.domain.person import Person
from services.ports.directory import Licences
from services.ports.telephony import VoiceConfiguration


class Crowd(Protocol):
    """Reads and joins for hundreds of people, under the tenant's quota.

    Each person has an answer or an error of their own; nobody's error spoils the others' answers. Raises
    TenantBusy when even patience got no answer, and NotPermitted when nothing at all may be asked.
    """

    async def people(self, keys: Sequence[str]) -> Mapping[str, Person | TenantError]:
        """People by object id or user principal name, as asked; PersonUnknown for who is not there."""
        ...

    async def memberships(self, person_ids: Sequence[str]) -> Mapping[str, Mapping[str, str] | TenantError]:
        """Ids and names of the groups that each is a direct member of."""
        ...

    async def licences(self, person_ids: Sequence[str]) -> Mapping[str, Licences | TenantError]:
        """What each is licensed for."""
        ...

    async def configurations(
        self, person_ids: Sequence[str]
    ) -> Mapping[str, VoiceConfiguration | TenantError | None]:
        """What Teams has configured for each; None for whom Teams does not know."""
        ...

    async def add_members(self, group_id: str, person_ids: Sequence[str]) -> Mapping[str, bool | TenantError]:
        """Make each a member; whether that changed anything (False: they were one already).

        A doubtful answer is resolved by reading back. GroupRefusesMembers and GroupUnknown stand for everyone
        whom they keep out.
        """
        ...
