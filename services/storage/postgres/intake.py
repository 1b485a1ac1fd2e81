"""Taking in the records of another adapter, batch by batch: the target of a move."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Any

from services.domain.audit import AuditEntry
from services.domain.errors import CopyBrokenOff, StoreUnavailable
from services.domain.preferences import ApproverPreferences
from services.domain.request import Request
from services.storage.documents import Codec
from services.storage.ends import Key, Kind
from services.storage.postgres import approvers, audit, numbers, requests
from services.storage.postgres.records import PostgresRecords
from services.storage.postgres.session import Row, Session
from services.storage.postgres.statements import Statement, load

_SQL = load("moving")
_REQUESTS = Codec(Request, "requests")

_NAMES = {
    Kind.NUMBERS: "numbers",
    Kind.REQUESTS: "requests",
    Kind.POSTS: "posts",
    Kind.PLACES: "places",
    Kind.NOTES: "notes",
    Kind.APPROVERS: "approvers",
    Kind.MARKS: "marks",
}
"""How the statements call them."""

_AT_ONCE = 1000
"""Records read in one go."""


class PostgresIntake:
    """The Target of a move."""

    def __init__(self, records: PostgresRecords) -> None:
        self.records = records
        self._open_session = records.session

    async def count(self, kind: Kind) -> int:
        """How many there are."""
        (row,) = await self._read(_SQL[f"count_{_NAMES[kind]}"])
        return int(row["count"])

    async def keys(self, kind: Kind) -> AsyncIterator[Sequence[Key]]:
        """The keys of all records of a kind, in their order."""
        statement = _SQL[f"keys_of_{_NAMES[kind]}"]
        after = ["", ""]
        while rows := await self._read(statement, after=after, count=_AT_ONCE):
            yield [tuple(row["key"]) for row in rows]
            after = rows[-1]["key"]

    async def requests(self) -> AsyncIterator[Sequence[Request]]:
        """All requests, in the order of their ids."""
        after = ""
        while rows := await self._read(_SQL["requests_after"], after=after, count=_AT_ONCE):
            yield [_REQUESTS.decode_json(row["document"]) for row in rows]
            after = rows[-1]["id"]

    async def draw_after(self, ref: int, head: AuditEntry | None) -> None:
        """Draw only references above ``ref`` from now on."""
        async with self._batch(head) as session:
            if ref > 0:
                await session.write(_SQL["draw_after"], ref=ref)

    async def take(self, kind: Kind, items: Sequence[Any], head: AuditEntry | None, *, renew: bool) -> None:
        """Write the records that are missing; with ``renew`` also those that are there and differ."""
        async with self._batch(head) as session:
            await session.write(_SQL[f"take_{_NAMES[kind]}"], **_COLUMNS[kind](items), renew=renew)

    async def drop(self, kind: Kind, keys: Sequence[Key], head: AuditEntry | None) -> None:
        """Remove messages or notes."""
        async with self._batch(head) as session:
            firsts, seconds = [key[0] for key in keys], [key[-1] for key in keys]
            await session.write(_SQL[f"drop_{_NAMES[kind]}"], firsts=firsts, seconds=seconds)

    async def append(self, entries: Sequence[AuditEntry], head: AuditEntry | None) -> None:
        """Put audit entries, as they are, behind ``head``."""
        async with self._batch(head) as session:
            await audit.append(session, entries)

    @asynccontextmanager
    async def _batch(self, head: AuditEntry | None) -> AsyncIterator[Session]:
        """One transaction, for as long as which nobody else can chain an audit entry."""
        session = self._open_session()
        try:
            _check_alone(await audit.lock_head(session), head)
            yield session
        except BaseException:
            with suppress(StoreUnavailable):  # the error of the block says more
                await session.undo()
            raise
        await session.commit()

    async def _read(self, statement: Statement, **given: Any) -> list[Row]:
        session = self._open_session()
        try:
            return await session.read(statement, **given)
        finally:
            await session.commit()


def _check_alone(found: AuditEntry | None, head: AuditEntry | None) -> None:
    if found != head:
        raise CopyBrokenOff(words="somebody else writes to the database; stop that first")


Columns = dict[str, list[Any]]


def _turned(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Rows as columns, which is how one statement takes many."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def _of_requests(items: Sequence[Request]) -> Columns:
    rows = [requests.row(request) for request in items]
    return _turned([{**row, "awaiting": json.dumps(row["awaiting"])} for row in rows])


def _of_choices(items: Sequence[ApproverPreferences]) -> Columns:
    return _turned([approvers.row(preferences) for preferences in items])


def _of_fields(items: Sequence[Any]) -> Columns:
    return _turned([asdict(item) for item in items])


def _of_names(items: Sequence[str]) -> Columns:
    return {"name": list(items)}


_COLUMNS: Mapping[Kind, Callable[[Sequence[Any]], Columns]] = {
    Kind.NUMBERS: numbers.columns,
    Kind.REQUESTS: _of_requests,
    Kind.POSTS: _of_fields,
    Kind.PLACES: _of_fields,
    Kind.NOTES: _of_fields,
    Kind.APPROVERS: _of_choices,
    Kind.MARKS: _of_names,
}
