"""Requests in the records."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain import approving, transitions
from services.domain.errors import AlreadyExists, OpenRequestExists, UnknownRequest, VersionConflict
from services.domain.request import Request, RequestState
from services.ports import Records
from tests.contract.records.conftest import Home
from tests.contract.records.samples import (
    CHRISTIE,
    DEBRA,
    MIRIAM,
    START,
    WEEK,
    a_draft,
    a_full_request,
    a_request,
    add_request,
    employee,
    get_request,
)


async def test_a_request_comes_back_exactly_as_it_was_written(records: Records, home: Home) -> None:
    request = await add_request(records, a_full_request())
    assert await get_request(records, request.id) == request
    await records.close()
    again = await home.open()
    found = await get_request(again, request.id)
    assert found == request
    assert str(found.cost.amount) == "0.10"
    assert found.created_at.utcoffset() == timedelta(0)
    await again.close()


async def test_a_request_is_found_by_the_reference_that_people_use(records: Records) -> None:
    await add_request(records, a_request(1))
    await add_request(records, a_request(2, by=DEBRA))
    async with records.transaction() as tx:
        assert (await tx.requests.by_ref("SB-000002")).beneficiary == DEBRA
        with pytest.raises(UnknownRequest):
            await tx.requests.by_ref("SB-000003")
        with pytest.raises(UnknownRequest):
            await tx.requests.get("request-3")


async def test_handing_in_the_same_form_twice_makes_one_request(records: Records) -> None:
    await add_request(records, a_request())
    with pytest.raises(AlreadyExists):
        await add_request(records, a_request())
    async with records.transaction() as tx:
        assert len(await tx.requests.of(CHRISTIE.id, 10)) == 1


async def test_a_reference_belongs_to_one_request(records: Records) -> None:
    await add_request(records, a_request(1))
    with pytest.raises(AlreadyExists):
        await add_request(records, replace(a_request(2, by=DEBRA), ref="SB-000001"))


async def test_saving_a_request_that_was_never_added_is_refused(records: Records) -> None:
    with pytest.raises(UnknownRequest):
        async with records.transaction() as tx:
            await tx.requests.save(a_request(), 0)


async def test_two_approvals_of_the_same_version_and_one_wins(records: Records) -> None:
    request = await add_request(records, a_request())
    approved = approving.approve(request, MIRIAM, START)

    async def approve() -> None:
        async with records.transaction() as tx:
            await tx.requests.save(approved, request.version)

    results = await asyncio.gather(approve(), approve(), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "VersionConflict"]
    assert (await get_request(records, request.id)).version == request.version + 1


async def test_a_change_of_an_old_version_changes_nothing(records: Records) -> None:
    request = await add_request(records, a_request())
    approved = approving.approve(request, MIRIAM, START)
    async with records.transaction() as tx:
        await tx.requests.save(approved, request.version)
    with pytest.raises(VersionConflict):
        async with records.transaction() as tx:
            await tx.requests.save(transitions.cancel(request, CHRISTIE, START), request.version)
    assert await get_request(records, request.id) == approved


async def test_a_person_has_one_open_request_at_a_time(records: Records) -> None:
    first = await add_request(records, a_request(1))
    with pytest.raises(OpenRequestExists) as refused:
        await add_request(records, a_request(2))
    assert "SB-000001" in refused.value.sentence
    async with records.transaction() as tx:
        assert await tx.requests.open_of(CHRISTIE.id) == first
        assert await tx.requests.open_of(DEBRA.id) is None
        await tx.requests.save(transitions.cancel(first, CHRISTIE, START), first.version)
        assert await tx.requests.open_of(CHRISTIE.id) is None
    second = await add_request(records, a_request(2))
    async with records.transaction() as tx:
        assert await tx.requests.open_of(CHRISTIE.id) == second


async def test_a_draft_does_not_become_the_second_open_request(records: Records) -> None:
    draft = await add_request(records, a_draft(1))
    await add_request(records, a_request(2))
    with pytest.raises(OpenRequestExists):
        async with records.transaction() as tx:
            await tx.requests.save(transitions.submit(draft, START), draft.version)


async def test_of_twenty_requests_handed_in_at_once_for_one_person_one_stands(records: Records) -> None:
    results = await asyncio.gather(
        *(add_request(records, a_request(number)) for number in range(1, 21)), return_exceptions=True
    )
    assert sum(isinstance(result, Request) for result in results) == 1
    assert sum(isinstance(result, OpenRequestExists) for result in results) == 19


async def test_my_requests_come_newest_first_and_no_more_than_asked_for(records: Records) -> None:
    for number in range(1, 6):
        request = a_request(number, at=START + timedelta(seconds=number / 2))
        await add_request(records, transitions.cancel(request, CHRISTIE, START))
    for_debra = replace(a_request(6, by=DEBRA, at=START + WEEK), requester=CHRISTIE)
    await add_request(records, for_debra)
    async with records.transaction() as tx:
        mine = await tx.requests.of(CHRISTIE.id, 4)
        hers = await tx.requests.of(DEBRA.id, 4)
    assert [request.ref for request in mine] == ["SB-000006", "SB-000005", "SB-000004", "SB-000003"]
    assert [request.ref for request in hers] == ["SB-000006"]


async def test_approved_requests_that_nobody_started_are_found_oldest_first(records: Records) -> None:
    for number in (3, 1, 2):
        pending = a_request(number, by=employee(number), at=START + timedelta(minutes=number))
        await add_request(records, approving.approve(pending, MIRIAM, START))
    await add_request(records, a_request(4))
    async with records.transaction() as tx:
        approved = await tx.requests.in_state(RequestState.APPROVED, 2)
        assert [request.id for request in approved] == ["request-1", "request-2"]
        assert len(await tx.requests.in_state(RequestState.APPROVED, 10)) == 3
        assert await tx.requests.in_state(RequestState.PROVISIONING, 10) == []
        rest = await tx.requests.in_state(RequestState.APPROVED, 2, after=approved[-1])
        assert [request.id for request in rest] == ["request-3"]
        assert await tx.requests.in_state(RequestState.APPROVED, 2, after=rest[-1]) == []


async def test_references_count_upward_and_are_never_given_twice(records: Records, home: Home) -> None:
    async def draw() -> str:
        async with records.transaction() as tx:
            return await tx.requests.next_ref()

    assert await draw() == "SB-000001"
    drawn = await asyncio.gather(*(draw() for _ in range(50)))
    assert sorted(drawn) == [f"SB-{number:06}" for number in range(2, 52)]

    async def draw_and_fail() -> None:
        async with records.transaction() as tx:
            raise LookupError(await tx.requests.next_ref())

    with pytest.raises(LookupError) as lost:
        await draw_and_fail()
    after = await draw()
    assert after >= str(lost.value)
    await records.close()
    again = await home.open()
    async with again.transaction() as tx:
        assert await tx.requests.next_ref() > after
    await again.close()
