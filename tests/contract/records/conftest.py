"""Where records live, for each adapter: the stories of this folder are told to all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.ports import Records
from services.storage.embedded import EmbeddedRecords
from services.storage.postgres import PostgresRecords
from tests.clock import FakeClock
from tests.contract.records import full_folder


@dataclass(frozen=True)
class Home:
    """A place where records live. They can be opened again after they have been closed."""

    open: Callable[[], Awaitable[Records]]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["embedded", "postgres"])
def home(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Home:
    async def embedded() -> Records:
        return await EmbeddedRecords.open(tmp_path / "data", clock)

    if request.param == "embedded":
        return Home(embedded)
    url: str = request.getfixturevalue("database")

    async def postgres() -> Records:
        return await PostgresRecords.open(url)

    return Home(postgres)


@pytest.fixture
async def records(home: Home) -> AsyncIterator[Records]:
    opened = await home.open()
    yield opened
    await opened.close()


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await full_folder.fill(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
async def target(database: str) -> AsyncIterator[PostgresRecords]:
    records = await PostgresRecords.open(database)
    yield records
    await records.close()
