"""What stories of every kind need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from services import logs
from tests.postgres import Databases, server

# A traceback in colours and with every local takes seconds to draw, and the loop stands still meanwhile.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S.%f", utc=True),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ],
)


@pytest.fixture(autouse=True)
def logs_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands run in this process leave the logs alone: a logger once used keeps its format."""
    monkeypatch.setattr(logs, "configure", lambda level=0: None)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A PostgreSQL for the whole run."""
    with server() as url:
        made = Databases(url)
        yield made
        made.close()


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """The address of a database with empty tables."""
    name = databases.fresh()
    yield databases.url(name)
    databases.drop(name)
