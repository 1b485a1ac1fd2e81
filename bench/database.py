"""A PostgreSQL to measure on: the one of SWITCHBOARD_TEST_DATABASE_URL, or one of the bench's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgres import Databases, server


@contextmanager
def database() -> Iterator[str]:
    """The address of a database with empty tables, for the block."""
    with server() as url:
        databases = Databases(url)
        name = databases.fresh()
        yield databases.url(name)
        databases.drop(name)
        databases.close()
