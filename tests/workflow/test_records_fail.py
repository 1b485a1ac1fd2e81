"""The records refuse for a while. Nothing is wrong with the request then, so nobody is asked to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import cycle, repeat
from typing import Any

from services.domain import transitions
from services.domain.errors import StoreDamaged, StoreError, StoreUnavailable
from services.domain.number import NumberStatus
from services.domain.request import RequestState
from services.ports import Records, Transaction
from services.provisioning import flows
from services.provisioning.pace import Pace
from tests.fakes.voice_company import REQUEST_ID, e164
from tests.workflow.stage import Stage, at_once

FULL = StoreUnavailable(words="No space left on device")
DAMAGED = StoreDamaged(path="journal", words="line 7")


class FailingRecords:
    """Records whose transactions fail as ``fate`` tells, one after the other."""

    def __init__(self, records: Records, fate: Iterator[StoreError | None]) -> None:
        self._records = records
        self._fate = fate

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        error = next(self._fate)
        if error is not None:
            raise error
        async with self._records.transaction() as tx:
            yield tx

    async def ready(self) -> None:
        await self._records.ready()

    async def close(self) -> None:
        await self._records.close()


class ForgetfulRecords(FailingRecords):
    """Records that are durable each time, and then fail to say so."""

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._records.transaction() as tx:
            yield tx
        error = next(self._fate)
        if error is not None:
            raise error


async def walk(
    stage: Stage,
    flow: flows.Flow,
    number: int,
    fate: Iterator[StoreError | None],
    failing: type[FailingRecords] = FailingRecords,
) -> RequestState:
    """Run a flow on records that fail; the state that it leaves."""
    sound = stage.records
    stage.records = failing(sound, fate)
    conductor, stage.records = stage.conductor, sound
    await flow(conductor, conductor.run(REQUEST_ID, number), at_once)
    return (await stage.request()).state


async def test_records_that_refuse_now_and_then_park_nothing(stage: Stage) -> None:
    now_and_then = cycle([FULL, None])
    assert await walk(stage, flows.provision, 1, now_and_then) is RequestState.COMPLETED


async def test_a_run_that_never_hears_that_its_changes_are_durable_makes_each_of_them_once(
    stage: Stage,
) -> None:
    stage.tenant.numbers[e164(1)].held_elsewhere = True
    lost = cycle([FULL, None])
    left = await walk(stage, flows.provision, 1, lost, ForgetfulRecords)
    assert left is RequestState.COMPLETED
    statuses = [(await stage.number(e164(place))).status for place in (1, 2, 3)]
    assert statuses == [NumberStatus.BLOCKED, NumberStatus.ASSIGNED, NumberStatus.FREE]
    assert [entry.what for entry in await stage.audit()].count("discrepancy") == 1


async def test_records_that_refuse_while_it_rolls_back_park_nothing(stage: Stage) -> None:
    stage.pace = Pace(patience=600)
    stage.tenant.voice_works = False
    await stage.provision()
    await stage.press(transitions.roll_back)
    now_and_then = cycle([FULL, None])
    assert await walk(stage, flows.roll_back, 2, now_and_then) is RequestState.ROLLED_BACK


async def test_records_that_are_damaged_end_the_run_and_the_next_one_goes_on(
    stage: Stage, logged: list[MutableMapping[str, Any]]
) -> None:
    for sound in range(1, 6):
        fate = iter([*repeat(None, sound), *repeat(DAMAGED, 3), *repeat(None, 100)])
        left = await walk(stage, flows.provision, 1, fate)
        assert left in {RequestState.APPROVED, RequestState.PROVISIONING}, sound
    assert await walk(stage, flows.provision, 1, repeat(None)) is RequestState.COMPLETED
    assert (await stage.request()).runs == 1
    assert [entry["event"] for entry in logged].count("records_failed") == 5
