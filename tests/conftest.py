"""What stories of every kind need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services import logs
from tests.postgres import Databases, server


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
