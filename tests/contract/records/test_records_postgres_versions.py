"""Replicas of the version before work on the same tables until they are stopped."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from services.domain import transitions
from services.domain.request import Request
from services.domain.stage import Stage, asked
from services.ports import Post
from services.storage.postgres import PostgresRecords
from services.storage.postgres.migrate import migrate
from services.storage.postgres.requests import _SQL, row
from tests.contract.records.samples import MIRIAM, START, WEEK, a_draft, a_request, add_request, employee
from tests.postgres import Databases

DAY = timedelta(days=1)

ADD = """
INSERT INTO requests (
    id, ref, version, state, is_open, requester_id, beneficiary_id, awaiting, created_at, expires_at, document
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
SAVE = """
UPDATE requests SET
    ref = $2, version = $3, state = $4, is_open = $5, requester_id = $6, beneficiary_id = $7, awaiting = $8,
    created_at = $9, expires_at = $10, document = $11
WHERE id = $1
"""
DUE = "SELECT id FROM requests WHERE state = 'pending' AND expires_at <= $1 ORDER BY expires_at, id"
PUT_POST = """
INSERT INTO posts (conversation_id, activity_id, request_id, person_id, version)
VALUES ('a:chat', 'activity-1', 'request-1', $1, $2)
ON CONFLICT (conversation_id, activity_id) DO UPDATE SET version = excluded.version
"""


class Before:
    """A replica of the version before: its statements, and the documents that it wrote."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self.connection = connection

    async def add(self, request: Request) -> None:
        await self.connection.execute(ADD, *_columns(request))

    async def save(self, request: Request) -> None:
        await self.connection.execute(SAVE, *_columns(request))

    async def due(self, now: datetime) -> list[str]:
        return [found["id"] for found in await self.connection.fetch(DUE, now)]


def _columns(request: Request) -> list[Any]:
    columns = {name: value for name, value in row(request).items() if name != "wakes_at"}
    document = json.loads(columns["document"])
    for stage in document["stages"]:
        del stage["due_at"], stage["reminders"], stage["timing"]
    return [*list(columns.values())[:-1], json.dumps(document)]


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """A database with the tables of the version before."""
    name = databases.empty()
    migrate(databases.url(name), "0002")
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
async def before(url: str) -> AsyncIterator[Before]:
    connection = await asyncpg.connect(url)
    yield Before(connection)
    await connection.close()


async def due(records: PostgresRecords, now: datetime) -> list[str]:
    async with records.transaction() as tx:
        return [request.id for request in await tx.requests.due(now, 10)]


async def test_what_the_version_before_wrote_is_due_when_it_expires(url: str, before: Before) -> None:
    await before.add(a_request(1, by=employee(1)))
    records = await PostgresRecords.open(url)
    await before.add(a_request(2, by=employee(2), at=START + DAY))
    assert await due(records, START + WEEK) == await before.due(START + WEEK) == ["request-1"]
    both = ["request-1", "request-2"]
    assert await due(records, START + DAY + WEEK) == await before.due(START + DAY + WEEK) == both
    async with records.transaction() as tx:
        assert await tx.requests.count_awaiting(MIRIAM.id) == 2
    await records.close()


async def test_a_limit_that_the_version_before_did_not_keep_is_due_no_more(url: str, before: Before) -> None:
    records = await PostgresRecords.open(url)
    limited = Stage(name="manager", approvers=asked(MIRIAM), why="manager", due_at=START + DAY)
    request = await add_request(records, transitions.submit(replace(a_draft(), stages=(limited,)), START))
    assert await due(records, START + DAY) == ["request-1"]
    assert await before.due(START + DAY) == [], "it goes by when the request ends, as ever"
    await before.save(replace(request, version=request.version + 1))
    assert await due(records, START + DAY) == []
    assert await due(records, START + WEEK) == ["request-1"]
    async with records.transaction() as tx:
        known = await tx.requests.get("request-1")
        await tx.requests.save(replace(known, version=known.version + 1, stages=(limited,)), known.version)
    assert await due(records, START + DAY) == ["request-1"]
    await records.close()


async def test_messages_that_the_version_before_sent_are_older_than_any_nudge(
    url: str, before: Before
) -> None:
    await before.connection.execute(PUT_POST, MIRIAM.id, 1)
    records = await PostgresRecords.open(url)
    post = Post(
        request_id="request-1",
        person_id=MIRIAM.id,
        conversation_id="a:chat",
        activity_id="activity-1",
        version=1,
    )
    async with records.transaction() as tx:
        assert await tx.posts.of_request("request-1") == [post]
        await tx.posts.put(replace(post, version=4, born=4))
    await before.connection.execute(PUT_POST, MIRIAM.id, 5)
    async with records.transaction() as tx:
        assert await tx.posts.of_request("request-1") == [replace(post, version=5, born=4)]
    await records.close()


async def test_due_requests_are_found_down_an_index(database: str) -> None:
    """The condition in the statement must be the one of the index, to the letter."""
    connection = await asyncpg.connect(database)
    await connection.execute("SET enable_seqscan = off; SET enable_sort = off")
    plan = await connection.fetch(f"EXPLAIN {_SQL['due'].sql.replace('$1', 'now()').replace('$2', '10')}")
    assert any("requests_waking" in line[0] for line in plan), plan
    await connection.close()
