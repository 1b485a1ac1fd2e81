"""The short storm of every run of the tests; `make chaos` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.chaos.checks import check
from tests.chaos.storm import Plan, brewing


async def test_killed_replicas_and_a_restarted_database_lose_nothing(tmp_path: Path) -> None:
    plan = Plan(requests=8, kills=2, restarts=1, outage=1.0, arrivals=2.0, pause=1.5, patience=90.0)
    async with brewing(plan, tmp_path) as storm:
        await storm.rage()
        await check(storm)
    assert storm.tally.kills == 2
    assert storm.tally.restarts == 1
    assert storm.tally.requests == 8
    assert storm.tally.violations == []
