"""What becomes of a request, as its people see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.domain import transitions
from services.domain.audit import verify
from services.domain.errors import TenantBusy
from services.domain.number import NumberStatus
from services.domain.request import RequestState
from services.domain.step import StepKind, StepStatus
from services.ports import Records
from services.provisioning.pace import Pace
from tests.clock import FakeClock
from tests.fakes.tenant import FakeNumber
from tests.fakes.voice_company import CHRISTIE, GROUP, GROUP_ID, OTHER, PHONE_SKU, e164
from tests.workflow.stage import Stage, statuses, step

JOINED = ("joined", GROUP, CHRISTIE.id)
ASSIGNED = ("assigned", e164(1), CHRISTIE.id)
BUSY = TenantBusy(words="HTTP 429 Too Many Requests", retry_after=17.0, maybe_done=False)


async def test_from_approved_to_a_number_that_rings(stage: Stage) -> None:
    request = await stage.provision()
    assert request.state is RequestState.COMPLETED
    assert statuses(request) == [StepStatus.DONE] * 4
    assert stage.tenant.ledger == [JOINED, ASSIGNED]
    number = await stage.number(e164(1))
    assert (number.status, number.assignee) == (NumberStatus.ASSIGNED, CHRISTIE.ref)
    assert stage.hints
    entries = await stage.audit()
    assert verify(entries) == len(entries)
    assert [e.facts["step"] for e in entries if e.what == "step done"] == [s.key for s in request.plan]


async def test_what_is_there_already_is_left_alone_and_not_taken_away_again(stage: Stage) -> None:
    stage.tenant.groups[GROUP_ID].members[CHRISTIE.id] = stage.clock.now()
    stage.tenant.numbers[e164(1)].held_elsewhere = True
    stage.tenant.numbers = {e164(1): stage.tenant.numbers[e164(1)]}
    blocked = [replace(await stage.number(e164(place)), status=NumberStatus.BLOCKED) for place in (2, 3)]
    async with stage.records.transaction() as tx:
        await tx.numbers.put(blocked)
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert step(request, StepKind.JOIN_GROUP).status is StepStatus.NOTHING_TO_DO
    request = await stage.roll_back()
    assert request.state is RequestState.ROLLED_BACK
    assert stage.tenant.ledger == []
    assert CHRISTIE.id in stage.tenant.groups[GROUP_ID].members


async def test_a_licence_that_comes_late_is_waited_for_and_the_card_says_so(stage: Stage) -> None:
    stage.tenant.licence_s = 900
    started = stage.clock.now()
    request = await stage.provision()
    assert request.state is RequestState.COMPLETED
    waits = [step(seen, StepKind.WAIT_FOR_LICENCE) for seen in stage.seen]
    waiting = [wait for wait in waits if wait.status is StepStatus.WAITING]
    assert all("licence is on its way" in wait.detail and wait.next_try for wait in waiting)
    assert stage.clock.now() - started < timedelta(seconds=900 + 61), "it came and nobody looked"
    pauses = stage.clock.slept
    assert pauses[3] > pauses[0]
    assert max(pauses) <= 60.5
    assert len(pauses) < 30
    assert [e.what for e in await stage.audit()].count("step waiting") == 1


async def test_no_licence_left_asks_people_and_goes_on_once_one_is_bought(stage: Stage) -> None:
    stage.tenant.skus[PHONE_SKU] = replace(stage.tenant.skus[PHONE_SKU], enabled=0)
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert request.attention is not None
    assert "CountViolation" in request.attention.words
    assert "buy a licence" in request.attention.what_to_do
    assert step(request, StepKind.WAIT_FOR_LICENCE).status is StepStatus.BLOCKED
    assert (await stage.number(e164(1))).held_for == request.id
    stage.tenant.skus[PHONE_SKU] = replace(stage.tenant.skus[PHONE_SKU], enabled=1)
    request = await stage.retry()
    assert request.state is RequestState.COMPLETED
    assert request.runs == 2
    assert stage.tenant.ledger == [JOINED, ASSIGNED]


async def test_a_number_that_is_in_use_after_all_is_exchanged_and_recorded(stage: Stage) -> None:
    stage.tenant.numbers[e164(1)].held_elsewhere = True
    stage.tenant.numbers[e164(2)].target = OTHER
    request = await stage.provision()
    assert request.state is RequestState.COMPLETED
    assert request.number == e164(3)
    assert request.notices == (
        f"{e164(1)} was already in use, so you get {e164(2)}.",
        f"{e164(2)} was already in use, so you get {e164(3)}.",
    )
    for place, words in ((1, "already been assigned to another user"), (2, "somebody else's")):
        disputed = await stage.number(e164(place))
        assert disputed.status is NumberStatus.BLOCKED
        assert disputed.held_for is None
        assert words in (disputed.discrepancy or "")
    assert stage.tenant.ledger == [JOINED, ("assigned", e164(3), CHRISTIE.id)]
    audited = [e.subject for e in await stage.audit() if e.what == "discrepancy"]
    assert audited == [e164(1), e164(2)]


async def test_when_all_numbers_are_gone_people_are_asked_and_a_new_one_ends_it(stage: Stage) -> None:
    for number in stage.tenant.numbers.values():
        number.target = OTHER
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert request.attention is not None
    assert request.attention.step == f"Assign {e164(3)}"
    assert "add a number in Manchester" in request.attention.what_to_do
    assert (await stage.number(e164(3))).discrepancy

    stage.tenant.numbers[e164(4)] = FakeNumber(e164(4))
    first = await stage.number(e164(1))
    fresh = replace(first, e164=e164(4), status=NumberStatus.FREE, discrepancy=None)
    async with stage.records.transaction() as tx:
        await tx.numbers.put([fresh])
    request = await stage.retry()
    assert request.state is RequestState.COMPLETED
    assert request.number == e164(4)


async def test_one_number_after_the_other_in_use_is_a_fault_elsewhere(
    records: Records, clock: FakeClock
) -> None:
    stage = await Stage.set(records, clock, numbers=9)
    for number in stage.tenant.numbers.values():
        number.held_elsewhere = True
    request = await stage.provision()
    assert request.attention is not None
    assert "compare the inventory" in request.attention.what_to_do
    assert (await stage.number(e164(7))).status is NumberStatus.FREE


async def test_rolling_back_undoes_what_was_done_and_the_number_rests(stage: Stage) -> None:
    stage.pace = Pace(patience=600)
    stage.tenant.voice_works = False
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert stage.tenant.ledger == [JOINED, ASSIGNED]
    request = await stage.roll_back()
    assert request.state is RequestState.ROLLED_BACK
    assert stage.tenant.ledger[2:] == [("unassigned", e164(1), ""), ("left", GROUP, CHRISTIE.id)]
    assert step(request, StepKind.ASSIGN_NUMBER).status is StepStatus.UNDONE
    number = await stage.number(e164(1))
    assert number.status is NumberStatus.RESTING
    assert number.resting_until == request.updated_at + timedelta(days=30)


async def test_a_number_that_is_somebody_elses_when_it_is_rolled_back_is_not_offered_again(
    stage: Stage,
) -> None:
    stage.pace = Pace(patience=600)
    stage.tenant.voice_works = False
    await stage.provision()
    stage.tenant.numbers[e164(1)].target = OTHER
    assert (await stage.roll_back()).state is RequestState.ROLLED_BACK
    assert stage.tenant.numbers[e164(1)].target == OTHER
    number = await stage.number(e164(1))
    assert (number.status, number.assignee, number.resting_until) == (NumberStatus.BLOCKED, None, None)
    assert number.discrepancy == "Microsoft 365 lists the number as somebody else's."
    assert [e.subject for e in await stage.audit() if e.what == "discrepancy"] == [e164(1)]


async def test_rolling_back_before_the_number_was_given_lets_it_go_at_once(stage: Stage) -> None:
    stage.tenant.skus[PHONE_SKU] = replace(stage.tenant.skus[PHONE_SKU], enabled=0)
    await stage.provision()
    request = await stage.roll_back()
    assert request.state is RequestState.ROLLED_BACK
    assert stage.tenant.ledger == [JOINED, ("left", GROUP, CHRISTIE.id)]
    assert (await stage.number(e164(1))).status is NumberStatus.FREE


async def test_a_request_that_was_cancelled_before_it_began_changes_nothing(stage: Stage) -> None:
    async with stage.records.transaction() as tx:
        request = await tx.requests.get("request-1")
        await tx.requests.save(transitions.cancel(request, CHRISTIE.ref, stage.clock.now()), request.version)
    request = await stage.provision()
    assert request.state is RequestState.CANCELLED
    assert stage.tenant.ledger == []
