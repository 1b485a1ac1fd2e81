"""What waits for whom, until when, and everything in its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.domain import approving, transitions
from services.domain.request import Request
from services.domain.stage import Need, Stage, Timing, asked
from services.ports import Records
from services.storage import embedded
from services.storage.documents import Codec
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.contract.records.samples import (
    DEBRA,
    MIRIAM,
    PATTI,
    START,
    WEEK,
    a_draft,
    a_request,
    add_request,
    employee,
)

MANAGER = Stage(name="manager", approvers=asked(MIRIAM), why="manager")
TELECOM = Stage(name="telecom", approvers=asked(PATTI, DEBRA), why="telecom admins")
HOUR = timedelta(hours=1)


def with_stages(number: int, *stages: Stage, at: datetime = START) -> Request:
    """Somebody's request, handed in: the first stage waits, the others are planned."""
    return transitions.submit(replace(a_draft(number, employee(number), at), stages=stages), at)


async def save(records: Records, request: Request) -> Request:
    async with records.transaction() as tx:
        await tx.requests.save(request, request.version - 1)
    return request


async def waiting_for(records: Records, person_id: str, limit: int = 100, skip: int = 0) -> list[str]:
    async with records.transaction() as tx:
        found = [request.id for request in await tx.requests.awaiting(person_id, limit, skip)]
        if (limit, skip) == (100, 0):
            assert await tx.requests.count_awaiting(person_id) == len(found)
    return found


async def due(records: Records, now: datetime, limit: int = 100) -> list[str]:
    async with records.transaction() as tx:
        return [request.id for request in await tx.requests.due(now, limit)]


def ids(requests: Sequence[Request]) -> list[str]:
    return [request.id for request in requests]


async def test_an_approver_sees_what_waits_for_them_now_and_oldest_first(records: Records) -> None:
    await add_request(records, with_stages(2, MANAGER, TELECOM, at=START + WEEK))
    earlier = await add_request(records, with_stages(3, MANAGER, TELECOM))
    assert await waiting_for(records, MIRIAM.id) == ["request-3", "request-2"]
    assert await waiting_for(records, PATTI.id) == []
    approved = await save(records, approving.approve(earlier, MIRIAM, START))
    assert await waiting_for(records, MIRIAM.id) == ["request-2"]
    assert await waiting_for(records, PATTI.id) == [], "it is planned, and asks nobody yet"
    telecom = await save(records, approving.ask(approved, approved.stages[1], START))
    assert await waiting_for(records, PATTI.id) == await waiting_for(records, DEBRA.id) == ["request-3"]
    await save(records, approving.approve(telecom, DEBRA, START))
    assert await waiting_for(records, PATTI.id) == []


async def test_where_all_must_approve_who_has_done_so_is_waited_for_no_more(records: Records) -> None:
    both = replace(TELECOM, need=Need.ALL)
    request = await add_request(records, with_stages(1, both))
    first = await save(records, approving.approve(request, PATTI, START))
    assert await waiting_for(records, PATTI.id) == []
    assert await waiting_for(records, DEBRA.id) == ["request-1"]
    await save(records, approving.approve(first, DEBRA, START))
    assert await waiting_for(records, DEBRA.id) == []


async def test_what_was_handed_over_waits_for_the_other_one(records: Records) -> None:
    request = await add_request(records, with_stages(1, MANAGER))
    (patti,) = asked(PATTI, why="asked by Miriam Graham")
    await save(records, approving.delegate(request, MIRIAM, patti, request.stages[0], START))
    assert await waiting_for(records, MIRIAM.id) == []
    assert await waiting_for(records, PATTI.id) == ["request-1"]


async def test_what_waits_comes_a_page_at_a_time_without_a_look_at_the_others(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with records.transaction() as tx:
        for number in range(25):
            await tx.requests.add(with_stages(number, MANAGER, at=START + number * HOUR))
    decoded: list[str] = []
    for method in ("decode", "decode_json"):
        monkeypatch.setattr(Codec, method, _noting(getattr(Codec, method), decoded))
    assert await waiting_for(records, MIRIAM.id, 10, 10) == [f"request-{n}" for n in range(10, 20)]
    assert len(decoded) == 10
    assert await waiting_for(records, MIRIAM.id, 10, 20) == [f"request-{n}" for n in range(20, 25)]
    assert await waiting_for(records, MIRIAM.id, 10, 30) == []
    assert await waiting_for(records, MIRIAM.id, 0) == []


def _noting(method: object, seen: list[str]) -> object:
    def noting(codec: Codec[object], document: object) -> object:
        seen.append("document")
        return method(codec, document)  # type: ignore[operator]  # a method of Codec

    return noting


async def test_requests_that_nobody_decided_in_time_are_due(records: Records) -> None:
    for number in (2, 1, 3):
        await add_request(records, a_request(number, by=employee(number), at=START + timedelta(days=number)))
    await add_request(records, approving.approve(a_request(4), MIRIAM, START))
    second_ends = START + timedelta(days=2) + WEEK
    assert await due(records, START + WEEK) == []
    assert await due(records, second_ends) == ["request-1", "request-2"]
    assert await due(records, second_ends, 1) == ["request-1"]


async def test_a_reminder_or_a_limit_is_due_before_the_request_ends(records: Records) -> None:
    limited = replace(MANAGER, timing=Timing(limit_hours=8), due_at=START + 8 * HOUR)
    reminded = replace(limited, reminders=(START + 2 * HOUR, START + 6 * HOUR))
    await add_request(records, with_stages(1, limited))
    request = await add_request(records, with_stages(2, reminded))
    assert await due(records, START + HOUR) == []
    assert await due(records, START + 9 * HOUR) == ["request-2", "request-1"], "who has waited longest"
    later = START + 3 * HOUR
    await save(records, approving.remind(request, (), later))
    assert await due(records, later) == []
    assert await due(records, START + 6 * HOUR) == ["request-2"]


async def test_a_stage_that_comes_next_is_due_at_once(records: Records) -> None:
    request = await add_request(records, with_stages(1, MANAGER, TELECOM))
    approved = await save(records, approving.approve(request, MIRIAM, START + HOUR))
    assert await due(records, START + HOUR) == ["request-1"]
    await save(records, approving.ask(approved, approved.stages[1], START + 2 * HOUR))
    assert await due(records, START + 2 * HOUR) == []
    assert await due(records, START + WEEK) == ["request-1"]


async def test_all_requests_are_listed_oldest_first_a_page_at_a_time(records: Records) -> None:
    for number, hours in ((1, 3), (2, 1), (3, 1), (4, 2)):
        await add_request(records, with_stages(number, MANAGER, at=START + hours * HOUR))
    async with records.transaction() as tx:
        await tx.requests.add(approving.reject(with_stages(5, MANAGER), MIRIAM, "no", START))
        first = await tx.requests.listed(3)
        assert ids(first) == ["request-5", "request-2", "request-3"]
        rest = await tx.requests.listed(3, after=first[-1])
        assert ids(rest) == ["request-4", "request-1"]
        assert await tx.requests.listed(3, after=rest[-1]) == []


NEW_FIELDS = {
    "request": ("questions", "nudges", "approval", "awaited", "wakes_at"),
    "stage": ("need", "timing", "approvals", "former", "asked_at", "due_at", "reminders", "escalations"),
    "approver": ("why", "seats"),
}


def as_before(request: Request) -> dict[str, object]:
    """The document of a request as the version before stages with limits wrote it: every stage waits."""
    document = Codec(Request, "requests").encode(request)
    for stage in document["stages"]:
        for approver in stage["approvers"]:
            _without(approver, "approver")
        _without(stage, "stage")
        stage["state"] = "waiting" if stage["state"] == "planned" else stage["state"]
    _without(document, "request")
    return document


def _without(document: dict[str, object], what: str) -> None:
    for name in NEW_FIELDS[what]:
        document.pop(name, None)


async def test_requests_of_the_version_before_are_found_where_they_were(tmp_path: Path) -> None:
    records = await EmbeddedRecords.open(tmp_path, FakeClock())
    pending = with_stages(1, MANAGER, TELECOM, at=START)
    ended = transitions.cancel(with_stages(2, MANAGER), employee(2), START)
    async with records.transaction():
        for request in (pending, ended):
            records._memory.change(embedded.requests.TABLE, request.id, as_before(request))
    await records.close()
    records = await EmbeddedRecords.open(tmp_path, FakeClock())
    assert await waiting_for(records, MIRIAM.id) == ["request-1"]
    assert await waiting_for(records, PATTI.id) == []
    assert await due(records, START + WEEK) == ["request-1"]
    async with records.transaction() as tx:
        old = await tx.requests.get("request-1")
    await save(records, approving.approve(old, MIRIAM, START + HOUR))
    assert await waiting_for(records, MIRIAM.id) == []
    assert await waiting_for(records, PATTI.id) == ["request-1"], "at once, as it was promised"
    await save(records, transitions.cancel(approving.approve(old, MIRIAM, START), old.requester, START))
    await records.close()
