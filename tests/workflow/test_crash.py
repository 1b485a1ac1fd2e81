"""Every moment at which a process can die: each is tried, and the request always gets where it was going."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from services.domain import transitions
from services.domain.audit import verify
from services.domain.number import NumberStatus
from services.domain.request import RequestState
from services.ports import Records, Transaction
from services.provisioning import flows
from services.provisioning.pace import Pace
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.fakes.voice_company import CHRISTIE, GROUP, REQUEST_ID, e164
from tests.workflow.stage import Stage

T = TypeVar("T")

JOINED = ("joined", GROUP, CHRISTIE.id)
ASSIGNED = ("assigned", e164(1), CHRISTIE.id)
UNASSIGNED = ("unassigned", e164(1), "")
LEFT = ("left", GROUP, CHRISTIE.id)


class Died(BaseException):
    """The process was killed. Nothing catches it."""


@dataclass
class Fate:
    """Counts moments, those before and after each call and each commit, and kills at the chosen one."""

    dies_at: int = 0
    moment: int = 0

    def tick(self) -> None:
        self.moment += 1
        if self.moment == self.dies_at:
            raise Died


class MortalRecords:
    """Records of a process that can die before and after each commit."""

    def __init__(self, records: Records, fate: Fate) -> None:
        self._records = records
        self._fate = fate

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._records.transaction() as tx:
            yield tx
            self._fate.tick()
        self._fate.tick()

    async def ready(self) -> None:
        await self._records.ready()

    async def close(self) -> None:
        await self._records.close()


@dataclass
class Checkpoints:
    """What an engine has recorded of a run; the process can die before it is recorded."""

    fate: Fate
    results: dict[str, Any] = field(default_factory=dict)

    async def __call__(self, name: str, call: Callable[[], Coroutine[Any, Any, T | None]]) -> T | None:
        if name not in self.results:
            result = await call()
            self.fate.tick()
            self.results[name] = result
        return self.results[name]  # type: ignore[no-any-return]


async def lives_and_dies(stage: Stage, fate: Fate, flow: flows.Flow, number: int) -> bool:
    """Run a flow; when it dies, run it again as the next process would. Whether it died."""
    alive, checkpoints = stage.records, Checkpoints(fate)
    weather, lost_answer = stage.tenant.weather, stage.tenant.lost_answer
    stage.records = MortalRecords(alive, fate)
    stage.tenant.weather = fate.tick  # type: ignore[method-assign]
    stage.tenant.lost_answer = fate.tick  # type: ignore[method-assign]
    died = False
    try:
        await flow(stage.conductor, stage.conductor.run(REQUEST_ID, number), checkpoints)
    except Died:
        died = True
    stage.records, stage.tenant.weather, stage.tenant.lost_answer = alive, weather, lost_answer  # type: ignore[method-assign]
    if died:
        stage.clock.move(5)
        await flow(stage.conductor, stage.conductor.run(REQUEST_ID, number), checkpoints)
    return died


@asynccontextmanager
async def a_stage(folder: Path, pace: Pace) -> AsyncIterator[Stage]:
    clock = FakeClock()
    records = await EmbeddedRecords.open(folder, clock)
    stage = await Stage.set(records, clock)
    stage.pace = pace
    stage.tenant.operation_s = 3
    stage.tenant.licence_s = 3
    yield stage
    await records.close()


async def test_a_run_that_dies_at_any_moment_completes(tmp_path: Path) -> None:
    moment, died = 0, True
    while died:
        moment += 1
        async with a_stage(tmp_path / str(moment), Pace()) as stage:
            died = await lives_and_dies(stage, Fate(moment), flows.provision, 1)
            request = await stage.request()
            assert request.state is RequestState.COMPLETED, moment
            assert stage.tenant.ledger == [JOINED, ASSIGNED], moment
            assert stage.tenant.orders == 1, moment
            assert [step.changed for step in request.plan] == [True, False, True, False], moment
            assert (await stage.number(e164(1))).assignee == CHRISTIE.ref
            entries = await stage.audit()
            assert verify(entries) == len(entries)
            assert [entry.what for entry in entries].count("completed") == 1
    assert moment > 40, "hardly any moment was tried"


async def test_a_roll_back_that_dies_at_any_moment_is_rolled_back(tmp_path: Path) -> None:
    moment, died = 0, True
    while died:
        moment += 1
        async with a_stage(tmp_path / str(moment), Pace(patience=600)) as stage:
            stage.tenant.voice_works = False
            assert (await stage.provision()).state is RequestState.NEEDS_ATTENTION
            async with stage.records.transaction() as tx:
                parked = await tx.requests.get(REQUEST_ID)
                rolling = transitions.roll_back(parked, CHRISTIE.ref, stage.clock.now(), is_admin=False)
                await tx.requests.save(rolling, parked.version)
            died = await lives_and_dies(stage, Fate(moment), flows.roll_back, 2)
            assert (await stage.request()).state is RequestState.ROLLED_BACK, moment
            assert stage.tenant.ledger == [JOINED, ASSIGNED, UNASSIGNED, LEFT], moment
            assert stage.tenant.orders == 2, moment
            assert (await stage.number(e164(1))).status is NumberStatus.RESTING
    assert moment > 20, "hardly any moment was tried"


async def test_a_run_that_dies_while_it_exchanges_a_number_promises_exactly_one(tmp_path: Path) -> None:
    moment, died = 0, True
    while died:
        moment += 1
        async with a_stage(tmp_path / str(moment), Pace()) as stage:
            stage.tenant.numbers[e164(1)].held_elsewhere = True
            died = await lives_and_dies(stage, Fate(moment), flows.provision, 1)
            request = await stage.request()
            assert (request.state, request.number) == (RequestState.COMPLETED, e164(2)), moment
            assert stage.tenant.ledger == [JOINED, ("assigned", e164(2), CHRISTIE.id)], moment
            numbers = [await stage.number(e164(place)) for place in (1, 2, 3)]
            assert [n.status for n in numbers] == [
                NumberStatus.BLOCKED,
                NumberStatus.ASSIGNED,
                NumberStatus.FREE,
            ], moment
            assert len(request.notices) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_in_any_storm_each_change_happens_once_and_can_be_undone(stage: Stage, seed: int) -> None:
    stage.tenant.dice.seed(seed)
    stage.tenant.storm = 0.4
    stage.tenant.operation_s = 7
    stage.tenant.voice_works = False
    stage.pace = Pace(patience=3600, doubt=60)
    assert (await stage.provision()).state is RequestState.NEEDS_ATTENTION
    assert stage.tenant.ledger == [JOINED, ASSIGNED]
    request = await stage.roll_back()
    assert request.state is RequestState.ROLLED_BACK, request.attention
    assert stage.tenant.ledger == [JOINED, ASSIGNED, UNASSIGNED, LEFT]
