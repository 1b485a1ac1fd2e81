"""The list of replicas in the records, and what it means for the notes that they hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.ports import Records, Replica
from services.storage.postgres import PostgresRecords


async def beat(records: Records, replica_id: str, version: str = "1") -> None:
    async with records.transaction() as tx:
        await tx.replicas.beat(replica_id, version)


async def everyone(records: Records) -> list[Replica]:
    async with records.transaction() as tx:
        return list(await tx.replicas.all())


async def test_a_replica_is_known_from_its_first_beat_until_it_is_forgotten(records: Records) -> None:
    assert await everyone(records) == []
    await beat(records, "north")
    await beat(records, "east", "2")
    first = await everyone(records)
    assert [(replica.id, replica.version) for replica in first] == [("east", "2"), ("north", "1")]
    await beat(records, "north")
    second = await everyone(records)
    assert second[0] == first[0]
    assert second[1].beats > first[1].beats
    async with records.transaction() as tx:
        await tx.replicas.forget("east")
        await tx.replicas.forget("nobody")
    assert [replica.id for replica in await everyone(records)] == ["north"]


class Pair:
    """Two replicas on one database."""

    def __init__(self, north: PostgresRecords, south: PostgresRecords) -> None:
        self.north = north
        self.south = south


@pytest.fixture
async def pair(database: str) -> AsyncIterator[Pair]:
    north = await PostgresRecords.open(database, "north")
    south = await PostgresRecords.open(database, "south")
    for replica_id in ("north", "south"):
        await beat(north, replica_id)
    yield Pair(north, south)
    await north.close()
    await south.close()


async def mark(records: Records, *request_ids: str) -> None:
    async with records.transaction() as tx:
        for request_id in request_ids:
            await tx.posts.mark_stale(request_id)


async def taken(records: Records) -> list[str]:
    async with records.transaction() as tx:
        return [note.request_id for note in await tx.posts.take_stale(10)]


async def test_who_leaves_a_note_works_on_it_and_nobody_else(pair: Pair) -> None:
    await mark(pair.north, "request-1", "request-2")
    await mark(pair.south, "request-3")
    assert await taken(pair.south) == ["request-3"]
    assert await taken(pair.north) == ["request-1", "request-2"]


async def test_a_note_that_is_left_once_more_elsewhere_stays_where_it_is_and_says_so(pair: Pair) -> None:
    await mark(pair.north, "request-1")
    async with pair.north.transaction() as tx:
        (before,) = await tx.posts.take_stale(10)
    await mark(pair.south, "request-1")
    assert await taken(pair.south) == []
    async with pair.north.transaction() as tx:
        (after,) = await tx.posts.take_stale(10)
        assert after.marks > before.marks
        await tx.posts.clear_stale(before)
        assert await tx.posts.note_of("request-1") == after


async def test_what_a_replica_held_comes_free_when_it_is_struck_off_the_list(pair: Pair) -> None:
    await mark(pair.north, "request-1")
    assert await taken(pair.south) == []
    async with pair.south.transaction() as tx:
        await tx.replicas.forget("north")
    assert await taken(pair.south) == ["request-1"]
    await beat(pair.north, "north")
    assert await taken(pair.north) == [], "it is the other one's now"


async def test_a_clearing_waits_for_whoever_is_just_changing_the_request(pair: Pair) -> None:
    await mark(pair.north, "request-1")
    async with pair.north.transaction() as tx:
        (note,) = await tx.posts.take_stale(10)

    async def clear() -> None:
        async with pair.north.transaction() as tx:
            await tx.posts.clear_stale(note)

    async with pair.south.transaction() as tx:
        await tx.posts.mark_stale("request-1")
        clearing = asyncio.create_task(clear())
        done, _ = await asyncio.wait({clearing}, timeout=0.1)
        assert not done, "the other one's change is not decided yet"
    await clearing
    assert await taken(pair.north) == ["request-1"]
