"""Transactions: all or nothing, and durable once left."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from services.domain.errors import StoreUnavailable, UnknownRequest
from services.ports import Note, Records, Transaction
from tests.contract.records.conftest import Home
from tests.contract.records.samples import (
    CHRISTIE,
    START,
    TYPES,
    WEEK,
    a_number,
    a_place,
    a_post,
    a_request,
    add_numbers,
    add_request,
)

Look = Callable[[Transaction], Awaitable[bool]]


async def everything(records: Records) -> tuple[object, ...]:
    """What the stores answer about the things that the stories below touch."""
    async with records.transaction() as tx:
        try:
            request = await tx.requests.get("request-1")
        except UnknownRequest:
            request = None
        return (
            request,
            await tx.requests.open_of(CHRISTIE.id),
            await tx.requests.of(CHRISTIE.id, 5),
            await tx.numbers.offered("Manchester", TYPES, START, 5),
            await tx.numbers.free_by_location(START),
            await tx.numbers.count(),
            [entry.subject async for entry in tx.audit.entries()],
            await tx.posts.of_request("request-1"),
            await tx.posts.place_of(CHRISTIE.id),
            await tx.posts.note_of("request-1"),
        )


async def change_everything(records: Records, *, and_fail: type[BaseException] | None) -> None:
    async with records.transaction() as tx:
        await tx.requests.add(a_request())
        await tx.numbers.hold_next("Manchester", TYPES, "request-1", START + WEEK, START)
        await tx.numbers.put([a_number(9)])
        await tx.audit.append(START, CHRISTIE.id, "submitted", "request-1", {})
        await tx.posts.put(a_post())
        await tx.posts.put_place(a_place())
        await tx.posts.mark_stale("request-1")
        assert await tx.requests.open_of(CHRISTIE.id) == a_request()
        assert await tx.posts.take_stale(5) == [Note(request_id="request-1", marks=1)]
        if and_fail is not None:
            raise and_fail


@pytest.mark.parametrize("error", [ZeroDivisionError, asyncio.CancelledError])
async def test_an_exception_undoes_all_stores(
    records: Records, home: Home, error: type[BaseException]
) -> None:
    await add_numbers(records, 3)
    before = await everything(records)
    with pytest.raises(error):
        await change_everything(records, and_fail=error)
    assert await everything(records) == before
    await records.close()
    again = await home.open()
    assert await everything(again) == before
    await again.close()


async def test_what_was_committed_is_there_after_a_restart(records: Records, home: Home) -> None:
    await add_numbers(records, 3)
    await change_everything(records, and_fail=None)
    after = await everything(records)
    await records.close()
    again = await home.open()
    assert await everything(again) == after
    await again.close()


async def test_who_sees_a_part_of_a_transaction_sees_the_rest_too(records: Records) -> None:
    await add_numbers(records, 1)
    inside = asyncio.Event()

    async def slow() -> None:
        async with records.transaction() as tx:
            await tx.requests.add(a_request())
            inside.set()
            await asyncio.sleep(0)
            await tx.numbers.hold_next("Manchester", TYPES, "request-1", START + WEEK, START)

    async def has_request(tx: Transaction) -> bool:
        return await tx.requests.open_of(CHRISTIE.id) is not None

    async def is_held(tx: Transaction) -> bool:
        return await tx.numbers.offered("Manchester", TYPES, START, 1) == []

    async def look(first: Look, second: Look) -> None:
        await inside.wait()
        saw = False
        while not saw:
            async with records.transaction() as tx:
                saw = await first(tx)
                assert await second(tx) or not saw
            await asyncio.sleep(0)  # so that a story that fails ends here, whatever a store waits for

    async with asyncio.TaskGroup() as people:
        people.create_task(slow())
        people.create_task(look(has_request, is_held))
        people.create_task(look(is_held, has_request))


async def test_a_caller_who_goes_away_leaves_nothing_half_done(records: Records) -> None:
    async def submit(number: int) -> None:
        async with records.transaction() as tx:
            await tx.numbers.put([a_number(number)])
            await tx.audit.append(START, "switchboard", "numbers taken over", f"{number}", {})

    tasks = [asyncio.create_task(submit(number)) for number in range(1, 61)]
    for number, task in enumerate(tasks):
        if number % 3 == 0:
            await asyncio.sleep(0)
            task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    async with records.transaction() as tx:
        audited = {entry.subject async for entry in tx.audit.entries()}
        stored = {str(n) for n in range(1, 61) if await tx.numbers.get(a_number(n).e164) is not None}
    assert audited == stored
    assert stored >= {str(number + 1) for number in range(60) if number % 3}


async def test_records_are_ready_until_they_are_closed(records: Records) -> None:
    await records.ready()
    await add_request(records, a_request())
    await records.ready()
    await records.close()
    with pytest.raises(StoreUnavailable):
        await records.ready()
    with pytest.raises(StoreUnavailable):
        await add_request(records, a_request(2))
    await records.close()


async def test_a_transaction_within_a_transaction_is_a_mistake_that_shows_at_once(records: Records) -> None:
    with pytest.raises(RuntimeError):
        async with records.transaction(), records.transaction():
            pass
    await add_request(records, a_request())
