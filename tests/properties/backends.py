"""The two kinds of records on which the machine runs; each example finds them empty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import sqlalchemy
from psycopg import sql

from services.ports import Clock, Records
from services.storage.embedded import EmbeddedRecords
from services.storage.postgres import PostgresRecords

JOURNAL_BYTES = 20_000
"""Small, so that it is folded in the middle of an example."""

# For a handful of rows this takes a tenth of the time of a TRUNCATE.
EMPTY = sql.SQL("""
DELETE FROM requests;
DELETE FROM numbers;
DELETE FROM audit;
DELETE FROM posts;
DELETE FROM places;
DELETE FROM stale;
DELETE FROM marks;
UPDATE audit_head SET document = NULL;
ALTER SEQUENCE request_refs RESTART;
""")
LAST_ENTRY = sql.SQL("DELETE FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)")


class Backend(Protocol):
    def clear(self) -> None:
        """Empty the records."""
        ...

    async def open(self, clock: Clock) -> Records:
        """Open what is there."""
        ...

    @contextmanager
    def shortened_log(self) -> Iterator[bool]:
        """Within the block the last entry is missing from the audit log; whether that could be done."""
        ...


class EmbeddedBackend:
    """A folder for each example."""

    def __init__(self, above: Path) -> None:
        self._above = above
        self._count = 0

    def clear(self) -> None:
        self._count += 1

    async def open(self, clock: Clock) -> Records:
        return await EmbeddedRecords.open(
            self._above / f"example-{self._count}", clock, journal_bytes=JOURNAL_BYTES
        )

    @contextmanager
    def shortened_log(self) -> Iterator[bool]:
        """Never: its thread may be writing the file. The contract of the embedded log has stories of that."""
        yield False


class PostgresBackend:
    """One database for all examples: to make one for each would take most of the time."""

    def __init__(self, url: str) -> None:
        self._url = url
        # Nobody pulls the plug here, and to wait for the disk at each commit would take half of the time.
        name = sql.Identifier(sqlalchemy.make_url(url).database or "")
        self._execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))

    def clear(self) -> None:
        self._execute(EMPTY)

    async def open(self, clock: Clock) -> Records:
        return await PostgresRecords.open(self._url)

    @contextmanager
    def shortened_log(self) -> Iterator[bool]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            kept = connection.execute(LAST_ENTRY + sql.SQL(" RETURNING sequence, subject, document::text"))
            entries = kept.fetchall()
            yield bool(entries)
            for entry in entries:
                connection.execute("INSERT INTO audit VALUES (%s, %s, %s::json)", entry)

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)
