"""Everybody asks at once, through the use case that the form calls, for both kinds of records."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.approval_parts import ApprovalParts
from services.audit import verify
from services.changes import Changes
from services.domain.approval_rule import no_rules
from services.domain.errors import NoNumberFree
from services.domain.number import NumberStatus
from services.domain.person import Actor
from services.domain.request import Request
from services.inventory import TAKEN_OVER
from services.number_requests import FormInput, NumberRequests
from services.ports import Records
from tests.clock import FakeClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.provisioner import NoProvisioner
from tests.fakes.telephony import FakeTelephony
from tests.fakes.voice_company import CHRISTIE, LOCATIONS, MEGAN, PHONE_SKU, a_tenant, an_inventory

PEOPLE, NUMBERS = 300, 100


async def a_rush(records: Records, clock: FakeClock) -> list[Request | BaseException]:
    """What 300 people get who hand their forms in at the same moment, where 100 numbers are free."""
    tenant = a_tenant(clock, NUMBERS)
    tenant.skus[PHONE_SKU] = replace(tenant.skus[PHONE_SKU], enabled=PEOPLE)
    tenant.people[MEGAN.id] = replace(CHRISTIE, id=MEGAN.id, display_name=MEGAN.name)
    people = [replace(CHRISTIE, id=f"person-{number}") for number in range(PEOPLE)]
    tenant.people |= {person.id: person for person in people}
    async with records.transaction() as tx:
        await tx.numbers.put(an_inventory(NUMBERS))
        await tx.marks.put(TAKEN_OVER)
    directory = FakeDirectory(tenant)
    changes = Changes(records, clock, frozenset(), on_change=lambda _: None)
    parts = ApprovalParts.of(directory, changes, no_rules, MEGAN.id)
    desk = NumberRequests(
        changes,
        directory,
        FakeTelephony(tenant),
        LOCATIONS,
        parts.routing,
        parts.behalf,
        NoProvisioner(),
        days=14,
    )

    async def submit(person_id: str) -> Request:
        form = FormInput(form_id=f"form of {person_id}", location="Manchester", purpose="Suppliers")
        return await desk.submit(Actor(id=person_id, tenant_id="t", name="Somebody", locale="en"), form)

    return await asyncio.gather(*(submit(person.id) for person in people), return_exceptions=True)


async def test_300_people_ask_at_once_for_100_numbers(records: Records, clock: FakeClock) -> None:
    results = await a_rush(records, clock)
    served = [result for result in results if isinstance(result, Request)]
    refused = [result for result in results if isinstance(result, NoNumberFree)]
    assert (len(served), len(refused)) == (NUMBERS, PEOPLE - NUMBERS)
    assert "Manchester" in refused[0].sentence
    assert len({request.number for request in served}) == NUMBERS
    assert len({request.ref for request in served}) == NUMBERS
    async with records.transaction() as tx:
        for request in served:
            assert request.number is not None
            number = await tx.numbers.get(request.number)
            assert number is not None
            assert (number.status, number.held_for) == (NumberStatus.HELD, request.id)
        assert len(await tx.requests.awaiting(MEGAN.id, 2 * NUMBERS)) == NUMBERS
    assert await verify(records) == 2 * NUMBERS, "each was submitted, and somebody asked"
