"""One unit of work on one connection, both begun no earlier than needed."""

from __future__ import annotations

from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from services.storage.postgres.failures import translated
from services.storage.postgres.statements import Statement

ACQUIRE_SECONDS = 5.0
"""How long a unit of work waits for a connection before its caller is told to come back."""

Row = asyncpg.Record


class Session:
    """Runs statements. Every method raises StoreUnavailable when the database cannot answer.

    What only reads needs no transaction, for at READ COMMITTED each statement sees the latest anyway; the
    first statement that writes or locks begins one.
    """

    def __init__(self, pool: asyncpg.Pool[Row]) -> None:
        self._pool = pool
        self._connection: PoolConnectionProxy[Row] | None = None
        self._transaction: Transaction | None = None

    async def read(self, statement: Statement, **given: Any) -> list[Row]:
        """The rows of a statement that changes and locks nothing."""
        with translated():
            connection = await self._connected()
            return await connection.fetch(statement.sql, *statement.arguments(given))

    async def write(self, statement: Statement, **given: Any) -> list[Row]:
        """The rows of a statement that changes or locks something."""
        with translated():
            connection = await self._begun()
            return await connection.fetch(statement.sql, *statement.arguments(given))

    async def commit(self) -> None:
        """Make everything durable and let go of the connection."""
        try:
            with translated():
                if self._transaction is not None:
                    await self._transaction.commit()
        finally:
            await self._release()

    async def undo(self) -> None:
        """Leave no trace. What cannot be rolled back any more, the server rolls back by itself."""
        try:
            if self._transaction is not None:
                with translated():
                    await self._transaction.rollback()
        finally:
            await self._release()

    async def _connected(self) -> PoolConnectionProxy[Row]:
        if self._connection is None:
            self._connection = await self._pool.acquire(timeout=ACQUIRE_SECONDS)
        return self._connection

    async def _begun(self) -> PoolConnectionProxy[Row]:
        connection = await self._connected()
        if self._transaction is None:
            transaction = connection.transaction()
            await transaction.start()
            self._transaction = transaction
        return connection

    async def _release(self) -> None:
        connection, self._connection, self._transaction = self._connection, None, None
        if connection is not None:
            with translated():
                await self._pool.release(connection)
