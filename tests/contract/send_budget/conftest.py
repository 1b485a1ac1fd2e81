"""Budgets of each kind: the stories of this folder are told to all of them.

Time passes as it does outside, because one of them goes by its database's clock. Where a story waits, all is
twenty times as quick as in Teams.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from services.domain.allowance import TEAMS, Allowance, Bucket
from services.ports import SendBudget
from services.send_budget import LocalSendBudget
from services.storage.postgres import PostgresRecords

QUICKER = 20
QUICK = Allowance(
    brief=Bucket(5, 0.6 / QUICKER), lasting=Bucket(298, 2.4 / QUICKER), tenant=Bucket(15, 0.03 / QUICKER)
)

Replica = Callable[[Allowance], SendBudget]
"""Gives the budget of one more replica; in memory there is only ever the same one."""


@pytest.fixture(params=["local", "postgres"])
async def replica(request: pytest.FixtureRequest) -> AsyncIterator[Replica]:
    if request.param == "local":
        budgets: dict[Allowance, SendBudget] = {}
        yield lambda allowance: budgets.setdefault(allowance, LocalSendBudget(allowance))
        return
    url: str = request.getfixturevalue("database")
    opened = [await PostgresRecords.open(url, name) for name in ("first", "second")]
    left = iter(opened)
    yield lambda allowance: next(left).send_budget(allowance)
    for records in opened:
        await records.close()


@pytest.fixture
def budget(replica: Replica) -> SendBudget:
    return replica(TEAMS)
