"""All records on PostgreSQL: a pool of connections, and units of work on it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from types import TracebackType
from typing import Any

import asyncpg

from services.domain.allowance import TEAMS, Allowance
from services.domain.errors import StoreUnavailable
from services.ports import (
    ApproverStore,
    AuditLog,
    MarkStore,
    NumberStore,
    PostStore,
    ReplicaStore,
    RequestStore,
    SendBudget,
    Transaction,
)
from services.storage.postgres.approvers import PostgresApprovers
from services.storage.postgres.audit import PostgresAudit
from services.storage.postgres.failures import translated
from services.storage.postgres.marks import PostgresMarks
from services.storage.postgres.migrate import migrate
from services.storage.postgres.numbers import PostgresNumbers
from services.storage.postgres.posts import PostgresPosts
from services.storage.postgres.replicas import PostgresReplicas
from services.storage.postgres.requests import PostgresRequests
from services.storage.postgres.send_budget import PostgresSendBudget
from services.storage.postgres.session import ACQUIRE_SECONDS, Row, Session

CONNECTIONS = 10
"""Of one replica. A unit of work holds one for some milliseconds."""

CONNECT_SECONDS = 3.0
STATEMENT_SECONDS = 10.0
CLOSE_SECONDS = 5.0

SERVER_SETTINGS = {
    "application_name": "switchboard",
    # A replica that stops in the middle of a unit of work must not hold its locks against all others.
    "idle_in_transaction_session_timeout": "10s",
    "lock_timeout": "8s",
}


class PostgresRecords:
    """The Records in one database. Made by ``open``. ``replica`` is who holds the notes that it takes."""

    def __init__(self, pool: asyncpg.Pool[Row], replica: str) -> None:
        self._pool = pool
        self._replica = replica
        self._inside: set[asyncio.Task[Any]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str, replica: str = "alone") -> PostgresRecords:
        """Connect, and bring the tables up to date. Raises StoreUnavailable, StoreDamaged."""
        await asyncio.to_thread(migrate, url)
        with translated():
            pool = await asyncpg.create_pool(
                url,
                min_size=0,
                max_size=CONNECTIONS,
                timeout=CONNECT_SECONDS,
                command_timeout=STATEMENT_SECONDS,
                server_settings=SERVER_SETTINGS,
                reset=_as_it_is,
            )
        return cls(pool, replica)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A unit of work."""
        return _UnitOfWork(self, self.session(), self._replica)

    def session(self) -> Session:
        """For work that the stores do not do; whoever takes it ends it."""
        return Session(self._pool)

    def send_budget(self, allowance: Allowance = TEAMS) -> SendBudget:
        """What Teams lets all replicas on this database send together."""
        return PostgresSendBudget(self._pool, allowance)

    async def ready(self) -> None:
        """Pass when a server answers that takes writes. Raises StoreUnavailable."""
        self.check_open()
        with translated():
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                is_standby = await connection.fetchval("SELECT pg_is_in_recovery()")
        if is_standby:
            raise StoreUnavailable(words="the database is a standby and takes no writes")

    async def close(self) -> None:
        """Let go of the connections. A second call does nothing."""
        self._closed = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._pool.close(), CLOSE_SECONDS)
            return
        self._pool.terminate()

    def check_open(self) -> None:
        """Raise StoreUnavailable when closed."""
        if self._closed:
            raise StoreUnavailable(words="they are closed")

    def enter(self) -> None:
        """The present task begins a unit of work. Raises RuntimeError within another one."""
        self.check_open()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        if task in self._inside:
            raise RuntimeError("a transaction is open already in this task")
        self._inside.add(task)

    def leave(self) -> None:
        """The present task has ended its unit of work."""
        task = asyncio.current_task()
        if task is not None:
            self._inside.discard(task)


class _UnitOfWork(AbstractAsyncContextManager[Transaction]):
    """One transaction: the stores, and what happens on entering and leaving its block."""

    def __init__(self, records: PostgresRecords, session: Session, replica: str) -> None:
        self._records = records
        self._session = session
        self._audit = PostgresAudit(session)
        self.requests: RequestStore = PostgresRequests(session)
        self.numbers: NumberStore = PostgresNumbers(session)
        self.audit: AuditLog = self._audit
        self.posts: PostStore = PostgresPosts(session, replica)
        self.marks: MarkStore = PostgresMarks(session)
        self.approvers: ApproverStore = PostgresApprovers(session)
        self.replicas: ReplicaStore = PostgresReplicas(session)

    async def __aenter__(self) -> Transaction:
        self._records.enter()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                with suppress(StoreUnavailable):  # the error of the block says more
                    await self._session.undo()
                return
            try:
                await self._audit.flush()
            except BaseException:
                with suppress(StoreUnavailable):
                    await self._session.undo()
                raise
            await self._session.commit()
        finally:
            self._records.leave()


async def _as_it_is(_connection: object) -> None:
    """Nothing to reset: units of work leave no state on a connection, and a reset is one more round trip."""
