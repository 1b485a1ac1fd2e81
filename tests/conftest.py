"""What stories of every kind need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Databases, server


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
