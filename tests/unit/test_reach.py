"""Approvers whom Teams cannot reach: who is asked as well, so that nothing waits for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.approval_parts import ApprovalParts
from services.approvals.decisions import Approvals
from services.changes import Changes
from services.domain import approving
from services.domain.approval_rule import no_rules
from services.domain.person import Person, PersonRef
from services.domain.request import Request, RequestState
from services.domain.stage import Need, Stage, asked
from services.domain.transitions import submit
from services.reach import GRACE, Reach
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.provisioner import NoProvisioner
from tests.fakes.tenant import FakeTenant
from tests.unit.test_life_of_a_request import ALLAN, MEGAN, MIRIAM, draft


@dataclass
class Desk:
    """Approvals on records of their own; Allan is the fallback approver."""

    records: EmbeddedRecords
    clock: FakeClock
    reach: Reach

    async def pending(self, need: Need, *approvers: PersonRef) -> Request:
        now = self.clock.now()
        stage = Stage(name="heads", approvers=asked(*approvers, why="head"), why="head", need=need)
        request = submit(
            replace(draft(), created_at=now, expires_at=now + timedelta(days=14), stages=(stage,)), now
        )
        async with self.records.transaction() as tx:
            await tx.requests.add(request)
        self.clock.move(GRACE.total_seconds())
        return request

    async def without(self, request: Request, *lost: PersonRef) -> Request:
        """The request, once Teams was found not to reach somebody."""
        assert not await self.reach.go_on_without(request, frozenset(who.id for who in lost))
        async with self.records.transaction() as tx:
            return await tx.requests.get(request.id)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = FakeClock()
    tenant = FakeTenant(clock)
    tenant.people = {
        who.id: Person(id=who.id, display_name=who.name, user_principal_name=f"{who.id}@contoso.example")
        for who in (MEGAN, MIRIAM, ALLAN)
    }
    records = await EmbeddedRecords.open(tmp_path, clock)
    changes = Changes(records, clock, frozenset(), lambda _: None)
    parts = ApprovalParts.of(FakeDirectory(tenant), changes, no_rules, ALLAN.id)
    approvals = Approvals(
        changes, NoProvisioner(), parts.routing, parts.attendance, parts.finder, chase=lambda: None
    )
    yield Desk(records, clock, Reach(changes, approvals, parts.routing, lambda _: None))
    await records.close()


async def test_of_several_of_whom_one_decides_the_others_are_enough(desk: Desk) -> None:
    told = await desk.without(await desk.pending(Need.ONE, MEGAN, MIRIAM), MEGAN)
    assert [who.name for who in told.stages[0].approvers] == [MEGAN.name, MIRIAM.name]
    assert told.stages[0].unreached == (MEGAN,)


async def test_where_all_must_approve_the_fallback_decides_for_whoever_is_out_of_reach(desk: Desk) -> None:
    request = await desk.pending(Need.ALL, MEGAN, MIRIAM)
    told = await desk.without(request, MEGAN)
    assert [who.name for who in told.stages[0].approvers] == [MEGAN.name, MIRIAM.name, ALLAN.name]
    assert await desk.without(told, MEGAN) == told, "the same news is no news"
    half = approving.approve(told, ALLAN, desk.clock.now())
    assert [who.name for who in half.stages[0].undecided] == [MIRIAM.name]
    assert approving.approve(half, MIRIAM, desk.clock.now()).state is RequestState.APPROVED


async def test_a_stage_that_came_meanwhile_is_not_decided_by_who_stands_in_for_the_one_before(
    desk: Desk,
) -> None:
    request = await desk.pending(Need.ONE, MEGAN)
    moved = approving.delegate(request, MEGAN, asked(MIRIAM)[0], request.stages[0], desk.clock.now())
    async with desk.records.transaction() as tx:
        await tx.requests.save(moved, request.version)
    assert await desk.without(request, MEGAN) == moved
