"""Megan approves while Christie cancels, a thousand times in any order: one outcome, and both are told it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from bot.approval_parts import ApprovalParts
from dialogs import requests
from dialogs.context import Answer, Desk
from services.approvals.decisions import Approvals
from services.audit import verify
from services.changes import Changes
from services.domain import transitions
from services.domain.approval_rule import no_rules
from services.domain.location import Cost
from services.domain.person import Actor, PersonRef
from services.domain.request import Request, RequestKind, RequestState
from services.domain.stage import Stage, asked
from services.ports import Records
from services.requests import Requests
from tests.clock import FakeClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.provisioner import NoProvisioner
from tests.fakes.tenant import FakeTenant
from tests.unit.cards_rules import texts

TIMES, AT_ONCE = 1000, 20
MEGAN = PersonRef(id="00000000-0000-4000-8000-000000000002", name="Megan Bowen")
WORDS = {RequestState.APPROVED: "✓ Approved", RequestState.CANCELLED: "✕ Cancelled"}


def desk_on(records: Records, clock: FakeClock) -> Desk:
    """The conversations about requests; the others have no part in it."""
    changes = Changes(records, clock, frozenset(), lambda _: None)
    parts = ApprovalParts.of(FakeDirectory(FakeTenant(clock)), changes, no_rules, "")
    provisioner = NoProvisioner()
    approvals = Approvals(
        changes, provisioner, parts.routing, parts.attendance, parts.finder, chase=lambda: None
    )
    nothing = cast(Any, None)
    kept = {"changes": changes, "requests": Requests(changes, provisioner), "approvals": approvals}
    return Desk(**{name: kept.get(name, nothing) for name in Desk.__dataclass_fields__})


def waiting(number: int, clock: FakeClock) -> Request:
    now = clock.now()
    who = PersonRef(id=f"a0000000-0000-4000-8000-{number:012}", name="Christie Cline")
    draft = Request(
        id=f"c0000000-0000-4000-8000-{number:012}",
        ref=f"SB-{number:06}",
        kind=RequestKind.NUMBER,
        requester=who,
        beneficiary=who,
        purpose="Suppliers call me back",
        location="Manchester",
        cost=Cost(amount=Decimal("6.50"), currency="GBP"),
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=14),
        stages=(Stage(name="manager", approvers=asked(MEGAN, why="manager"), why="manager"),),
    )
    return transitions.submit(replace(draft), now)


async def after(turns: int, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The work, some turns of the loop later."""
    for _ in range(turns):
        await asyncio.sleep(0)
    return await work


async def race(desk: Desk, records: Records, request: Request, dice: random.Random) -> RequestState:
    """Both press what their cards show; gives the outcome that both were told."""
    christie = Actor(id=request.requester.id, name="Christie Cline", tenant_id="t")
    megan = Actor(id=MEGAN.id, name=MEGAN.name, tenant_id="t")
    both = [
        after(dice.randrange(4), requests.approve(desk, megan, request.id, request.version)),
        after(dice.randrange(4), requests.cancel(desk, christie, request.id, request.version)),
    ]
    if dice.random() < 0.5:
        both.reverse()
    answers = await asyncio.gather(*both)
    async with records.transaction() as tx:
        ended = await tx.requests.get(request.id)
    assert ended.version == request.version + 1, "one of them changed it, once"
    for answer in answers:
        assert WORDS[ended.state] in texts(answer.card), "the card tells what really happened"
    losers = [answer for answer in answers if answer.has_notice]
    assert len(losers) == 1, "whoever was too late is told so"
    assert "out of date" in texts(losers[0].card)
    return ended.state


async def test_one_outcome_and_both_are_told_it(records: Records, clock: FakeClock) -> None:
    desk, dice = desk_on(records, clock), random.Random(2026)
    outcomes: list[RequestState] = []
    for start in range(1, TIMES + 1, AT_ONCE):
        some = [waiting(number, clock) for number in range(start, start + AT_ONCE)]
        async with records.transaction() as tx:
            for request in some:
                await tx.requests.add(request)
        outcomes += await asyncio.gather(*(race(desk, records, request, dice) for request in some))
    assert len(outcomes) == TIMES
    assert min(map(outcomes.count, WORDS)) > TIMES // 10, "either may be first"
    assert await verify(records) == TIMES, "one change of each, and no more"
