"""The two ends of a move from one adapter of the records to another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from enum import StrEnum
from typing import Any, Protocol

from services.domain.audit import AuditEntry
from services.domain.request import Request
from services.ports import Records

Key = tuple[str, ...]
"""What a record is found by. A message has two parts: conversation and activity."""


class Kind(StrEnum):
    """What is moved, but for the audit log, in the order of moving.

    The mark of a complete inventory comes after the numbers that it is about.
    """

    NUMBERS = "numbers"
    REQUESTS = "requests"
    POSTS = "cards in chats"
    PLACES = "chats"
    NOTES = "cards to refresh"
    APPROVERS = "approvers' choices"
    MARKS = "marks"


PASSING = frozenset({Kind.POSTS, Kind.NOTES})
"""Kinds of which records are removed in daily work; of the others none ever is."""


class Source(Protocol):
    """Records that stand still, to be read from. ``items`` gives what the stores of the port take."""

    @property
    def records(self) -> Records:
        """The same records, for their audit log."""
        ...

    def count(self, kind: Kind) -> int:
        """How many there are."""
        ...

    def count_entries(self) -> int:
        """How many audit entries there should be."""
        ...

    def items(self, kind: Kind) -> Iterator[Any]:
        """All of a kind, in the order in which they came where that matters."""
        ...

    def has(self, kind: Kind, key: Key) -> bool:
        """Whether there is a record of that key."""
        ...

    def request(self, request_id: str) -> Request | None:
        """One request, or None."""
        ...

    def last_ref(self) -> int:
        """The highest reference that was drawn; 0 when none was."""
        ...


class Target(Protocol):
    """Records to be written to.

    ``head`` is what the last audit entry must be while a batch is written, which is all or nothing: whoever
    else works there would have moved it. Otherwise CopyBrokenOff is raised and the batch not written.
    """

    @property
    def records(self) -> Records:
        """The same records, for their audit log."""
        ...

    async def count(self, kind: Kind) -> int:
        """How many there are."""
        ...

    def keys(self, kind: Kind) -> AsyncIterator[Sequence[Key]]:
        """The keys of all records of a kind, some at a time."""
        ...

    def requests(self) -> AsyncIterator[Sequence[Request]]:
        """All requests, some at a time."""
        ...

    async def draw_after(self, ref: int, head: AuditEntry | None) -> None:
        """Draw only references above ``ref`` from now on; never lower what was drawn already."""
        ...

    async def take(self, kind: Kind, items: Sequence[Any], head: AuditEntry | None, *, renew: bool) -> None:
        """Write the records that are missing; with ``renew`` also those that are there and differ.

        A request that is there in an older version is renewed in any case.
        """
        ...

    async def drop(self, kind: Kind, keys: Sequence[Key], head: AuditEntry | None) -> None:
        """Remove records of a passing kind."""
        ...

    async def append(self, entries: Sequence[AuditEntry], head: AuditEntry | None) -> None:
        """Put audit entries, as they are, behind ``head``."""
        ...
