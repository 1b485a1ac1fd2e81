"""Things that are done once, and the small questions of the menu."""

from __future__ import annotations

import asyncio

import pytest

from services.ports import Records
from tests.contract.records.conftest import Home
from tests.contract.records.samples import MIRIAM, a_place, a_request, add_request


async def test_a_mark_is_there_for_good(records: Records, home: Home) -> None:
    async with records.transaction() as tx:
        assert not await tx.marks.has("numbers taken over")
        await tx.marks.put("numbers taken over")
        assert await tx.marks.has("numbers taken over")
    await records.close()
    again = await home.open()
    async with again.transaction() as tx:
        assert await tx.marks.has("numbers taken over")
        assert not await tx.marks.has("anything else")
    await again.close()


async def test_a_mark_of_a_transaction_that_fails_is_not_put(records: Records) -> None:
    async def broken() -> None:
        async with records.transaction() as tx:
            await tx.marks.put("numbers taken over")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await broken()
    async with records.transaction() as tx:
        assert not await tx.marks.has("numbers taken over")


async def test_of_many_who_claim_a_mark_at_once_one_gets_it(records: Records) -> None:
    async def claims() -> bool:
        async with records.transaction() as tx:
            return await tx.marks.claim("drift 2026-11-25")

    assert sorted(await asyncio.gather(*(claims() for _ in range(8)))) == [False] * 7 + [True]
    assert not await claims()
    async with records.transaction() as tx:
        assert await tx.marks.claim("drift 2026-11-26")


async def test_the_channel_has_an_address_as_soon_as_anybody_wrote(records: Records) -> None:
    async with records.transaction() as tx:
        assert await tx.posts.some_place() is None
        await tx.posts.put_place(a_place())
        assert await tx.posts.some_place() == a_place()


async def test_what_waits_is_counted_as_it_is_listed(records: Records) -> None:
    async with records.transaction() as tx:
        assert await tx.requests.count_awaiting(MIRIAM.id) == 0
    await add_request(records, a_request())
    async with records.transaction() as tx:
        waiting = await tx.requests.awaiting(MIRIAM.id, 10)
        assert await tx.requests.count_awaiting(MIRIAM.id) == len(waiting)
