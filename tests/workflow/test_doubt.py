"""An order whose answer got lost, and a list that lags: whose is the number, and is another one needed?"""

from __future__ import annotations

import pytest

from services.domain.errors import NumberTaken, TenantBusy, TenantError
from services.domain.number import NumberStatus
from services.domain.request import RequestState
from services.domain.step import StepKind
from services.provisioning.facts import CONTESTED, DOUBTED
from services.provisioning.pace import Pace
from tests.fakes.voice_company import CHRISTIE, GROUP, OTHER, e164
from tests.workflow.stage import Stage, step

JOINED = ("joined", GROUP, CHRISTIE.id)
ASSIGNED = ("assigned", e164(1), CHRISTIE.id)
UNASSIGNED = ("unassigned", e164(1), "")
LEFT = ("left", GROUP, CHRISTIE.id)
LOST = TenantBusy(words="the connection was lost", maybe_done=True)
HAD = NumberTaken(words=f"Telephone Number '{e164(1)}' has already been assigned to another user")


def answers_of_orders(stage: Stage, *answers: TenantError | None) -> None:
    """What becomes of the answers of the next orders; each is carried out, unless it is refused."""
    left = list(answers)
    real = stage.tenant.lost_answer

    def answer() -> None:
        is_order = stage.tenant.orders > 0
        error = left.pop(0) if is_order and left else None
        if error is HAD:
            stage.tenant.operations.popitem()
        if error is not None:
            raise error
        real()

    stage.tenant.lost_answer = answer  # type: ignore[method-assign]


def lag(stage: Stage, seconds: float) -> None:
    stage.tenant.replication_s = seconds
    stage.tenant.refuses_again = True


@pytest.mark.parametrize("second", [None, HAD], ids=["in the operation", "at once"])
async def test_a_late_order_of_our_own_is_not_taken_for_somebody_elses(
    stage: Stage, second: TenantError | None
) -> None:
    lag(stage, stage.pace.doubt * 5)
    answers_of_orders(stage, LOST, second)
    request = await stage.provision()
    assert (request.state, request.number) == (RequestState.COMPLETED, e164(1))
    assert stage.tenant.ledger == [JOINED, ASSIGNED]
    assert stage.tenant.orders == 2, "a refused order is not sent a third time"
    number = await stage.number(e164(1))
    assert (number.status, number.discrepancy) == (NumberStatus.ASSIGNED, None)
    assert request.notices == ()
    assert step(request, StepKind.ASSIGN_NUMBER).changed
    details = [step(seen, StepKind.ASSIGN_NUMBER).detail for seen in stage.seen]
    assert any("looks at whose it is" in detail for detail in details)


async def test_a_number_that_somebody_else_is_shown_to_have_is_exchanged_in_spite_of_a_doubt(
    stage: Stage,
) -> None:
    stage.tenant.numbers[e164(1)].held_elsewhere = True
    answers_of_orders(stage, LOST, HAD)
    before = stage.clock.now()

    def comes_to_light() -> None:
        if (stage.clock.now() - before).total_seconds() > 120:
            stage.tenant.numbers[e164(1)].target = OTHER

    stage.meanwhile = comes_to_light
    request = await stage.provision()
    assert (request.state, request.number) == (RequestState.COMPLETED, e164(2))
    assert (stage.clock.now() - before).total_seconds() < stage.pace.late_doubt


async def test_a_refusal_that_nothing_explains_is_believed_in_the_end(stage: Stage) -> None:
    stage.tenant.numbers[e164(1)].held_elsewhere = True
    answers_of_orders(stage, LOST, None)
    before = stage.clock.now()
    request = await stage.provision()
    assert (request.state, request.number) == (RequestState.COMPLETED, e164(2))
    assert stage.pace.late_doubt < (stage.clock.now() - before).total_seconds() < 2 * stage.pace.late_doubt
    assert "already been assigned" in ((await stage.number(e164(1))).discrepancy or "")


async def test_the_doubt_outlives_a_retry(stage: Stage) -> None:
    lag(stage, 4000)
    stage.pace = Pace(patience=180)
    answers_of_orders(stage, LOST, HAD)
    parked = await stage.provision()
    assert parked.state is RequestState.NEEDS_ATTENTION
    assert {DOUBTED, CONTESTED} <= set(step(parked, StepKind.ASSIGN_NUMBER).facts)
    stage.pace = Pace()
    stage.tenant.replication_s = 400
    request = await stage.retry()
    assert (request.state, request.number) == (RequestState.COMPLETED, e164(1))
    assert stage.tenant.ledger == [JOINED, ASSIGNED]


async def test_what_a_doubtful_order_gave_is_taken_back_when_it_is_rolled_back(stage: Stage) -> None:
    lag(stage, 600)
    stage.pace = Pace(patience=180)
    answers_of_orders(stage, LOST, HAD)
    assert (await stage.provision()).state is RequestState.NEEDS_ATTENTION
    stage.pace = Pace()
    request = await stage.roll_back()
    assert request.state is RequestState.ROLLED_BACK
    assert stage.tenant.ledger == [JOINED, ASSIGNED, UNASSIGNED, LEFT]
    assert (await stage.number(e164(1))).status is NumberStatus.RESTING


@pytest.mark.parametrize("seed", range(3))
async def test_in_a_storm_on_a_tenant_that_lags_one_number_is_given_and_none_disputed(
    stage: Stage, seed: int
) -> None:
    stage.tenant.dice.seed(seed)
    stage.tenant.storm = 0.5
    stage.tenant.operation_s = 20
    lag(stage, 240)
    request = await stage.provision()
    assert (request.state, request.number, request.notices) == (RequestState.COMPLETED, e164(1), ())
    assert stage.tenant.ledger == [JOINED, ASSIGNED]
