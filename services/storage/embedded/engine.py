"""Runs transactions one after the other in memory, and makes them durable together."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.domain.audit import AuditEntry
from services.domain.errors import StoreUnavailable
from services.ports import Clock
from services.storage.embedded.commits import Commit, Fate, GroupCommit
from services.storage.embedded.folding import Folding
from services.storage.embedded.opening import Opened
from services.storage.embedded.table import Database
from services.storage.embedded.trail import Line


class Engine:
    """Memory, journal and lock of one open folder. At most one transaction is inside at a time."""

    def __init__(
        self, opened: Opened, database: Database, clock: Clock, folder: Path, journal_bytes: int
    ) -> None:
        self.trail = opened.trail
        self._opened = opened
        self._memory = database.memory
        self._clock = clock
        self._closed = False
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[object] | None = None
        # One thread for commits, one for the fold: neither waits for the other, nor for anybody else's work.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="records")
        self._folding = Folding(folder, opened, self._memory, journal_bytes)
        self._commits = GroupCommit(opened.journal, self._threads, self._lock, self._undo, self.fold_if_due)

    async def begin(self) -> None:
        """Enter. Raises StoreUnavailable when closed, RuntimeError within another transaction."""
        task = asyncio.current_task()
        if self._owner is not None and self._owner is task:
            raise RuntimeError("a transaction is open already in this task")
        await self._lock.acquire()
        if self._closed:
            self._lock.release()
            raise StoreUnavailable(words="they are closed")
        self._owner = task
        self._memory.begin()

    def undo(self, entries: list[Line], audit_before: AuditEntry | None) -> None:
        """Leave without a trace."""
        self._undo(Commit(self._memory.end(), entries, audit_before))
        self._leave()

    def commit(self, entries: list[Line], audit_before: AuditEntry | None) -> Fate | None:
        """Leave, and give what to wait for; None when everything is durable already.

        Who has only read waits too if what they may have seen is still on its way to the disk.
        """
        edits = self._memory.end()
        if edits or entries:
            fate: Fate | None = self._commits.submit(Commit(edits, entries, audit_before))
        else:
            fate = self._commits.pending_fate()
        self._leave()
        return fate

    async def probe(self) -> Fate:
        """Write an empty line to the journal, to see whether that can be done."""
        await self.begin()
        self._memory.end()
        fate = self._commits.submit(Commit([], [], self.trail.last))
        self._leave()
        return fate

    async def fold_if_due(self, *, at_start: bool = False) -> None:
        """Fold when the journal has grown large. Only between two groups of commits."""
        if self._folding.is_due(self._clock.now(), at_start=at_start):
            await self._folding.begin(self._threads, self._lock, self._commits.waiting, self._clock)

    async def close(self) -> None:
        """Make everything durable and let go of the files. A second call does nothing."""
        async with self._lock:
            if self._closed:
                return
            self._closed = True
        await self._commits.drain()
        await self._folding.drain()
        self._threads.shutdown()
        self._opened.journal.close()
        self._opened.trail_file.close()

    def _leave(self) -> None:
        self._owner = None
        self._lock.release()

    def _undo(self, commit: Commit) -> None:
        self._memory.undo(commit.edits)
        self.trail.undo(len(commit.entries), commit.audit_before)
