"""The ports to the records: eight stores within one unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.domain.audit import AuditEntry
from services.domain.number import Number, NumberType
from services.domain.request import Request, RequestState
from services.ports.approvers import ApproverStore
from services.ports.messenger import Place, Post
from services.ports.replicas import ReplicaStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """That the cards of a request must be refreshed. ``marks`` counts how often that was noted."""

    request_id: str
    marks: int


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

    async def awaiting(self, approver_id: str, limit: int, skip: int = 0) -> Sequence[Request]:
        """Pending ones whose current stage waits for this person's decision, oldest first.

        They are those whose ``current_stage`` is waiting and has the person among its ``undecided``. At most
        ``limit`` of them, after the first ``skip``.
        """
        ...

    async def count_awaiting(self, approver_id: str) -> int:
        """How many ``awaiting`` would give."""
        ...

    async def in_state(
        self, state: RequestState, limit: int, after: Request | None = None
    ) -> Sequence[Request]:
        """Oldest first; ``after`` is the last one of the page before."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[Request]:
        """Pending ones whose ``wakes_at`` is not after ``now``, those first that have waited longest."""
        ...

    async def listed(self, limit: int, after: Request | None = None) -> Sequence[Request]:
        """All requests, oldest first; ``after`` is the last one of the page before."""
        ...


class NumberStore(Protocol):
    """The inventory."""

    async def get(self, e164: str) -> Number | None:
        """One number, or None. Nobody else changes it before the transaction ends."""
        ...

    async def put(self, numbers: Sequence[Number]) -> None:
        """Write the numbers as they are, new or known."""
        ...

    async def add(self, numbers: Sequence[Number]) -> Sequence[Number]:
        """Write those that are not known yet, and give them; what is known stays as it is."""
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
        """How many numbers are offered in each location; locations with none may be missing.

        Nobody is counted further than COUNTED (``services.domain.offer``), which means: at least so many.
        """
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

    async def of_person(self, person_id: str, limit: int) -> Sequence[Post]:
        """The messages that show requests to the person, newest first."""
        ...

    async def put(self, post: Post) -> None:
        """Remember a message, or the version that it now shows (key: conversation and activity)."""
        ...

    async def remove(self, conversation_id: str, activity_id: str) -> None:
        """Forget a message that shows a request no more; nothing happens when it is not known."""
        ...

    async def place_of(self, person_id: str) -> Place | None:
        """Where the person can be written to."""
        ...

    async def some_place(self) -> Place | None:
        """Where anybody at all can be written to: it tells the channel's address. None: nobody wrote."""
        ...

    async def put_place(self, place: Place) -> None:
        """Remember where the person can be written to."""
        ...

    async def mark_stale(self, request_id: str) -> None:
        """Note that cards of the request must be refreshed: the outbox, in the same transaction.

        A note that is there already is marked once more. The replica that leaves a new note holds it.
        """
        ...

    async def note_of(self, request_id: str) -> Note | None:
        """The note about a request, if there is one."""
        ...

    async def take_stale(self, limit: int) -> Sequence[Note]:
        """Notes for this replica to work on, the oldest first.

        They are those that it holds and those that no other replica holds that is on the list of replicas.
        From here it holds them all.
        """
        ...

    async def clear_stale(self, note: Note) -> None:
        """Forget the note, unless it was marked again since."""
        ...


class MarkStore(Protocol):
    """Things that are done once in the life of the records."""

    async def has(self, name: str) -> bool:
        """Whether the mark was put."""
        ...

    async def put(self, name: str) -> None:
        """Put the mark."""
        ...

    async def claim(self, name: str) -> bool:
        """Put the mark; whether it was this transaction that put it, and nobody before or beside it."""
        ...


class Transaction(Protocol):
    """The stores, seen within one unit of work. Its own writes are seen by its own reads."""

    requests: RequestStore
    numbers: NumberStore
    audit: AuditLog
    posts: PostStore
    marks: MarkStore
    approvers: ApproverStore
    replicas: ReplicaStore


class Records(Protocol):
    """All records. One transaction is all or nothing, and durable once its block has been left."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A unit of work. An exception inside undoes it.

        Another unit is seen as a whole or not at all by each read. A later read may see one that has ended
        since an earlier read; what must not change in between is read by a method that says so.
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
