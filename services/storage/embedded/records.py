"""All records in one folder, for one process: TinyDB in memory, a journal and a snapshot on disk."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from services.domain.errors import DataFolderInUse, StoreUnavailable
from services.ports import (
    ApproverStore,
    AuditLog,
    Clock,
    MarkStore,
    NumberStore,
    PostStore,
    ReplicaStore,
    RequestStore,
    Transaction,
)
from services.storage.embedded import opening
from services.storage.embedded.approvers import EmbeddedApprovers
from services.storage.embedded.audit import EmbeddedAudit
from services.storage.embedded.commits import settled
from services.storage.embedded.contents import Contents
from services.storage.embedded.engine import Engine
from services.storage.embedded.files import DiskFile, Opener, words_of
from services.storage.embedded.folding import JOURNAL_BYTES
from services.storage.embedded.marks import EmbeddedMarks
from services.storage.embedded.numbers import EmbeddedNumbers
from services.storage.embedded.opening import Opened
from services.storage.embedded.posts import EmbeddedPosts
from services.storage.embedded.replicas import EmbeddedReplicas
from services.storage.embedded.requests import EmbeddedRequests
from services.storage.embedded.table import Database
from services.storage.embedded.trail import NAME as AUDIT_FILE

_LOCK_FILE = "switchboard.lock"


class EmbeddedRecords:
    """The Records of one data folder. Made by ``open``."""

    def __init__(
        self, opened: Opened, clock: Clock, guard: FileLock, folder: Path, journal_bytes: int
    ) -> None:
        database = Database(opened.tables)
        self._guard = guard
        self._audit_file = folder / AUDIT_FILE
        self._requests = EmbeddedRequests(database)
        self._numbers = EmbeddedNumbers(database)
        self._posts = EmbeddedPosts(database)
        self._marks = EmbeddedMarks(database)
        self._approvers = EmbeddedApprovers(database)
        self._replicas = EmbeddedReplicas()
        self._engine = Engine(opened, database, clock, folder, journal_bytes)
        self._memory = database.memory

    @classmethod
    async def open(
        cls,
        folder: Path,
        clock: Clock,
        opener: Opener = DiskFile,
        journal_bytes: int = JOURNAL_BYTES,
        *,
        tidy: bool = True,
    ) -> EmbeddedRecords:
        """Open the folder, making it when it is not there.

        ``opener`` opens the files that only grow; a journal beyond ``journal_bytes`` is folded. Without
        ``tidy`` one that an earlier process has left stays as it is, for somebody who only reads.
        Raises DataFolderInUse at once when somebody has it open, StoreDamaged with file and line,
        StoreUnavailable when the folder cannot be used.
        """
        records = await asyncio.to_thread(cls._open, folder, clock, opener, journal_bytes)
        if tidy:
            await records.tidy()
        return records

    @classmethod
    def _open(cls, folder: Path, clock: Clock, opener: Opener, journal_bytes: int) -> EmbeddedRecords:
        guard = FileLock(folder / _LOCK_FILE, thread_local=False)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            guard.acquire(blocking=False)
            return cls(opening.load(folder, opener), clock, guard, folder, journal_bytes)
        except Timeout as error:
            raise DataFolderInUse(path=folder) from error
        except OSError as error:
            guard.release()
            raise StoreUnavailable(words=f"{folder}: {words_of(error)}") from error
        except BaseException:
            guard.release()
            raise

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A unit of work."""
        return _UnitOfWork(
            self._engine,
            self._requests,
            self._numbers,
            EmbeddedAudit(self._engine.trail, self._audit_file),
            self._posts,
            self._marks,
            self._approvers,
            self._replicas,
        )

    def contents(self) -> Contents:
        """Everything in the folder, for a move to other records."""
        return Contents(self, self._memory, self._engine.trail)

    async def tidy(self) -> None:
        """Fold what an earlier process has left in the journal, if it is worth it; part of opening."""
        await self._engine.fold_if_due(at_start=True)

    async def ready(self) -> None:
        """Pass when a line can be written to the journal. Raises StoreUnavailable."""
        await settled(await self._engine.probe())

    async def close(self) -> None:
        """Make everything durable and let go of the folder. A second call does nothing."""
        await self._engine.close()
        self._guard.release()


class _UnitOfWork(AbstractAsyncContextManager[Transaction]):
    """One transaction: the stores, and what happens on entering and leaving its block."""

    def __init__(
        self,
        engine: Engine,
        requests: EmbeddedRequests,
        numbers: EmbeddedNumbers,
        audit: EmbeddedAudit,
        posts: EmbeddedPosts,
        marks: EmbeddedMarks,
        approvers: EmbeddedApprovers,
        replicas: EmbeddedReplicas,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self.requests: RequestStore = requests
        self.numbers: NumberStore = numbers
        self.audit: AuditLog = audit
        self.posts: PostStore = posts
        self.marks: MarkStore = marks
        self.approvers: ApproverStore = approvers
        self.replicas: ReplicaStore = replicas

    async def __aenter__(self) -> Transaction:
        await self._engine.begin()
        self._audit.begin()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._engine.undo(self._audit.appended, self._audit.before)
            return
        fate = self._engine.commit(self._audit.appended, self._audit.before)
        if fate is not None:
            await settled(fate)
