"""What every budget does, alone or shared."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from services.domain.allowance import TEAMS
from services.ports import SendBudget
from tests.contract.send_budget.conftest import QUICK, QUICKER, Replica

PER_CONVERSATION = ((1.0, 7), (2.0, 8), (30.0, 60))
PER_TENANT = ((1.0, 50),)


async def moment(budget: SendBudget, conversation: str) -> float:
    """Wait for one's turn and give the moment that was reserved, by the budget's clock."""
    while True:
        slot = await budget.reserve(conversation)
        if slot.wait > 0:
            await asyncio.sleep(slot.wait)
        if slot.granted:
            return slot.at


def check(moments: list[float], windows: tuple[tuple[float, int], ...]) -> None:
    moments.sort()
    for seconds, allowed in windows:
        for before, after in zip(moments, moments[allowed:], strict=False):
            assert after - before > seconds / QUICKER, f"{allowed + 1} in {after - before} s"


async def test_a_few_go_at_once_and_the_next_has_to_come_back(budget: SendBudget) -> None:
    slots = [await budget.reserve("a:1") for _ in range(6)]
    assert [slot.granted for slot in slots] == [True] * 5 + [False]
    assert max(slot.wait for slot in slots[:5]) < TEAMS.tenant.interval * 5
    assert 0 < slots[5].wait <= TEAMS.brief.interval
    await asyncio.sleep(slots[5].wait)
    assert (await budget.reserve("a:1")).granted


async def test_conversations_do_not_wait_for_each_other(budget: SendBudget) -> None:
    for _ in range(6):
        await budget.reserve("a:1")
    assert (await budget.reserve("a:2")).granted


async def test_moments_of_a_conversation_are_given_in_order(replica: Replica) -> None:
    budget = replica(QUICK)
    moments = [await moment(budget, "a:1") for _ in range(12)]
    assert moments == sorted(moments)


async def test_a_conversation_is_held_back_when_teams_asks_for_it(budget: SendBudget) -> None:
    await budget.reserve("a:1")
    await budget.hold_back("a:1", 60.0)
    await budget.hold_back("a:1", 1.0)
    slot = await budget.reserve("a:1")
    assert not slot.granted
    assert 55 < slot.wait <= 60
    await budget.hold_back("a:new", 60.0)
    assert not (await budget.reserve("a:new")).granted
    assert (await budget.reserve("a:2")).granted


async def test_the_tenants_share_is_shared_out_one_by_one(replica: Replica) -> None:
    budget = replica(QUICK)
    slots = await asyncio.gather(*(budget.reserve(f"a:{number}") for number in range(100)))
    assert all(slot.granted for slot in slots)
    check([slot.at for slot in slots], PER_TENANT)


async def test_many_tasks_of_two_replicas_together_keep_every_window(replica: Replica) -> None:
    replicas = [replica(QUICK), replica(QUICK)]
    sent: dict[str, list[float]] = defaultdict(list)

    async def write(number: int) -> None:
        conversation = f"a:{number % 3}"
        sent[conversation].append(await moment(replicas[number % 2], conversation))

    await asyncio.gather(*(write(number) for number in range(90)))
    assert [len(moments) for moments in sent.values()] == [30] * 3
    for moments in sent.values():
        check(moments, PER_CONVERSATION)
    check([at for moments in sent.values() for at in moments], PER_TENANT)
