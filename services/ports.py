"""The ports: what the use cases need from the world. The docstrings are the contract of every adapter.

All times are aware ``datetime`` in UTC. All ids of people and groups are Entra object ids. Adapters raise
only errors of ``services.domain.errors``, with the cause chained.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.domain.audit import AuditEntry
from services.domain.number import Number, NumberType
from services.domain.person import Person
from services.domain.request import Request, RequestState
from services.domain.view import RequestView

# --- time -------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """Time. Tests move it by hand; nothing else in the product asks the system for the time or sleeps."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds`` of this clock's time. Other work goes on meanwhile."""
        ...


# --- Microsoft 365 ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An Entra group. ``takes_members`` is False for groups that only a rule or another system fills."""

    id: str
    name: str
    is_dynamic: bool
    takes_members: bool
    membership_rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceFault:
    """A licence that a group should bring but cannot, as ``licenseAssignmentStates`` tells it."""

    sku_id: str
    group_id: str | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licences:
    """What a person is licensed for. ``plans`` are ids of enabled service plans (lower case)."""

    plans: frozenset[str]
    faults: tuple[LicenceFault, ...] = ()


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

    async def group_named(self, name: str) -> Group:
        """The only group of that display name. Raises GroupUnknown, GroupAmbiguous."""
        ...

    async def group_licences(self, group_id: str) -> frozenset[str]:
        """Ids of the SKUs (lower case) that membership of the group brings. Raises GroupUnknown."""
        ...

    async def is_member(self, group_id: str, person_id: str) -> bool:
        """Whether the person is a direct member of the group now, as far as the directory tells."""
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


class AssignmentStatus(StrEnum):
    """Whether a number belongs to somebody, as the tenant tells it."""

    UNASSIGNED = "unassigned"
    USER = "userAssigned"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantNumber:
    """A number as the tenant lists it. ``telephone_number`` is E.164 with its plus."""

    telephone_number: str
    type: NumberType
    status: AssignmentStatus
    assignment_target_id: str | None
    city: str | None
    country: str | None
    location_id: str | None
    assignable_to_users: bool


class OperationStatus(StrEnum):
    """Where a long-running operation stands. ``UNKNOWN`` is never success: look at the number itself."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A long-running operation; ``words`` are the tenant's own about a failure."""

    status: OperationStatus
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceConfiguration:
    """What Teams has configured for a person: whether they can dial, and from which numbers."""

    voice_enabled: bool
    numbers: tuple[str, ...]
    account_type: str
    policies: dict[str, str]


class Telephony(Protocol):
    """Teams Phone: numbers and what Teams has configured for a person.

    Every method may raise TenantBusy and NotPermitted. ``assign`` and ``unassign`` are never sent twice:
    after a doubtful answer they raise TenantBusy, and the caller reads the number back before it decides.
    """

    def numbers(self) -> AsyncIterator[TenantNumber]:
        """Every number of the tenant, page by page."""
        ...

    async def number(self, telephone_number: str) -> TenantNumber | None:
        """One number, or None when the tenant does not have it."""
        ...

    async def assign(
        self, telephone_number: str, number_type: NumberType, person_id: str, location_id: str | None
    ) -> str:
        """Begin to give the number to the person; the operation's address, to ask ``operation`` with.

        Raises NumberTaken, NumberUnknown, LicenceMissing, TenantRefused when the tenant refuses at once.
        """
        ...

    async def unassign(self, telephone_number: str, number_type: NumberType) -> str:
        """Begin to take the number away; the operation's address."""
        ...

    async def operation(self, address: str) -> Operation:
        """Where an operation stands."""
        ...

    async def configuration(self, person_id: str) -> VoiceConfiguration | None:
        """What Teams has configured for the person; None when Teams does not know them."""
        ...


# --- chat -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person can be written to: their personal chat with the bot. Renewed by what they send."""

    person_id: str
    service_url: str
    conversation_id: str
    tenant_id: str
    bot_id: str
    channel_id: str
    locale: str = "en-GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message that shows a request to a person. ``version`` is the request's version on the card."""

    request_id: str
    person_id: str
    conversation_id: str
    activity_id: str
    version: int


class Messenger(Protocol):
    """Writes to people in chat."""

    async def post(self, place: Place, view: RequestView) -> Post:
        """Send a new card of the request. Raises Unreachable, ChannelBusy."""
        ...

    async def update(self, place: Place, post: Post, view: RequestView) -> Post:
        """Replace the card in place. Raises MessageGone, Unreachable, ChannelBusy."""
        ...

    async def open_chat(self, person_id: str, chat_id: str | None) -> Place:
        """Open the chat with somebody who has the app but has not written yet. Raises Unreachable."""
        ...


# --- records ----------------------------------------------------------------------------------------------


class RequestStore(Protocol):
    """Requests by id. Lists come newest first unless said otherwise."""

    async def get(self, request_id: str) -> Request:
        """Raises UnknownRequest."""
        ...

    async def by_ref(self, ref: str) -> Request:
        """By reference, ``SB-000123``. Raises UnknownRequest."""
        ...

    async def next_ref(self) -> str:
        """The next unused reference. One that is drawn in a transaction that fails may be skipped."""
        ...

    async def add(self, request: Request) -> None:
        """Raises AlreadyExists for a known id, OpenRequestExists when the beneficiary has an open one."""
        ...

    async def save(self, request: Request, expected_version: int) -> None:
        """Compare-and-set on the version. Raises UnknownRequest, VersionConflict."""
        ...

    async def open_of(self, beneficiary_id: str) -> Request | None:
        """The beneficiary's open request, if any."""
        ...

    async def of(self, person_id: str, limit: int) -> Sequence[Request]:
        """Those that the person asked for or benefits from."""
        ...

    async def awaiting(self, approver_id: str) -> Sequence[Request]:
        """Pending ones whose current stage waits for this person, oldest first."""
        ...

    async def in_state(self, state: RequestState, limit: int) -> Sequence[Request]:
        """Oldest first."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[Request]:
        """Pending ones whose ``expires_at`` is not after ``now``, oldest first."""
        ...


class NumberStore(Protocol):
    """The inventory."""

    async def get(self, e164: str) -> Number | None:
        """One number, or None."""
        ...

    async def put(self, numbers: Sequence[Number]) -> None:
        """Write the numbers as they are, new or known."""
        ...

    async def offered(
        self, location: str, types: Sequence[NumberType], now: datetime, limit: int
    ) -> Sequence[Number]:
        """Numbers of the location and of one of the types that ``number.is_offered``, ascending by E.164."""
        ...

    async def hold_next(
        self,
        location: str,
        types: Sequence[NumberType],
        request_id: str,
        until: datetime,
        now: datetime,
    ) -> Number | None:
        """Hold the first offered number that nobody else is just taking; None when none is left.

        Two callers never get the same number, and neither waits for the other.
        """
        ...

    async def assigned_to(self, person_id: str) -> Sequence[Number]:
        """Numbers that the inventory knows as the person's."""
        ...

    async def free_by_location(self, now: datetime) -> dict[str, int]:
        """How many numbers are offered in each location; locations with none may be missing."""
        ...

    async def count(self) -> int:
        """How many numbers there are."""
        ...


class AuditLog(Protocol):
    """Append-only and hash-chained (``services.domain.audit``)."""

    async def append(self, at: datetime, actor: str, what: str, subject: str, facts: dict[str, str]) -> None:
        """Chain an entry to the last one."""
        ...

    def entries(self) -> AsyncIterator[AuditEntry]:
        """All entries from the first, as stored."""
        ...


class PostStore(Protocol):
    """Which messages show which request, and where people can be written to."""

    async def of_request(self, request_id: str) -> Sequence[Post]:
        """Every message that shows the request, oldest first."""
        ...

    async def put(self, post: Post) -> None:
        """Remember a message, or the version that it now shows (key: conversation and activity)."""
        ...

    async def remove(self, post: Post) -> None:
        """Forget a message that is gone."""
        ...

    async def place_of(self, person_id: str) -> Place | None:
        """Where the person can be written to."""
        ...

    async def put_place(self, place: Place) -> None:
        """Remember where the person can be written to."""
        ...

    async def mark_stale(self, request_id: str) -> None:
        """Note that cards of the request must be refreshed: the outbox, in the same transaction."""
        ...

    async def stale(self, limit: int) -> Sequence[str]:
        """Ids of requests whose cards must be refreshed."""
        ...

    async def clear_stale(self, request_id: str, version: int) -> None:
        """Forget the note unless the request has moved past ``version`` meanwhile."""
        ...


class Transaction(Protocol):
    """The stores, seen within one unit of work. Its own writes are seen by its own reads."""

    requests: RequestStore
    numbers: NumberStore
    audit: AuditLog
    posts: PostStore


class Records(Protocol):
    """All records. One transaction is all or nothing, and durable once its block has been left."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A unit of work. An exception inside undoes it.

        Inside it await the stores only: never the tenant, never the channel, never a pause.
        Raises StoreUnavailable when it cannot be made durable.
        """
        ...

    async def ready(self) -> None:
        """Pass when the records can be read and written. Raises StoreUnavailable."""
        ...

    async def close(self) -> None:
        """Make everything durable and let go of files and connections."""
        ...


# --- provisioning -----------------------------------------------------------------------------------------


class Provisioner(Protocol):
    """Starts durable work. Calling twice for the same run of a request starts it once."""

    async def provision(self, request: Request) -> None:
        """Take an approved request to its end."""
        ...

    async def roll_back(self, request: Request) -> None:
        """Undo what Switchboard changed for a request in state rolling back."""
        ...
