"""A data folder with something of everything in it, and what records say of themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.domain.audit import AuditEntry
from services.domain.number import NumberStatus, NumberType
from services.domain.preferences import ApproverPreferences
from services.domain.request import RequestState
from services.ports import Records
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.contract.records.samples import (
    CHRISTIE,
    MIRIAM,
    PATTI,
    START,
    TYPES,
    a_full_request,
    a_number,
    a_place,
    a_post,
    a_request,
    employee,
)

REQUESTS = len(RequestState) + 1
NUMBERS = 2500
POSTS = 1300
ENTRIES = 2300
"""More than one batch of each of these."""

CHOICES = ApproverPreferences(
    person_id=MIRIAM.id,
    deputy=PATTI,
    deputy_from=date(2026, 12, 21),
    deputy_until=date(2027, 1, 3),
    wants_digest=True,
)

MARK = "numbers taken over"
DRAWN = 20
"""References that were drawn; some belong to no request."""


async def open_folder(folder: Path) -> EmbeddedRecords:
    return await EmbeddedRecords.open(folder, FakeClock(), tidy=False)


async def fill(folder: Path) -> None:
    records = await open_folder(folder)
    async with records.transaction() as tx:
        await tx.requests.add(a_full_request())
        for number, state in enumerate(RequestState, start=2):
            request = a_request(number, by=employee(number), at=START + timedelta(hours=number))
            await tx.requests.add(replace(request, state=state, version=number))
        for _ in range(DRAWN):
            await tx.requests.next_ref()
        await tx.numbers.put([a_number(number) for number in range(1, NUMBERS - 3)])
        await tx.numbers.put(
            [
                a_number(NUMBERS - 3, status=NumberStatus.ASSIGNED, assignee=CHRISTIE),
                a_number(NUMBERS - 2, status=NumberStatus.RESTING, resting_until=START + timedelta(days=2)),
                a_number(NUMBERS - 1, status=NumberStatus.BLOCKED, discrepancy="taken, it says"),
                a_number(NUMBERS, type=NumberType.CALLING_PLAN, location="London", tags=("vip",)),
            ]
        )
    async with records.transaction() as tx:
        for number in range(ENTRIES):
            await tx.audit.append(
                START + timedelta(microseconds=number), MIRIAM.id, "approved", f"r{number}", {"ü": '"\n'}
            )
        for number in reversed(range(POSTS)):
            await tx.posts.put(
                a_post(f"request-{number % 7}", activity=number, version=number, born=number // 2)
            )
        await tx.posts.put_place(a_place())
        for request_id in ("request-3", "request-1", "request-2", "request-3"):
            await tx.posts.mark_stale(request_id)
        await tx.approvers.put(CHOICES)
        await tx.marks.put(MARK)
    await records.close()


async def entries(records: Records) -> list[AuditEntry]:
    async with records.transaction() as tx:
        return [entry async for entry in tx.audit.entries()]


async def answers(records: Records) -> dict[str, Any]:
    """What the stores answer to every question that people can have."""
    now = START + timedelta(days=3)
    people = [CHRISTIE, *(employee(number) for number in range(1, REQUESTS + 5))]
    async with records.transaction() as tx:
        return {
            "states": [await tx.requests.in_state(state, 100) for state in RequestState],
            "of": [await tx.requests.of(person.id, 100) for person in people],
            "open": [await tx.requests.open_of(person.id) for person in people],
            "awaiting": [
                await tx.requests.awaiting(MIRIAM.id, 100),
                await tx.requests.count_awaiting(MIRIAM.id),
            ],
            "listed": await tx.requests.listed(100),
            "due": await tx.requests.due(START + timedelta(days=8), 100),
            "offered": [
                await tx.numbers.offered(place, TYPES, now, 9999) for place in ("Manchester", "London")
            ],
            "numbers": [await tx.numbers.get(a_number(n).e164) for n in range(NUMBERS - 5, NUMBERS + 1)],
            "assigned": await tx.numbers.assigned_to(CHRISTIE.id),
            "free": await tx.numbers.free_by_location(now),
            "count": await tx.numbers.count(),
            "posts": [await tx.posts.of_request(f"request-{number}") for number in range(8)],
            "posts of": await tx.posts.of_person(CHRISTIE.id, 9999),
            "place": [await tx.posts.place_of(CHRISTIE.id), await tx.posts.some_place()],
            "notes": [await tx.posts.note_of(f"request-{number}") for number in range(8)],
            "choices": [await tx.approvers.get(MIRIAM.id), await tx.approvers.with_digest()],
            "mark": [await tx.marks.has(MARK), await tx.marks.has("another")],
        }


async def notes_in_order(records: Records) -> list[str]:
    async with records.transaction() as tx:
        return [note.request_id for note in await tx.posts.take_stale(100)]
