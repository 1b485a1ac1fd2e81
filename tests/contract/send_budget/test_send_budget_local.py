"""The budget in memory does not grow with everybody who ever wrote."""

from __future__ import annotations

from services.send_budget import LocalSendBudget


async def test_quiet_conversations_are_forgotten() -> None:
    clock = [0.0]
    budget = LocalSendBudget(now=lambda: clock[0])
    await budget.hold_back("a:held", 3600.0)
    for number in range(3000):
        clock[0] += 1.0
        await budget.reserve(f"a:{number}")
    assert len(budget) < 10
    assert not (await budget.reserve("a:held")).granted


async def test_nobody_is_forgotten_who_has_sent_much() -> None:
    clock = [0.0]
    budget = LocalSendBudget(now=lambda: clock[0])
    for _ in range(5):
        await budget.reserve("a:busy")
    for number in range(14):
        await budget.reserve(f"a:{number}")
    assert not (await budget.reserve("a:busy")).granted
