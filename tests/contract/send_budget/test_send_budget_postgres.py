"""The shared budget: its rule is the domain's, it stays small, and it loses no message with its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from math import inf
from random import Random
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from services.domain.allowance import DRAINED, TEAMS, Level, reserve
from services.storage.postgres import PostgresRecords, send_budget
from services.storage.postgres.send_budget import PostgresSendBudget

PUT = """
INSERT INTO send_budget VALUES ($1, $2, $3)
ON CONFLICT (conversation_id) DO UPDATE SET brief = excluded.brief, lasting = excluded.lasting
"""


@pytest.fixture
async def pool(database: str) -> AsyncIterator[asyncpg.Pool[Any]]:
    """Of somebody who looks into the database."""
    async with asyncpg.create_pool(database, min_size=1) as opened:
        yield opened


@pytest.fixture
async def records(database: str) -> AsyncIterator[PostgresRecords]:
    opened = await PostgresRecords.open(database)
    yield opened
    await opened.close()


async def levels(pool: asyncpg.Pool[Any]) -> dict[str, Level]:
    rows = await pool.fetch("SELECT * FROM send_budget")
    return {row["conversation_id"]: Level(row["brief"], row["lasting"]) for row in rows}


async def test_the_database_goes_by_the_domains_rule(pool: asyncpg.Pool[Any]) -> None:
    budget, chance = PostgresSendBudget(pool), Random(7)
    for _ in range(200):
        now = await pool.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8")
        before = Level(now + chance.uniform(-1, 4), now + chance.choice([-inf, chance.uniform(600, 800)]))
        tenant = now + chance.uniform(-1, 2)
        await pool.execute(PUT, "a:1", *before)
        await pool.execute(PUT, "", tenant, -inf)
        slot = await budget.reserve("a:1")
        expected, level, left = reserve(TEAMS, before, tenant, slot.at - slot.wait)
        assert slot.granted == expected.granted
        assert (slot.at, slot.wait) == pytest.approx((expected.at, expected.wait), abs=1e-5)
        after = await levels(pool)
        assert (*after["a:1"], after[""].brief) == pytest.approx((*level, left), abs=1e-5)


async def test_rows_of_quiet_conversations_are_cleared_away(pool: asyncpg.Pool[Any]) -> None:
    clock = [0.0]
    budget = PostgresSendBudget(pool, now=lambda: clock[0])
    await pool.executemany(PUT, [(f"a:{number}", 1.0, 1.0) for number in range(50)])
    await budget.reserve("a:busy")
    assert len(await levels(pool)) == 52
    clock[0] += send_budget.FORGET_SECONDS
    await budget.reserve("a:busy")
    await asyncio.gather(*budget._asking)
    assert set(await levels(pool)) == {"", "a:busy"}


async def test_a_table_emptied_by_a_crash_of_the_server_is_filled_again(pool: asyncpg.Pool[Any]) -> None:
    budget = PostgresSendBudget(pool)
    await budget.reserve("a:1")
    await pool.execute("TRUNCATE send_budget")
    assert (await budget.reserve("a:1")).granted
    assert set(await levels(pool)) == {"", "a:1"}


async def test_a_database_that_hangs_holds_up_one_message_shortly_and_loses_none(
    pool: asyncpg.Pool[Any], records: PostgresRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send_budget, "ANSWER_SECONDS", 0.1)
    clock = [0.0]
    budget = PostgresSendBudget(records._pool, now=lambda: clock[0])
    await budget.reserve("a:1")
    async with pool.acquire() as other, other.transaction():
        await other.execute("SELECT * FROM send_budget FOR UPDATE")
        with capture_logs() as lines:
            slots = [await budget.reserve("a:1") for _ in range(6)]
        assert [slot.granted for slot in slots] == [True] * 5 + [False]
        assert [line["event"] for line in lines] == ["send_budget_not_shared"]
    clock[0] += send_budget.ALONE_SECONDS
    with capture_logs() as lines:
        await budget.reserve("a:2")
    assert "send_budget_shared_again" in {line["event"] for line in lines}
    assert "a:2" in await levels(pool)


async def test_a_database_that_is_gone_loses_no_message(records: PostgresRecords) -> None:
    budget = records.send_budget()
    await records.close()
    assert (await budget.reserve("a:1")).granted
    await budget.hold_back("a:1", 30.0)
    assert not (await budget.reserve("a:1")).granted


async def test_the_first_message_of_all_needs_no_row(pool: asyncpg.Pool[Any]) -> None:
    slot = await PostgresSendBudget(pool).reserve("a:1")
    expected, level, tenant = reserve(TEAMS, DRAINED, -inf, slot.at)
    assert (slot.granted, slot.wait) == (True, expected.wait)
    after = await levels(pool)
    assert (*after["a:1"], after[""].brief) == pytest.approx((*level, tenant), abs=1e-5)
