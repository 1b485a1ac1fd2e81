"""The old number of somebody who moves: taken away, and given back when the change is undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.step import Step, StepKind, StepStatus
from services.provisioning.facts import ASKED, UNASKED
from services.provisioning.outcome import Done, Outcome, Stuck, Waiting
from services.provisioning.pace import Pace
from services.provisioning.persona_steps import ReleaseNumber
from services.provisioning.plan import carried
from services.provisioning.task import Task
from tests.clock import FakeClock
from tests.fakes.telephony import FakeTelephony
from tests.fakes.tenant import FakeTenant
from tests.fakes.voice_company import CHRISTIE, GROUP_ID, OTHER, a_tenant, e164

OLD = e164(1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def tenant(clock: FakeClock) -> FakeTenant:
    """Christie is licensed and has a number."""
    tenant = a_tenant(clock)
    tenant.groups[GROUP_ID].members[CHRISTIE.id] = clock.now()
    tenant.numbers[OLD].target = CHRISTIE.id
    return tenant


@pytest.fixture
def release(tenant: FakeTenant, clock: FakeClock) -> ReleaseNumber:
    return ReleaseNumber(FakeTelephony(tenant), clock, Pace(doubt=10, late_doubt=10))


async def kept(step: Step) -> None:
    """Made durable."""


def task(step: Step | None = None) -> Task:
    fresh = Step(key="release number", kind=StepKind.RELEASE_NUMBER, subject=OLD, target=OLD)
    return Task(step=step or fresh, person_id=CHRISTIE.id, group_ids=frozenset(), keep=kept)


async def until_settled(look: object, clock: FakeClock) -> Outcome:
    for _ in range(20):
        outcome: Outcome = await look()  # type: ignore[operator]
        if not isinstance(outcome, Waiting):
            return outcome
        await clock.sleep(2)
    raise AssertionError(outcome)


async def test_it_is_taken_away_and_given_back(
    tenant: FakeTenant, release: ReleaseNumber, clock: FakeClock
) -> None:
    mine = task()
    assert await until_settled(lambda: release.look(mine), clock) == Done(changed=True)
    assert tenant.numbers[OLD].target is None
    again = task(replace(mine.step, facts={}, changed=True))
    assert await until_settled(lambda: release.undo(again), clock) == Done(status=StepStatus.UNDONE)
    assert tenant.numbers[OLD].target == CHRISTIE.id


async def test_a_release_that_is_still_under_way_is_awaited_before_it_is_undone(
    tenant: FakeTenant, release: ReleaseNumber, clock: FakeClock
) -> None:
    tenant.operation_s, tenant.replication_s = 6, 3
    mine = task()
    assert isinstance(await release.look(mine), Waiting)
    assert UNASKED in mine.step.facts
    assert isinstance(await release.undo(mine), Waiting), "the list still shows it as hers"
    assert await until_settled(lambda: release.undo(mine), clock) == Done(status=StepStatus.UNDONE)
    clock.move(60)
    tenant.settle()
    assert tenant.numbers[OLD].target == CHRISTIE.id


async def test_a_release_that_ended_between_two_runs_is_known_as_ours(
    tenant: FakeTenant, release: ReleaseNumber, clock: FakeClock
) -> None:
    tenant.operation_s = 6
    mine = task()
    await release.look(mine)
    clock.move(10)
    tenant.settle()
    planned = replace(task().step, status=StepStatus.NOTHING_TO_DO)
    assert carried(planned, [mine.step]).changed


async def test_a_number_that_somebody_else_freed_is_not_given_back(
    tenant: FakeTenant, release: ReleaseNumber, clock: FakeClock
) -> None:
    tenant.numbers[OLD].target = None
    mine = task()
    assert await until_settled(lambda: release.look(mine), clock) == Done(status=StepStatus.NOTHING_TO_DO)
    assert ASKED not in mine.step.facts


async def test_who_has_another_number_by_now_needs_no_old_one_back(
    tenant: FakeTenant, release: ReleaseNumber, clock: FakeClock
) -> None:
    mine = task()
    await until_settled(lambda: release.look(mine), clock)
    tenant.numbers[OLD].target = OTHER
    again = task(replace(mine.step, facts={}, changed=True))
    stuck = await until_settled(lambda: release.undo(again), clock)
    assert isinstance(stuck, Stuck)
    assert "Then Roll back" in stuck.what_to_do
    tenant.numbers[e164(2)].target = CHRISTIE.id
    assert await until_settled(lambda: release.undo(again), clock) == Done(status=StepStatus.UNDONE)
