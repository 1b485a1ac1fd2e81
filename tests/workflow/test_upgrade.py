"""Upgrades in the middle of provisioning, of one process with its folder and of replicas with a database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.domain.request import Request, RequestState
from services.domain.step import StepKind, StepStatus
from services.ports import Records
from services.provisioning.durable import Checkpoints
from services.storage.embedded import EmbeddedRecords
from services.storage.postgres import PostgresRecords
from tests.clock import FlowingClock
from tests.fakes.voice_company import CHRISTIE, GROUP, a_tenant, an_approved_request, e164
from tests.workflow.house import House
from tests.workflow.stage import step

JOINED = ("joined", GROUP, CHRISTIE.id)
ASSIGNED = ("assigned", e164(1), CHRISTIE.id)


@pytest.fixture(params=["embedded", "postgres"])
def place(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("database") if request.param == "postgres" else ""


@pytest.fixture
async def house(tmp_path: Path, place: str) -> AsyncIterator[House]:
    clock = FlowingClock()
    records: Records
    if place:
        records = await PostgresRecords.open(place, "first")
        checkpoints = Checkpoints(url=place, replica="first", starts=100)
    else:
        records = await EmbeddedRecords.open(tmp_path, clock)
        checkpoints = Checkpoints.in_folder(tmp_path)
    yield House(tmp_path, records, clock, a_tenant(clock), checkpoints=checkpoints)
    await records.close()


@pytest.fixture
async def approved(house: House) -> Request:
    return await an_approved_request(house.records, house.clock)


def is_waiting(request: Request) -> bool:
    return step(request, StepKind.WAIT_FOR_LICENCE).status is StepStatus.WAITING


async def test_a_new_version_goes_on_with_what_the_old_one_began(house: House, approved: Request) -> None:
    assert house.checkpoints is not None
    house.tenant.licence_s = 1.5
    async with house.engine() as engine:
        await engine.provision(approved)
        await house.until(is_waiting)
    house.checkpoints = replace(house.checkpoints, replica="second", version="2")
    async with house.engine():
        await house.until_state(RequestState.COMPLETED)
    assert house.tenant.ledger == [JOINED, ASSIGNED]
    assert (await house.request()).runs == 1


async def test_the_same_version_goes_on_where_the_last_process_stopped(
    house: House, approved: Request
) -> None:
    assert house.checkpoints is not None
    house.tenant.licence_s = 1.5
    async with house.engine() as engine:
        await engine.provision(approved)
        await house.until(is_waiting)
    if house.checkpoints.starts is not None:
        house.checkpoints = replace(house.checkpoints, replica="second")
    async with house.engine():
        await house.until_state(RequestState.COMPLETED)
    assert house.tenant.ledger == [JOINED, ASSIGNED]
    assert house.tenant.orders == 1
