"""The durable engine: starts each run once, goes on where it stopped, and stays on the application's loop."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.domain import transitions
from services.domain.number import Number, NumberType, hold
from services.domain.request import Request, RequestState
from services.domain.step import StepKind, StepStatus
from services.provisioning.durable import FILE
from services.storage.embedded import EmbeddedRecords
from tests.clock import FlowingClock
from tests.fakes.voice_company import (
    CHRISTIE,
    GROUP,
    GROUP_ID,
    PHONE_SKU,
    a_tenant,
    an_approved_request,
    e164,
)
from tests.workflow.house import PACE, House
from tests.workflow.stage import step

JOINED = ("joined", GROUP, CHRISTIE.id)
ASSIGNED = ("assigned", e164(1), CHRISTIE.id)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock = FlowingClock()
    records = await EmbeddedRecords.open(tmp_path, clock)
    yield House(tmp_path, records, clock, a_tenant(clock))
    await records.close()


@pytest.fixture
async def approved(house: House) -> Request:
    return await an_approved_request(house.records, house.clock)


async def test_a_run_is_started_once_and_ends_on_the_loop_of_the_application(
    house: House, approved: Request
) -> None:
    house.tenant.operation_s = 0.2
    async with house.engine() as engine:
        await asyncio.gather(*(engine.provision(approved) for _ in range(5)))
        request = await house.until_state(RequestState.COMPLETED)
        await engine.provision(approved)
        await asyncio.sleep(0.1)
    assert house.tenant.ledger == [JOINED, ASSIGNED]
    assert house.tenant.orders == 1
    assert request.runs == 1
    assert (await house.request()).version == request.version
    assert house.threads == {threading.get_ident()}


async def test_an_approved_request_whose_workflow_never_started_is_picked_up_at_start(
    house: House, approved: Request
) -> None:
    async with house.engine():
        await house.until_state(RequestState.COMPLETED)
    assert house.tenant.ledger == [JOINED, ASSIGNED]


async def test_one_that_is_approved_while_the_engine_does_not_hear_of_it_is_picked_up_too(
    house: House,
) -> None:
    async with house.engine():
        await an_approved_request(house.records, house.clock)
        await house.until_state(RequestState.COMPLETED)


async def test_a_stop_while_it_waits_loses_nothing(house: House, approved: Request) -> None:
    house.tenant.licence_s = 1.5
    async with house.engine() as engine:
        await engine.provision(approved)
        await house.until(
            lambda request: step(request, StepKind.WAIT_FOR_LICENCE).status is StepStatus.WAITING
        )
    stopped = await house.request()
    assert stopped.state is RequestState.PROVISIONING
    assert house.tenant.ledger == [JOINED]
    async with house.engine():
        await house.until_state(RequestState.COMPLETED)
    assert house.tenant.ledger == [JOINED, ASSIGNED]
    assert (await house.request()).runs == 1


async def test_a_run_whose_checkpoints_are_gone_begins_again_and_repeats_nothing(
    house: House, approved: Request
) -> None:
    house.tenant.licence_s = 1.0
    async with house.engine() as engine:
        await engine.provision(approved)
        await house.until(lambda request: step(request, StepKind.JOIN_GROUP).status is StepStatus.DONE)
    (house.folder / FILE).unlink()
    async with house.engine():
        await house.until_state(RequestState.COMPLETED)
    assert house.tenant.ledger == [JOINED, ASSIGNED]


async def test_retry_and_roll_back_are_runs_of_their_own(house: House, approved: Request) -> None:
    group = house.tenant.groups[GROUP_ID]
    group.group = replace(group.group, takes_members=False)
    async with house.engine() as engine:
        await engine.provision(approved)
        await house.until_state(RequestState.NEEDS_ATTENTION)
        group.group = replace(group.group, takes_members=True)
        house.tenant.faults[PHONE_SKU] = "DependencyViolation"
        await engine.provision(await house.press(transitions.retry))
        await house.until(lambda request: request.state is RequestState.NEEDS_ATTENTION and request.runs == 2)
        await engine.roll_back(await house.press(transitions.roll_back))
        request = await house.until_state(RequestState.ROLLED_BACK)
    assert request.runs == 3
    assert house.tenant.ledger == [JOINED, ("left", GROUP, CHRISTIE.id)]


async def test_a_roll_back_that_the_last_process_did_not_begin_is_picked_up(
    house: House, approved: Request
) -> None:
    house.tenant.faults[PHONE_SKU] = "DependencyViolation"
    async with house.engine() as engine:
        await engine.provision(approved)
        await house.until_state(RequestState.NEEDS_ATTENTION)
    await house.press(transitions.roll_back)
    async with house.engine():
        await house.until_state(RequestState.ROLLED_BACK)
    assert house.tenant.ledger == [JOINED, ("left", GROUP, CHRISTIE.id)]


async def test_threads_of_the_loop_work_after_a_stop(house: House) -> None:
    async with house.engine():
        pass
    assert await asyncio.to_thread(lambda: 42) == 42


async def test_a_second_engine_in_the_process_is_refused(house: House) -> None:
    async with house.engine():
        with pytest.raises(RuntimeError, match="dbos allows one"):
            await house.new_engine().start()


async def test_checkpoints_of_runs_that_ended_a_week_ago_are_cleared_away(
    house: House, approved: Request
) -> None:
    async with house.engine() as engine:
        await engine.provision(approved)
        await house.until_state(RequestState.COMPLETED)
        await house.until(lambda _: checkpoints(house) == 1)
        house.clock.move(timedelta(days=6).total_seconds())
        await asyncio.sleep(PACE.sweep * 2)
        assert checkpoints(house) == 1
        house.clock.move(timedelta(days=2).total_seconds())
        await house.until(lambda _: checkpoints(house) == 0)
    assert (await house.request()).state is RequestState.COMPLETED


def checkpoints(house: House) -> int:
    """Runs that the engine keeps checkpoints of."""
    with closing(sqlite3.connect(house.folder / FILE)) as database:
        (count,) = database.execute("SELECT count(*) FROM workflow_status").fetchone()
    return int(count)


async def test_a_run_that_broke_off_and_could_not_even_say_so_is_taken_up_again(
    house: House, approved: Request, logged: list[MutableMapping[str, Any]]
) -> None:
    """Neither its checkpoints nor its end can be written: dbos believes it to be at work for ever."""
    async with house.engine() as engine:
        with no_checkpoint_can_be_written(house):
            await engine.provision(approved)
            await house.until(lambda request: step(request, StepKind.JOIN_GROUP).status is StepStatus.DONE)
            await asyncio.sleep(PACE.sweep * 3)
            assert (await house.request()).state is RequestState.PROVISIONING
        await house.until_state(RequestState.COMPLETED)
    assert house.tenant.ledger == [JOINED, ASSIGNED]
    assert [line["event"] for line in logged if line["event"] == "run_died_here"]


@contextmanager
def no_checkpoint_can_be_written(house: House) -> Iterator[None]:
    with closing(sqlite3.connect(house.folder / FILE)) as database:
        for event in ("INSERT ON operation_outputs", "UPDATE ON workflow_status"):
            name = event.split()[-1]
            database.execute(
                f"CREATE TRIGGER full_{name} BEFORE {event} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )
        yield
        for name in ("operation_outputs", "workflow_status"):
            database.execute(f"DROP TRIGGER full_{name}")


async def test_requests_that_wait_hold_up_nobody(house: House, approved: Request) -> None:
    """More requests wait for a licence than steps may talk to the tenant at the same time."""
    house.tenant.licence_s = 3600
    waiting = PACE.at_once * 2
    await others_ask_too(house, approved, waiting)
    async with house.engine():
        members = house.tenant.groups[GROUP_ID].members
        await house.until(lambda _: len(members) > waiting)
        members[CHRISTIE.id] = house.clock.now() - timedelta(days=1)
        await house.until_state(RequestState.COMPLETED)
    async with house.records.transaction() as tx:
        left = await tx.requests.in_state(RequestState.PROVISIONING, 100)
    assert len(left) == waiting


async def others_ask_too(house: House, like: Request, count: int) -> None:
    """Requests of other people, each with a number promised to it."""
    until = like.expires_at
    async with house.records.transaction() as tx:
        for place in range(count):
            person = replace(CHRISTIE, id=f"person-{place}")
            house.tenant.people[person.id] = person
            number = Number(
                e164=e164(100 + place), type=NumberType.DIRECT_ROUTING, location="Manchester", country="GB"
            )
            await tx.numbers.put([hold(number, f"request-of-{place}", until, house.clock.now())])
            await tx.requests.add(
                replace(
                    like,
                    id=f"request-of-{place}",
                    ref=f"SB-1{place:05}",
                    requester=person.ref,
                    beneficiary=person.ref,
                    number=number.e164,
                )
            )
