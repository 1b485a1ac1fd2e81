"""Looking back: how long each stage of a request took, who decided, and what came of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from services.approval_report import (
    NOT_ASKED,
    PAGE,
    PASSED_OVER,
    TO_COME,
    Times,
    Totals,
    decided_after,
    every,
    hours,
    is_waiting_since,
    visits,
)
from services.domain import approving, transitions
from services.domain.request import Request, RequestState
from services.domain.stage import Need, Stage, StageState, asked
from services.ports import Records
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.contract.records.samples import (
    CHRISTIE,
    DEBRA,
    MIRIAM,
    PATTI,
    START,
    WEEK,
    a_draft,
    a_request,
    employee,
)

MANAGER = Stage(name="manager", approvers=asked(MIRIAM), why="manager")
TELECOM = Stage(name="telecom", approvers=asked(PATTI, DEBRA), why="telecom admins")
HOUR = timedelta(hours=1)


def handed_in(*stages: Stage) -> Request:
    return transitions.submit(replace(a_draft(), stages=stages), START)


def told(request: Request) -> list[tuple[str, str, str]]:
    """Name, outcome and hours of each stage."""
    return [(visit.stage.name, visit.outcome, hours(visit.took)) for visit in visits(request)]


def test_each_stage_is_timed_from_when_it_was_asked_for() -> None:
    request = handed_in(MANAGER, TELECOM)
    assert told(request) == [("manager", "waiting", ""), ("telecom", TO_COME, "")]
    first = approving.approve(request, MIRIAM, START + 2 * HOUR)
    second = approving.ask(first, first.stages[1], START + 3 * HOUR)
    assert is_waiting_since(second) == START + 3 * HOUR
    assert decided_after(second) is None
    done = approving.approve(second, DEBRA, START + 7 * HOUR)
    assert told(done) == [("manager", "approved", "2.0"), ("telecom", "approved", "4.0")]
    assert decided_after(done) == 7 * HOUR
    assert is_waiting_since(done) == START + 7 * HOUR


def test_a_stage_that_nobody_was_asked_for_has_no_time() -> None:
    request = approving.approve(handed_in(MANAGER, TELECOM), MIRIAM, START + HOUR)
    passed = approving.ask(request, replace(TELECOM, approvers=asked(MIRIAM)), START + 2 * HOUR)
    assert told(passed)[1] == ("telecom", PASSED_OVER, "")
    assert [visit.answers for visit in visits(passed)][1] == ()
    rejected = approving.reject(handed_in(MANAGER, TELECOM), MIRIAM, "no", START + HOUR)
    assert told(rejected) == [("manager", "rejected", "1.0"), ("telecom", NOT_ASKED, "")]


def test_what_nobody_decided_ended_with_its_request() -> None:
    expired = transitions.expire(handed_in(MANAGER), START + WEEK)
    cancelled = transitions.cancel(handed_in(MANAGER), CHRISTIE, START + HOUR)
    assert told(expired) == [("manager", "expired", "")]
    assert told(cancelled) == [("manager", "cancelled", "")]
    assert told(replace(a_draft(), state=RequestState.DRAFT))[0][1] == NOT_ASKED


def test_where_all_must_approve_each_answer_has_its_time() -> None:
    request = handed_in(replace(TELECOM, need=Need.ALL))
    first = approving.approve(request, PATTI, START + HOUR)
    assert told(first) == [("telecom", "waiting", "")]
    done = approving.approve(first, DEBRA, START + 5 * HOUR)
    (visit,) = visits(done)
    assert [(answer.by, answer.took) for answer in visit.answers] == [(PATTI, HOUR), (DEBRA, 5 * HOUR)]
    rejected = approving.reject(first, DEBRA, "no", START + 2 * HOUR)
    (visit,) = visits(rejected)
    assert [(answer.by, answer.took) for answer in visit.answers] == [(PATTI, HOUR), (DEBRA, 2 * HOUR)]


def test_requests_from_before_stages_said_when_they_asked_are_timed_too() -> None:
    """There every stage waited from the start, and was asked for once the one before was decided."""
    decided = replace(
        MANAGER, state=StageState.APPROVED, decided_by=MIRIAM, decided_at=START + HOUR, asked_at=None
    )
    pending = replace(handed_in(MANAGER, TELECOM), stages=(decided, TELECOM))
    assert told(pending) == [("manager", "approved", "1.0"), ("telecom", "waiting", "")]
    assert is_waiting_since(pending) == START + HOUR
    done = replace(
        pending,
        state=RequestState.APPROVED,
        stages=(
            decided,
            replace(TELECOM, state=StageState.APPROVED, decided_by=PATTI, decided_at=START + 4 * HOUR),
        ),
    )
    assert told(done)[1] == ("telecom", "approved", "3.0")
    assert [(answer.by, answer.took) for answer in list(visits(done))[1].answers] == [(PATTI, 3 * HOUR)]
    refused = replace(decided, state=StageState.REJECTED)
    ended = replace(pending, state=RequestState.REJECTED, stages=(refused, TELECOM))
    assert told(ended) == [("manager", "rejected", "1.0"), ("telecom", NOT_ASKED, "")]


@pytest.mark.parametrize(
    ("minutes", "median"), [([5], 5), ([1, 9], 5), ([3, 1, 2], 2), ([7, 7, 1, 100], 7), ([0, 1], 0.5)]
)
def test_the_median_is_the_one_in_the_middle(minutes: list[int], median: float) -> None:
    times = Times()
    for one in minutes:
        times.add(timedelta(minutes=one, seconds=20))
    assert times.median == timedelta(minutes=median)
    assert times.longest == timedelta(minutes=max(minutes), seconds=20)
    assert times.count == len(minutes)


def test_the_totals_go_by_stage_and_by_approver() -> None:
    totals = Totals()
    totals.add(approving.approve(handed_in(MANAGER), MIRIAM, START + HOUR))
    totals.add(approving.approve(handed_in(MANAGER), MIRIAM, START + 3 * HOUR))
    renamed = replace(MIRIAM, name="Miriam Graham-Lee")
    totals.add(approving.reject(handed_in(MANAGER), renamed, "no", START + 9 * HOUR))
    totals.add(handed_in(replace(TELECOM, escalations=2)))
    assert (totals.requests, totals.stages) == (4, 4)
    assert (totals.by_stage["manager"].median, totals.by_stage["manager"].longest) == (3 * HOUR, 9 * HOUR)
    assert totals.by_approver[MIRIAM.id].count == 3
    assert totals.names[MIRIAM.id] == "Miriam Graham-Lee"
    assert "telecom" not in totals.by_stage
    assert (totals.waiting["telecom"], totals.escalations["telecom"]) == (1, 2)


async def _of_two_pages(records: Records) -> None:
    async with records.transaction() as tx:
        for number in range(PAGE + 5):
            await tx.requests.add(a_request(number, employee(number), START + number * HOUR))


async def test_all_requests_are_walked_in_their_order(tmp_path: Path) -> None:
    records = await EmbeddedRecords.open(tmp_path, FakeClock())
    await _of_two_pages(records)
    walked = [request.id async for request in every(records)]
    assert walked == [f"request-{number}" for number in range(PAGE + 5)]
    assert [request.id async for request in every(records, RequestState.PENDING)] == walked
    assert [request.id async for request in every(records, RequestState.COMPLETED)] == []
    await records.close()
