"""Numbers with a tag are promised one to a request, however many ask at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from services.domain.errors import NoNumberFree
from services.domain.number import Number, NumberStatus, NumberType
from services.domain.persona import NumberSpec
from services.ports import Records
from services.promising import Promises
from tests.contract.records.samples import START
from tests.fakes.voice_company import LOCATIONS

GOLD = NumberSpec(location="manchester", tag="gold")


def a_number(place: int, *tags: str) -> Number:
    return Number(
        e164=f"+44161496{place:04}",
        type=NumberType.DIRECT_ROUTING,
        location="Manchester",
        country="GB",
        tags=tags,
    )


async def test_four_ask_at_once_for_three_golden_numbers(records: Records) -> None:
    async with records.transaction() as tx:
        await tx.numbers.put([a_number(0), a_number(1, "gold"), a_number(2, "gold"), a_number(3, "gold")])
    promises = Promises(LOCATIONS)

    async def asks(request_id: str) -> str:
        try:
            async with records.transaction() as tx:
                return await promises.promise(tx, GOLD, request_id, START + timedelta(days=1), START)
        except NoNumberFree:
            return "none"

    got = await asyncio.gather(*(asks(f"request-{place}") for place in range(4)))
    assert sorted(got) == ["+441614960001", "+441614960002", "+441614960003", "none"]
    async with records.transaction() as tx:
        for request_id, e164 in zip(("request-0", "request-1", "request-2", "request-3"), got, strict=True):
            number = await tx.numbers.get(e164)
            assert (number is None) is (e164 == "none")
            assert number is None or (number.status, number.held_for) == (NumberStatus.HELD, request_id)
