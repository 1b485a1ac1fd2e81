"""What it costs one message to keep Teams' limits, in microseconds.

Usage: python -m bench.pacing [DATABASE URL]
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from bench.unpaced import ENDLESS, unpaced
from bot.lanes import Lanes
from services.storage.postgres import PostgresRecords

CONVERSATIONS = [f"a:chat{number}" for number in range(200)]


async def microseconds(work: Callable[[str], Awaitable[object]], times: int) -> float:
    """The mean of so many calls, one after the other, over 200 conversations."""
    started = time.perf_counter()
    for number in range(times):
        await work(CONVERSATIONS[number % len(CONVERSATIONS)])
    return (time.perf_counter() - started) / times * 1e6


async def main(database: str) -> None:
    budget = unpaced()
    lanes = Lanes(budget, longest=30.0)

    async def through_a_lane(conversation_id: str) -> None:
        async with lanes.of(conversation_id) as lane:
            await lane.turn()

    print(f"reservation in memory     {await microseconds(budget.reserve, 100_000):8.1f} µs")
    print(f"lane and reservation      {await microseconds(through_a_lane, 100_000):8.1f} µs")
    if database:
        records = await PostgresRecords.open(database)
        shared = records.send_budget(ENDLESS)
        print(f"reservation on PostgreSQL {await microseconds(shared.reserve, 2_000):8.1f} µs")
        await records.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
