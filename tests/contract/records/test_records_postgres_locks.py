"""Who works on the same records in two replicas waits for one another, and never both for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg

from services.changes import SWITCHBOARD, record
from services.domain import approving, transitions
from services.domain.errors import VersionConflict
from services.domain.number import hold
from services.domain.request import Request
from services.ports import Records
from services.storage.postgres import PostgresRecords
from tests.contract.records.samples import CHRISTIE, MIRIAM, START, WEEK, a_number, a_request, add_request


async def somebody_waits(url: str) -> None:
    """Return when a transaction waits for a lock that another one has."""
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(30):
            while not await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
    finally:
        await connection.close()


async def cancel(records: Records, approved: Request) -> None:
    async with records.transaction() as tx:
        cancelled = transitions.cancel(approved, CHRISTIE, START)
        await record(tx, approved, cancelled, CHRISTIE.id, START)


async def test_who_cancels_and_who_starts_at_the_same_moment_do_not_block_each_other(database: str) -> None:
    records = await PostgresRecords.open(database)
    promised = hold(a_number(1), "request-1", START + WEEK, START)
    asked = await add_request(records, replace(a_request(), number=promised.e164))
    async with records.transaction() as tx:
        await tx.numbers.put([promised])
        approved = approving.approve(asked, MIRIAM, START)
        await record(tx, asked, approved, MIRIAM.id, START)
    async with records.transaction() as tx:
        assert await tx.numbers.get(promised.e164) == promised
        cancelling = asyncio.create_task(cancel(records, approved))
        await somebody_waits(database)
        await record(tx, approved, transitions.start(approved, (), START), SWITCHBOARD, START)
    (conflict,) = await asyncio.gather(cancelling, return_exceptions=True)
    assert isinstance(conflict, VersionConflict)
    await records.close()
