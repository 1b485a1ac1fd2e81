"""Records on disk and time that the story moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.ports import Records
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.workflow.stage import Stage


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged. Kept instead of shown: a traceback in colours takes a second to draw."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def records(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Records]:
    opened = await EmbeddedRecords.open(tmp_path / "data", clock)
    yield opened
    await opened.close()


@pytest.fixture
async def stage(records: Records, clock: FakeClock) -> Stage:
    return await Stage.set(records, clock)
