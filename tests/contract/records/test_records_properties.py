"""Whatever happens in whatever order, the stores answer as a look at every single record would."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.audit import AuditEntry
from services.domain.errors import OpenRequestExists, StoreDamaged, StoreUnavailable
from services.domain.location import Cost
from services.domain.number import Number, NumberStatus, NumberType, is_offered
from services.domain.person import PersonRef
from services.domain.request import Attention, Happening, Nudge, Question, Request, RequestState
from services.domain.stage import Approval, Approver, Stage, StageState, Timing
from services.domain.step import Step
from services.ports import Place, Post, Records
from services.storage.documents import Codec
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.contract.records.disks import Disk
from tests.contract.records.samples import START, a_number, a_request, employee

LOCATIONS = st.sampled_from(["Manchester", "London"])
WHEN = st.integers(min_value=-3, max_value=3).map(lambda hours: START + timedelta(hours=hours))

TEXT = st.text(max_size=12)
TIMES = st.timedeltas(min_value=timedelta(days=-9000), max_value=timedelta(days=9000)).map(
    lambda by: START + by
)
PEOPLE = st.builds(PersonRef, id=TEXT, name=TEXT)
FACTS = st.dictionaries(TEXT, TEXT, max_size=2)


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


HOURS = st.floats(0, 1000)
STAGES = st.builds(
    Stage,
    approvers=some(st.builds(Approver, id=TEXT, name=TEXT, why=TEXT, seats=some(TEXT))),
    timing=st.builds(Timing, limit_hours=HOURS, remind_hours=some(HOURS)),
    unreached=some(PEOPLE),
    state=st.sampled_from(StageState),
    decided_by=st.none() | PEOPLE,
    decided_at=st.none() | TIMES,
    approvals=some(st.builds(Approval, by=PEOPLE, at=TIMES, seats=some(TEXT))),
    former=some(PEOPLE),
    asked_at=st.none() | TIMES,
    due_at=st.none() | TIMES,
    reminders=some(TIMES),
    escalations=st.integers(0, 9),
)
STEPS = st.builds(Step, next_try=st.none() | TIMES, facts=FACTS, changed=st.booleans())
HISTORY = st.builds(Happening, at=TIMES, by=st.none() | PEOPLE, detail=TEXT)
ANY_REQUEST = st.builds(
    Request,
    requester=PEOPLE,
    beneficiary=PEOPLE,
    cost=st.builds(Cost, amount=st.decimals(0, 10**9, places=2), currency=TEXT),
    created_at=TIMES,
    updated_at=TIMES,
    expires_at=TIMES,
    version=st.integers(0, 10**6),
    number=st.none() | TEXT,
    stages=some(STAGES),
    plan=some(STEPS),
    history=some(HISTORY),
    notices=some(TEXT),
    attention=st.none() | st.builds(Attention),
    questions=some(st.builds(Question, by=PEOPLE, at=TIMES, answered_at=st.none() | TIMES)),
    nudges=some(st.builds(Nudge)),
)
ANY_NUMBER = st.builds(
    Number,
    status=st.sampled_from(NumberStatus),
    tags=some(TEXT),
    held_until=st.none() | TIMES,
    resting_until=st.none() | TIMES,
    assignee=st.none() | PEOPLE,
    discrepancy=st.none() | TEXT,
)
ANY_ENTRY = st.builds(AuditEntry, at=TIMES, facts=FACTS)


@settings(max_examples=60, deadline=None)
@given(
    value=st.one_of(ANY_REQUEST, ANY_NUMBER, ANY_ENTRY, st.builds(Post, born=st.integers()), st.builds(Place))
)
def test_everything_comes_back_from_its_document_as_it_was(value: object) -> None:
    codec = Codec(type(value), "here")
    assert codec.decode(codec.encode(value)) == value


def test_a_document_that_does_not_fit_is_named() -> None:
    codec = Codec(Number, "numbers")
    with pytest.raises(StoreDamaged) as refused:
        codec.decode({**codec.encode(a_number()), "status": "borrowed"})
    assert "numbers" in refused.value.sentence
    assert "status" in refused.value.sentence


NUMBERS = st.builds(
    Number,
    e164=st.integers(min_value=1, max_value=8).map(lambda n: f"+4416155500{n:02}"),
    type=st.sampled_from(NumberType),
    location=LOCATIONS,
    country=st.just("GB"),
    status=st.sampled_from([*NumberStatus, NumberStatus.FREE, NumberStatus.RESTING]),
    resting_until=st.none() | WHEN,
    assignee=st.none() | st.integers(1, 3).map(employee),
    discrepancy=st.none() | st.none() | st.just("unclear"),
)
REQUESTS = st.builds(
    lambda number, by, state, hours: replace(
        a_request(number, by=employee(by), at=START + timedelta(hours=hours)), state=state
    ),
    number=st.integers(1, 6),
    by=st.integers(1, 3),
    state=st.sampled_from(RequestState),
    hours=st.integers(0, 3),
)
ENDINGS = st.sampled_from(["kept", "kept", "undone", "lost", "restarted"])
STORY = st.lists(st.tuples(st.lists(NUMBERS | REQUESTS, min_size=1, max_size=4), ENDINGS), max_size=8)


class Truth:
    """What ought to be stored."""

    def __init__(self) -> None:
        self.numbers: dict[str, Number] = {}
        self.requests: dict[str, Request] = {}

    def copy(self) -> Truth:
        copied = Truth()
        copied.numbers, copied.requests = dict(self.numbers), dict(self.requests)
        return copied

    def add(self, thing: Number | Request) -> Request | None:
        """Take the thing in; the request that stands in its way, if one does."""
        if isinstance(thing, Number):
            self.numbers[thing.e164] = thing
            return None
        for other in self.requests.values():
            same = other.beneficiary == thing.beneficiary and other.id != thing.id
            if thing.is_open and other.is_open and same:
                return other
        self.requests[thing.id] = thing
        return None


async def write(records: Records, things: list[Number | Request], truth: Truth, *, undone: bool) -> None:
    async with records.transaction() as tx:
        for thing in things:
            known = truth.requests.get(thing.id) if isinstance(thing, Request) else None
            obstacle = truth.add(thing)
            if isinstance(thing, Number):
                await tx.numbers.put([thing])
            elif obstacle is not None:
                with pytest.raises(OpenRequestExists):
                    await (tx.requests.save(thing, known.version) if known else tx.requests.add(thing))
            elif known is not None:
                await tx.requests.save(thing, known.version)
            else:
                await tx.requests.add(thing)
        if undone:
            raise ZeroDivisionError


async def check(records: Records, truth: Truth) -> None:
    numbers, requests = (
        sorted(truth.numbers.values(), key=lambda number: number.e164),
        truth.requests.values(),
    )
    async with records.transaction() as tx:
        assert await tx.numbers.count() == len(numbers)
        for now in (START - timedelta(hours=1), START + timedelta(hours=2)):
            offered = [number for number in numbers if is_offered(number, now)]
            for location in ("Manchester", "London"):
                here = [number for number in offered if number.location == location]
                assert await tx.numbers.offered(location, tuple(NumberType), now, 50) == here
                assert (await tx.numbers.free_by_location(now)).get(location, 0) == len(here)
        for person in map(employee, (1, 2, 3)):
            theirs = [n for n in numbers if n.status is NumberStatus.ASSIGNED and n.assignee == person]
            assert await tx.numbers.assigned_to(person.id) == theirs
            mine = [request for request in requests if request.beneficiary == person]
            newest_first = sorted(mine, key=lambda request: (request.created_at, request.id), reverse=True)
            assert await tx.requests.of(person.id, 50) == newest_first
            assert await tx.requests.open_of(person.id) == next((r for r in mine if r.is_open), None)
        oldest_first = sorted(requests, key=lambda request: (request.created_at, request.id))
        for state in RequestState:
            expected = [request for request in oldest_first if request.state is state]
            assert await tx.requests.in_state(state, 50) == expected
        assert await tx.requests.listed(50) == oldest_first
        approver = a_request().stages[0].approvers[0]
        assert await tx.requests.awaiting(approver.id, 50) == [r for r in oldest_first if r.current_stage]


async def live_through(folder: Path, story: list[tuple[list[Number | Request], str]]) -> None:
    disk = Disk()
    records = await EmbeddedRecords.open(folder, FakeClock(), disk, journal_bytes=2000)
    truth = Truth()
    for things, ending in story:
        meanwhile = truth.copy()
        disk.full = ending == "lost"
        try:
            await write(records, things, meanwhile, undone=ending == "undone")
            truth = meanwhile
        except (ZeroDivisionError, StoreUnavailable):
            assert ending in {"undone", "lost"}
        disk.full = False
        if ending == "restarted":
            await records.close()
            records = await EmbeddedRecords.open(folder, FakeClock(), disk, journal_bytes=2000)
        await check(records, truth)
    await records.close()


@settings(max_examples=60, deadline=None)
@given(story=STORY)
def test_the_stores_answer_as_a_look_at_every_record_would(
    story: list[tuple[list[Number | Request], str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live_through(Path(folder), story))
