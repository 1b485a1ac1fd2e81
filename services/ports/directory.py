"""The port to Entra ID: people, groups and licences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from services.domain.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An Entra group. ``takes_members`` is False for groups that only a rule or another system fills.

    ``is_collaboration`` is True for Microsoft 365 groups and teams: membership opens files and conversations.
    """

    id: str
    name: str
    is_dynamic: bool
    takes_members: bool
    membership_rule: str | None = None
    is_collaboration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceFault:
    """A licence that a group should bring but cannot, as ``licenseAssignmentStates`` tells it."""

    sku_id: str
    group_id: str | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licences:
    """What a person is licensed for. ``plans`` are ids of enabled service plans (lower case).

    ``brought`` are the SKUs that the person has, each with the group that brings it: None means directly.
    """

    plans: frozenset[str]
    faults: tuple[LicenceFault, ...] = ()
    brought: tuple[tuple[str, str | None], ...] = ()

    @property
    def skus(self) -> frozenset[str]:
        """Ids of the SKUs (lower case) that the person has."""
        return frozenset(sku_id for sku_id, _ in self.brought)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A bought SKU. ``free`` is enabled minus consumed units, never below zero."""

    sku_id: str
    part_number: str
    plans: frozenset[str]
    enabled: int
    consumed: int

    @property
    def free(self) -> int:
        """Units that can still be given out."""
        return max(0, self.enabled - self.consumed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Whether somebody is at work, and when they usually are.

    ``is_away``: their automatic replies are on now, or their presence says out of office; ``back_at`` is when
    that ends, as far as it is known. ``zone`` is an IANA time zone. ``days`` count from Monday as zero. What
    the mailbox does not tell, and somebody without one, is None.
    """

    is_away: bool = False
    back_at: datetime | None = None
    zone: str | None = None
    starts: time | None = None
    ends: time | None = None
    days: frozenset[int] | None = None


class Directory(Protocol):
    """Entra ID: people, groups and licences.

    Every method may raise TenantBusy (transient, after the adapter's own short retries) and NotPermitted.
    Reads may be some seconds behind the writes: read back and wait, do not conclude from one look.
    """

    async def person(self, person_id: str) -> Person:
        """The person by object id or user principal name. Raises PersonUnknown."""
        ...

    async def management_chain(self, person_id: str) -> Sequence[Person]:
        """Managers from the direct one upwards, at most ten; empty for somebody without a manager.

        Raises PersonUnknown.
        """
        ...

    async def search(self, words: str, limit: int) -> Sequence[Person]:
        """People whose display name begins with the words, or who sign in or get mail with that address.

        Ascending by name; empty for none. Without regard to case.
        """
        ...

    async def availability(self, person_id: str) -> Availability:
        """Whether the person is at work: mailbox settings, else presence, else as if they were.

        A mailbox or a presence that does not exist, or may not be read, is no error.
        """
        ...

    async def group_owners(self, group_id: str) -> Sequence[Person]:
        """Users who own the group. Raises GroupUnknown."""
        ...

    async def group_members(self, group_id: str, limit: int) -> Sequence[Person]:
        """Users who are direct members of the group, at most ``limit``. Raises GroupUnknown."""
        ...

    async def group_named(self, name: str) -> Group:
        """The only group of that display name. Raises GroupUnknown, GroupAmbiguous."""
        ...

    async def group_licences(self, group_id: str) -> frozenset[str]:
        """Ids of the SKUs (lower case) that membership of the group brings. Raises GroupUnknown."""
        ...

    async def is_member(self, group_id: str, person_id: str) -> bool:
        """Whether the person is a direct member of the group now, as far as the directory tells."""
        ...

    async def memberships(self, person_id: str) -> Mapping[str, str]:
        """Ids and display names of the groups that the person is a direct member of now.

        Raises PersonUnknown.
        """
        ...

    async def has_other_members(self, group_id: str, person_id: str) -> bool:
        """Whether anybody but the person is in the group. Raises GroupUnknown."""
        ...

    async def add_member(self, group_id: str, person_id: str) -> bool:
        """Make the person a member; whether that changed anything (False: they were one already).

        A doubtful answer is resolved by reading back before it is reported.
        Raises GroupRefusesMembers, GroupUnknown, PersonUnknown.
        """
        ...

    async def remove_member(self, group_id: str, person_id: str) -> bool:
        """End the membership; whether that changed anything. Never touches the person's account.

        Raises GroupRefusesMembers.
        """
        ...

    async def set_attributes(self, person_id: str, attributes: Mapping[str, str | None]) -> None:
        """Write attributes of the person's account, in Graph's spelling; setting them again changes nothing.

        None empties one.
        Dynamic groups follow after a while. Raises PersonUnknown, TenantRefused for an account whose master
        is another system.
        """
        ...

    async def licences(self, person_id: str) -> Licences:
        """What the person is licensed for. Raises PersonUnknown."""
        ...

    async def subscriptions(self) -> Sequence[Subscription]:
        """Everything that the organisation has bought."""
        ...

    async def install_app(self, person_id: str) -> str | None:
        """Install Switchboard for the person so that it can write to them; the chat's id if known.

        Already installed counts as success. Raises AppNotInCatalogue, PersonUnknown, TenantRefused.
        """
        ...
