"""The number inventory in the records."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from services.domain import number as rules
from services.domain.errors import NumberJustTaken
from services.domain.number import Number, NumberStatus, NumberType
from services.domain.offer import COUNTED
from services.ports import Records
from tests.contract.records.conftest import Home
from tests.contract.records.samples import CHRISTIE, DEBRA, START, TYPES, WEEK, a_number, add_numbers

HOUR = timedelta(hours=1)


async def offered(records: Records, now: datetime = START, limit: int = 100) -> list[str]:
    async with records.transaction() as tx:
        return [number.e164 for number in await tx.numbers.offered("Manchester", TYPES, now, limit)]


async def hold_next(records: Records, request_id: str, now: datetime = START) -> Number | None:
    async with records.transaction() as tx:
        return await tx.numbers.hold_next("Manchester", TYPES, request_id, now + WEEK, now)


async def put(records: Records, *numbers: Number) -> None:
    async with records.transaction() as tx:
        await tx.numbers.put(numbers)


async def test_a_number_comes_back_exactly_as_it_was_written(records: Records, home: Home) -> None:
    number = a_number(
        tags=("vip", "easy to remember"),
        location_id="location",
        status=NumberStatus.HELD,
        held_for="request-1",
        held_until=START + timedelta(microseconds=1),
        assignee=CHRISTIE,
        resting_until=START,
        discrepancy="the tenant says otherwise",
    )
    await put(records, number)
    await records.close()
    again = await home.open()
    async with again.transaction() as tx:
        assert await tx.numbers.get(number.e164) == number
        assert await tx.numbers.get("+44000") is None
        assert await tx.numbers.count() == 1
    await again.close()


async def test_300_people_at_once_for_100_numbers_and_exactly_100_get_one(records: Records) -> None:
    await add_numbers(records, 100)
    held = await asyncio.gather(*(hold_next(records, f"request-{number}") for number in range(300)))
    given = [number.e164 for number in held if number is not None]
    assert len(given) == 100
    assert len(set(given)) == 100
    assert await offered(records) == []
    async with records.transaction() as tx:
        promised = {(await tx.numbers.get(e164)).held_for for e164 in given}  # type: ignore[union-attr]
    assert len(promised) == 100


async def test_many_people_choose_the_same_number_and_one_gets_it(records: Records) -> None:
    (number,) = await add_numbers(records, 1)

    async def choose(request_id: str) -> str:
        async with records.transaction() as tx:
            known = await tx.numbers.get(number.e164)
            assert known is not None
            await tx.numbers.put([rules.hold(known, request_id, START + WEEK, START)])
        return request_id

    results = await asyncio.gather(*(choose(f"request-{n}") for n in range(20)), return_exceptions=True)
    winners = [result for result in results if isinstance(result, str)]
    assert len(winners) == 1
    assert sum(isinstance(result, NumberJustTaken) for result in results) == 19
    async with records.transaction() as tx:
        held = await tx.numbers.get(number.e164)
        assert held is not None
        assert held.held_for == winners[0]


async def test_holding_next_takes_the_lowest_and_never_the_same_twice(records: Records) -> None:
    await put(records, a_number(3), a_number(1), a_number(2))
    taken = [await hold_next(records, f"request-{number}") for number in range(4)]
    assert [number and number.e164 for number in taken] == [
        "+441615550001",
        "+441615550002",
        "+441615550003",
        None,
    ]
    assert taken[0] is not None
    assert taken[0].held_until == START + WEEK


async def test_only_numbers_of_the_location_and_the_types_are_offered(records: Records) -> None:
    await put(
        records,
        a_number(1, type=NumberType.OPERATOR_CONNECT),
        a_number(2, location="London"),
        a_number(3, type=NumberType.CALLING_PLAN),
        a_number(4),
    )
    assert await offered(records) == ["+441615550003", "+441615550004"]
    async with records.transaction() as tx:
        assert await tx.numbers.offered("Paris", TYPES, START, 5) == []
        assert await tx.numbers.offered("Manchester", (), START, 5) == []


async def test_a_form_gets_no_more_numbers_than_it_shows(records: Records) -> None:
    await add_numbers(records, 20)
    assert await offered(records, limit=5) == [f"+44161555{number:04}" for number in range(1, 6)]


@pytest.mark.parametrize("status", [status for status in NumberStatus if status != NumberStatus.FREE])
async def test_a_number_that_is_not_free_is_not_offered(records: Records, status: NumberStatus) -> None:
    await put(records, a_number(1), a_number(2))
    await put(records, a_number(1, status=status))
    assert await offered(records) == ["+441615550002"]
    await put(records, a_number(1))
    assert await offered(records) == ["+441615550001", "+441615550002"]


async def test_a_number_that_the_tenant_disputes_is_not_offered(records: Records) -> None:
    await put(records, rules.dispute(a_number(1), "taken"), a_number(2, discrepancy="unclear"))
    assert await offered(records) == []
    assert await hold_next(records, "request-1") is None


async def test_a_number_that_rests_is_offered_when_it_has_rested(records: Records) -> None:
    released = rules.release(a_number(1), START + HOUR)
    await put(records, released, a_number(2))
    assert await offered(records, START) == ["+441615550002"]
    assert await offered(records, START + HOUR - timedelta(microseconds=1)) == ["+441615550002"]
    assert await offered(records, START + HOUR) == ["+441615550001", "+441615550002"]
    held = await hold_next(records, "request-1", START + HOUR)
    assert held is not None
    assert held.e164 == released.e164
    assert held.resting_until is None
    assert await offered(records, START + HOUR) == ["+441615550002"]


async def test_a_promise_that_ends_puts_the_number_back_on_offer(records: Records) -> None:
    await add_numbers(records, 1)
    held = await hold_next(records, "request-1")
    assert held is not None
    await put(records, rules.let_go(held, "another request"))
    assert await offered(records) == []
    await put(records, rules.let_go(held, "request-1"))
    assert await offered(records) == [held.e164]


async def test_the_inventory_knows_whose_a_number_is(records: Records) -> None:
    first, second, _ = await add_numbers(records, 3)
    await put(records, rules.assign(second, CHRISTIE), rules.assign(first, CHRISTIE))
    async with records.transaction() as tx:
        assert [number.e164 for number in await tx.numbers.assigned_to(CHRISTIE.id)] == [
            first.e164,
            second.e164,
        ]
        assert await tx.numbers.assigned_to(DEBRA.id) == []
        await tx.numbers.put([rules.release(rules.assign(first, CHRISTIE), START + HOUR)])
        await tx.numbers.put([rules.assign(second, DEBRA)])
        assert await tx.numbers.assigned_to(CHRISTIE.id) == []
        assert [number.e164 for number in await tx.numbers.assigned_to(DEBRA.id)] == [second.e164]


async def test_the_form_says_how_many_numbers_are_free_in_each_location(records: Records) -> None:
    await put(
        records,
        a_number(1),
        a_number(2, type=NumberType.CALLING_PLAN),
        a_number(3, location="London"),
        a_number(4, location="London", status=NumberStatus.BLOCKED),
        rules.release(a_number(5), START + HOUR),
        rules.release(a_number(6, location="Leeds"), START + HOUR),
    )
    async with records.transaction() as tx:
        now = await tx.numbers.free_by_location(START)
        later = await tx.numbers.free_by_location(START + HOUR)
    assert {place: count for place, count in now.items() if count} == {"Manchester": 2, "London": 1}
    assert later == {"Manchester": 3, "London": 1, "Leeds": 1}


async def test_what_the_tenant_lists_is_added_and_what_is_known_stays_as_it_is(records: Records) -> None:
    await add_numbers(records, 2)
    held = await hold_next(records, "request-1")
    async with records.transaction() as tx:
        added = await tx.numbers.add([a_number(number) for number in (1, 2, 3)])
        assert await tx.numbers.add([]) == []
    assert [number.e164 for number in added] == ["+441615550003"]
    assert held is not None
    async with records.transaction() as tx:
        assert await tx.numbers.get(held.e164) == held
        assert await tx.numbers.count() == 3


async def test_none_is_free_is_said_only_when_nobody_steps_back(records: Records) -> None:
    await add_numbers(records, 1)
    inside = asyncio.Event()

    async def take_and_step_back() -> None:
        async with records.transaction() as tx:
            await tx.numbers.hold_next("Manchester", TYPES, "request-1", START + WEEK, START)
            inside.set()
            await asyncio.sleep(0)
            raise ZeroDivisionError

    async def ask() -> Number | None:
        await inside.wait()
        return await hold_next(records, "request-2")

    _, given = await asyncio.gather(take_and_step_back(), ask(), return_exceptions=True)
    assert isinstance(given, Number)
    assert given.held_for == "request-2"


async def test_a_large_inventory_is_taken_over_while_other_work_goes_on(records: Records) -> None:
    turns = 0
    taking = asyncio.create_task(add_numbers(records, 2000))
    while not taking.done():
        turns += 1
        await asyncio.sleep(0)
    await taking
    assert turns > 10
    async with records.transaction() as tx:
        assert await tx.numbers.count() == 2000


async def test_a_thousand_free_numbers_are_as_good_as_a_million(records: Records) -> None:
    await add_numbers(records, COUNTED + 1)
    await put(records, rules.release(a_number(5000, location="Leeds"), START))
    async with records.transaction() as tx:
        assert await tx.numbers.free_by_location(START) == {"Manchester": COUNTED, "Leeds": 1}
