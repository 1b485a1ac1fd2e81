"""Group commit: transactions that come while the disk is busy share the next line of the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field

import structlog

from services.domain.audit import AuditEntry
from services.domain.errors import StoreUnavailable
from services.storage.embedded.files import words_of
from services.storage.embedded.journal import Journal
from services.storage.embedded.lines import Change
from services.storage.embedded.memory import Edit
from services.storage.embedded.trail import TABLE as AUDIT
from services.storage.embedded.trail import Line

log = structlog.get_logger()

Fate = asyncio.Future[Exception | None]
"""Ends with None when the commits are durable, or with why they never will be."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What one transaction changed, and the last audit entry before it."""

    edits: list[Edit]
    entries: list[Line]
    audit_before: AuditEntry | None

    def changes(self) -> Iterator[Change]:
        """As the journal writes them."""
        for edit in self.edits:
            yield Change(edit.table, edit.key, edit.after.json if edit.after is not None else None)
        for entry in self.entries:
            yield Change(AUDIT, str(entry.sequence), entry.json)


@dataclass(slots=True)
class Batch:
    """Commits that become durable together."""

    fate: Fate
    commits: list[Commit] = field(default_factory=list)

    def changes(self) -> Iterator[Change]:
        """Of all commits, in order."""
        for commit in self.commits:
            yield from commit.changes()


class GroupCommit:
    """Writes commits to the journal, one group after the other.

    ``lock`` is the one under which transactions run; ``undo`` takes a commit back in memory;
    ``between`` is called after each durable group, when nothing is on its way to the disk.
    """

    def __init__(
        self,
        journal: Journal,
        threads: Executor,
        lock: asyncio.Lock,
        undo: Callable[[Commit], None],
        between: Callable[[], Awaitable[None]],
    ) -> None:
        self._journal = journal
        self._threads = threads
        self._lock = lock
        self._undo = undo
        self._between = between
        self._next: Batch | None = None
        self._writing: Batch | None = None
        self._writer: asyncio.Task[None] | None = None

    def submit(self, commit: Commit) -> Fate:
        """Hand a commit over, under the lock. It is written whether or not anybody waits for its fate."""
        if self._next is None:
            self._next = Batch(asyncio.get_running_loop().create_future())
        self._next.commits.append(commit)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="records writer")
        return self._next.fate

    def pending_fate(self) -> Fate | None:
        """The fate of everything that was submitted so far; None when all of it is durable."""
        batch = self._next or self._writing
        return batch.fate if batch else None

    def waiting(self) -> Iterable[Commit]:
        """Commits that are not in the journal while no group is on its way, in order."""
        return self._next.commits if self._next else ()

    async def drain(self) -> None:
        """Wait until nothing is left to write."""
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._next is not None:
            batch, self._next = self._next, None
            self._writing = batch
            try:
                await loop.run_in_executor(self._threads, self._journal.append, batch.changes())
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                await self._give_up(batch, error)
                continue
            self._writing = None
            batch.fate.set_result(None)
            await self._between()

    async def _give_up(self, batch: Batch, error: Exception) -> None:
        """Take back everything that is not durable; what came later may rest on it, so it goes too."""
        async with self._lock:
            later, self._next = self._next, None
            failed = [batch, later] if later else [batch]
            for lost in reversed(failed):
                for commit in reversed(lost.commits):
                    self._undo(commit)
            self._writing = None
            for lost in failed:
                lost.fate.set_result(error)
        log.error("commit_failed", error=type(error).__name__, words=str(error), groups=len(failed))


async def settled(fate: Fate) -> None:
    """Wait for the fate, also as one of many. Raises StoreUnavailable."""
    error = await asyncio.shield(fate)
    if isinstance(error, OSError):
        raise StoreUnavailable(words=words_of(error)) from error
    if error is not None:
        raise StoreUnavailable(words="an unexpected error, see the log") from error
