"""What goes wrong on the way, and what is said about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain import transitions
from services.domain.errors import LicenceMissing, NotPermitted, TenantBusy
from services.domain.number import NumberStatus
from services.domain.request import RequestState
from services.domain.step import StepKind, StepStatus
from services.locations import Locations
from services.provisioning import flows
from services.provisioning.pace import Pace
from services.provisioning.run import Superseded
from tests.fakes.tenant import FakeNumber
from tests.fakes.voice_company import (
    CALLING_SKU,
    CHRISTIE,
    GROUP,
    GROUP_ID,
    MANCHESTER,
    PHONE_SKU,
    REQUEST_ID,
    calling_plan,
    e164,
)
from tests.workflow.stage import Stage, at_once, step

JOINED = ("joined", GROUP, CHRISTIE.id)
ASSIGNED = ("assigned", e164(1), CHRISTIE.id)
BUSY = TenantBusy(words="HTTP 429 Too Many Requests", retry_after=17.0, maybe_done=False)


async def test_in_a_storm_everything_is_done_once_and_the_card_says_what_it_waits_for(stage: Stage) -> None:
    stage.tenant.storm = 0.45
    stage.tenant.operation_s = 3
    stage.tenant.licence_s = 5
    request = await stage.provision()
    assert request.state is RequestState.COMPLETED
    assert stage.tenant.ledger == [JOINED, ASSIGNED]
    details = {
        known.detail for seen in stage.seen for known in seen.plan if known.status is StepStatus.WAITING
    }
    assert any("Microsoft 365 is busy (HTTP 503" in detail for detail in details)


async def test_the_tenants_wish_for_a_pause_is_honoured_and_shown(stage: Stage) -> None:
    await stage.conductor.begin(stage.conductor.run("request-1", 1))
    stage.tenant.outage = [BUSY]
    run = stage.conductor.run("request-1", 1)
    assert await stage.conductor.walk(run, f"join group:{GROUP_ID}")
    waiting = step(stage.seen[0], StepKind.JOIN_GROUP)
    assert waiting.status is StepStatus.WAITING
    assert "HTTP 429" in waiting.detail
    assert waiting.next_try == stage.seen[0].updated_at + timedelta(seconds=17)


async def test_a_tenant_that_is_away_at_the_start_does_not_hide_it(stage: Stage) -> None:
    stage.tenant.outage = [BUSY] * 5
    request = await stage.provision()
    waiting = step(stage.seen[-1], StepKind.JOIN_GROUP)
    assert stage.seen[-1].state is RequestState.PROVISIONING
    assert "HTTP 429" in waiting.detail
    assert request.state is RequestState.COMPLETED


async def test_a_refusal_parks_with_the_tenants_words_and_keeps_the_promise(stage: Stage) -> None:
    group = stage.tenant.groups[GROUP_ID]
    group.group = replace(group.group, takes_members=False, is_dynamic=True)
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert request.attention is not None
    assert request.attention.step == f"Join the group {GROUP}"
    assert request.attention.words == "Insufficient privileges to complete the operation."
    assert request.attention.is_quoted
    assert "rule" in request.attention.what_to_do
    assert (await stage.number(e164(1))).held_for == request.id
    assert stage.tenant.ledger == []

    group.group = replace(group.group, takes_members=True)
    assert (await stage.retry()).state is RequestState.COMPLETED


async def test_a_missing_permission_is_said_to_who_can_give_it(stage: Stage) -> None:
    stage.tenant.outage = [NotPermitted(words="Missing role GroupMember.ReadWrite.All")]
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert request.attention is not None
    assert request.attention.words == "Missing role GroupMember.ReadWrite.All"
    assert "permission" in request.attention.what_to_do


async def test_a_disabled_account_gets_no_number(stage: Stage) -> None:
    stage.tenant.people[CHRISTIE.id] = replace(CHRISTIE, account_enabled=False)
    request = await stage.provision()
    assert request.attention is not None
    assert "disabled" in request.attention.words
    assert stage.tenant.ledger == []


async def test_another_licence_of_the_group_that_cannot_be_given_stops_nothing(stage: Stage) -> None:
    stage.tenant.groups[GROUP_ID].skus = (CALLING_SKU, PHONE_SKU)
    stage.tenant.skus[CALLING_SKU] = calling_plan(enabled=5)
    stage.tenant.faults[CALLING_SKU] = "MutuallyExclusiveViolation"
    stage.tenant.licence_s = 900
    request = await stage.provision()
    assert request.state is RequestState.COMPLETED, request.attention


async def test_the_licence_that_is_waited_for_stops_it_when_it_cannot_be_given(stage: Stage) -> None:
    stage.tenant.faults[PHONE_SKU] = "MutuallyExclusiveViolation"
    request = await stage.provision()
    assert request.attention is not None
    assert "conflicts with another licence of the account" in request.attention.words


async def test_patience_ends(stage: Stage) -> None:
    stage.tenant.licence_s = 1e9
    stage.pace = Pace(patience=7200)
    started = stage.clock.now()
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert request.attention is not None
    assert request.attention.words.startswith("Still not done after 2 hours. The group's licence")
    assert not request.attention.is_quoted
    assert timedelta(hours=1.8) < stage.clock.now() - started <= timedelta(hours=2)


async def test_an_order_whose_answer_got_lost_is_not_sent_twice(stage: Stage) -> None:
    await stage.conductor.begin(stage.conductor.run("request-1", 1))
    stage.tenant.operation_s = 20
    run = stage.conductor.run("request-1", 1)
    for key in [known.key for known in (await stage.request()).plan[:2]]:
        assert await stage.conductor.walk(run, key)
    lost = iter([TenantBusy(words="the connection was lost", maybe_done=True)])
    real = stage.tenant.lost_answer

    def lose() -> None:
        real()
        if (error := next(lost, None)) is not None:
            raise error

    stage.tenant.lost_answer = lose  # type: ignore[method-assign]
    assert await stage.conductor.walk(run, "assign number")
    assert stage.tenant.orders == 1
    assert step(await stage.request(), StepKind.ASSIGN_NUMBER).changed


async def test_an_error_nobody_thought_of_is_told_without_a_traceback(stage: Stage) -> None:
    stage.tenant.outage = [ZeroDivisionError("division by zero")]
    request = await stage.provision()
    assert request.state is RequestState.NEEDS_ATTENTION
    assert request.attention is not None
    assert "log" in request.attention.words
    assert not request.attention.is_quoted
    assert "division" not in request.attention.words
    assert (await stage.retry()).state is RequestState.COMPLETED


async def test_a_number_that_was_taken_back_without_an_answer_is_not_taken_back_twice(stage: Stage) -> None:
    stage.pace = Pace(patience=600)
    stage.tenant.voice_works = False
    await stage.provision()
    stage.tenant.operation_s = 20
    lost = iter([TenantBusy(words="the connection was lost", maybe_done=True)])

    def lose() -> None:
        if (error := next(lost, None)) is not None:
            raise error

    stage.tenant.lost_answer = lose  # type: ignore[method-assign]
    assert (await stage.roll_back()).state is RequestState.ROLLED_BACK
    assert stage.tenant.orders == 2


async def test_a_run_that_has_been_overtaken_changes_nothing_more(stage: Stage) -> None:
    stage.tenant.skus[PHONE_SKU] = replace(stage.tenant.skus[PHONE_SKU], enabled=0)
    await stage.provision()
    await stage.press(transitions.retry)
    conductor = stage.conductor
    await conductor.begin(conductor.run(REQUEST_ID, 2))
    before = await stage.request()
    assert (before.state, before.runs) == (RequestState.PROVISIONING, 2)
    old = conductor.run(REQUEST_ID, 1)
    for known in before.plan:
        with pytest.raises(Superseded):
            await conductor.walk(old, known.key)
    with pytest.raises(Superseded):
        await conductor.complete(old)
    await flows.provision(conductor, old, at_once)
    assert await stage.request() == before


async def test_teams_that_does_not_see_the_licence_yet_is_ordered_again_later(stage: Stage) -> None:
    stage.tenant.refusals = [LicenceMissing(words="User lacks appropriate licenses")] * 2
    request = await stage.provision()
    assert request.state is RequestState.COMPLETED
    assert "Teams does not see the licence yet" in step(stage.seen[-1], StepKind.ASSIGN_NUMBER).detail


async def test_a_location_that_is_gone_from_the_list_is_said_so(stage: Stage) -> None:
    elsewhere = replace(MANCHESTER, name="Leeds")
    request = await stage.provision(Locations((elsewhere,)))
    assert request.attention is not None
    assert request.attention.words == "Manchester is not in Switchboard's list of locations any more."
    assert (await stage.retry()).state is RequestState.COMPLETED


async def test_a_second_number_of_the_same_person_asks_people(stage: Stage) -> None:
    stage.tenant.numbers[e164(9)] = FakeNumber(e164(9), target=CHRISTIE.id)
    request = await stage.provision()
    assert request.attention is not None
    assert "already has a primary telephone number" in request.attention.words
    assert request.attention.is_quoted
    stage.tenant.numbers[e164(9)].target = None
    assert (await stage.roll_back()).state is RequestState.ROLLED_BACK
    assert (await stage.number(e164(1))).status is NumberStatus.FREE


async def test_an_order_that_the_tenant_knows_nothing_of_is_sent_again_after_a_while(stage: Stage) -> None:
    stage.tenant.operation_s = 3600
    started = stage.clock.now()

    def forget() -> None:
        if stage.tenant.orders == 1:
            stage.tenant.operations.clear()

    stage.meanwhile = forget
    request = await stage.provision()
    assert request.state is RequestState.COMPLETED
    assert stage.tenant.orders == 2
    assert stage.clock.now() - started > timedelta(seconds=stage.pace.doubt)
