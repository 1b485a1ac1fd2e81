"""The durable engine: starts each run once, goes on where it stopped, and stays on the application's loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.domain import transitions
from services.domain.number import Number, NumberType, hold
from services.domain.request import Request, RequestState
from services.domain.step import StepKind, StepStatus
from services.ports import Records
from services.provisioning.workflow import FILE, ProvisioningEngine
from services.storage.embedded import EmbeddedRecords
from tests.clock import FlowingClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.telephony import FakeTelephony
from tests.fakes.tenant import FakeTenant
from tests.fakes.voice_company import (
    CHRISTIE,
    GROUP,
    GROUP_ID,
    LOCATIONS,
    PHONE_SKU,
    REQUEST_ID,
    a_tenant,
    an_approved_request,
    e164,
)
from tests.pace import QUICK
from tests.workflow.stage import step

PACE = replace(QUICK, fault_patience=0.2, sweep=0.3)
JOINED = ("joined", GROUP, CHRISTIE.id)
ASSIGNED = ("assigned", e164(1), CHRISTIE.id)


@dataclass
class House:
    """Records and tenant that outlive the engines. ``threads`` are those that the tenant was called from."""

    folder: Path
    records: Records
    clock: FlowingClock
    tenant: FakeTenant
    threads: set[int] = field(default_factory=set)

    @asynccontextmanager
    async def engine(self) -> AsyncIterator[ProvisioningEngine]:
        engine = self.new_engine()
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop()

    def new_engine(self) -> ProvisioningEngine:
        return ProvisioningEngine(
            self.records,
            FakeDirectory(self.tenant),
            FakeTelephony(self.tenant),
            LOCATIONS,
            self.clock,
            changed=lambda _: self.threads.add(threading.get_ident()),
            folder=self.folder,
            pace=PACE,
        )

    async def request(self) -> Request:
        async with self.records.transaction() as tx:
            return await tx.requests.get(REQUEST_ID)

    async def until(self, so: Callable[[Request], bool], seconds: float = 10) -> Request:
        """Wait until the request is so."""
        async with asyncio.timeout(seconds):
            while True:
                request = await self.request()
                if so(request):
                    return request
                await asyncio.sleep(0.01)

    async def until_state(self, state: RequestState) -> Request:
        return await self.until(lambda request: request.state is state)

    async def press(self, transition: Callable[..., Request]) -> Request:
        async with self.records.transaction() as tx:
            request = await tx.requests.get(REQUEST_ID)
            pressed = transition(request, CHRISTIE.ref, self.clock.now(), is_admin=False)
            await tx.requests.save(pressed, request.version)
        return pressed


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
        house.tenant.skus[PHONE_SKU] = replace(house.tenant.skus[PHONE_SKU], enabled=0)
        await engine.provision(await house.press(transitions.retry))
        await house.until(lambda request: request.state is RequestState.NEEDS_ATTENTION and request.runs == 2)
        await engine.roll_back(await house.press(transitions.roll_back))
        request = await house.until_state(RequestState.ROLLED_BACK)
    assert request.runs == 3
    assert house.tenant.ledger == [JOINED, ("left", GROUP, CHRISTIE.id)]


async def test_a_roll_back_that_the_last_process_did_not_begin_is_picked_up(
    house: House, approved: Request
) -> None:
    house.tenant.skus[PHONE_SKU] = replace(house.tenant.skus[PHONE_SKU], enabled=0)
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
