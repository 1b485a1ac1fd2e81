"""Folding: the journal becomes a new snapshot and a longer audit file, while transactions go on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from services.domain.audit import AuditEntry
from services.ports import Clock
from services.storage.embedded import snapshot
from services.storage.embedded.commits import Commit
from services.storage.embedded.memory import MemoryStorage, Tables
from services.storage.embedded.opening import Opened
from services.storage.embedded.trail import Line, Trail

log = structlog.get_logger()

JOURNAL_BYTES = 8 * 1024 * 1024
"""A journal is folded when it has grown beyond this, and beyond the snapshot, whichever is more: so the work
of folding stays in proportion to the work of committing."""

START_BYTES = 1024 * 1024
"""A journal beyond this is folded at the start, so that the next start need not read it again."""

WAITING_ENTRIES = 10_000
"""Audit entries kept in memory before they are folded into their file."""

AGAIN_AFTER = timedelta(minutes=1)
"""Pause after a fold that failed; the journal goes on meanwhile."""


@dataclass(frozen=True, slots=True)
class _Capture:
    """All records at one line of the journal."""

    head: snapshot.Head
    tables: Tables
    entries: list[Line]


class Folding:
    """Decides when to fold, and does it."""

    def __init__(self, folder: Path, opened: Opened, memory: MemoryStorage, journal_bytes: int) -> None:
        self._folder = folder
        self._journal_bytes = journal_bytes
        self._journal = opened.journal
        self._memory = memory
        self._trail = opened.trail
        self._trail_file = opened.trail_file
        self._snapshot_size = opened.snapshot_size
        self._not_before: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    def is_due(self, now: datetime, *, at_start: bool) -> bool:
        """Whether the journal has grown large and no fold is under way. A start takes less for large."""
        if self._task is not None and not self._task.done():
            return False
        if self._not_before is not None and now < self._not_before:
            return False
        limit = START_BYTES if at_start else max(self._journal_bytes, self._snapshot_size)
        grown = self._journal.size > limit
        return grown or len(self._trail.waiting) > WAITING_ENTRIES

    async def begin(
        self, threads: Executor, lock: asyncio.Lock, waiting: Callable[[], Iterable[Commit]], clock: Clock
    ) -> None:
        """Start a new segment, capture what the old ones hold, and fold that in the background.

        Called between two groups of commits; ``waiting`` gives those in memory but not in the journal.
        """
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(threads, self._journal.rotate)
        except OSError as error:
            self._put_off(clock, error)
            return
        async with lock:
            capture = self._capture(list(waiting()), clock.now())
        self._task = asyncio.create_task(self._fold(threads, capture, clock), name="records fold")

    async def drain(self) -> None:
        """Wait until no fold is under way."""
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    def _capture(self, waiting: list[Commit], now: datetime) -> _Capture:
        """The durable state: memory without the commits that may still fail."""
        tables = self._memory.copy()
        for edit in (edit for commit in reversed(waiting) for edit in reversed(commit.edits)):
            if edit.before is None:
                tables[edit.table].pop(edit.key, None)
            else:
                tables[edit.table][edit.key] = edit.before
        audit = _last_durable(self._trail, waiting)
        last = audit.sequence if audit else 0
        head = snapshot.Head(
            number=self._journal.number,
            segment=self._journal.segment,
            audit=audit,
            written_at=now.isoformat(),
        )
        return _Capture(head, tables, [line for line in self._trail.waiting if line.sequence <= last])

    # The order is entries, snapshot, deletion: a crash between any two loses nothing. Entries that are then
    # both in the file and in the journal, and old segments, are found at the next start.

    async def _fold(self, threads: Executor, capture: _Capture, clock: Clock) -> None:
        loop = asyncio.get_running_loop()
        try:
            size = await loop.run_in_executor(threads, self._trail_file.append, capture.entries)
            if capture.entries:
                self._trail.moved(capture.entries[-1].sequence, size)
            self._snapshot_size = await loop.run_in_executor(threads, self._write, capture)
        except OSError as error:
            self._put_off(clock, error)
        else:
            self._not_before = None

    def _write(self, capture: _Capture) -> int:
        size = snapshot.write(self._folder, capture.head, capture.tables)
        self._journal.forget_before(capture.head.segment)
        return size

    def _put_off(self, clock: Clock, error: OSError) -> None:
        self._not_before = clock.now() + AGAIN_AFTER
        log.warning("fold_failed", words=str(error))


def _last_durable(trail: Trail, waiting: list[Commit]) -> AuditEntry | None:
    first = next((commit for commit in waiting if commit.entries), None)
    return first.audit_before if first else trail.last
