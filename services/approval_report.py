"""Looking back over requests: where each of their stages took how long, and who decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.domain.person import PersonRef
from services.domain.request import Request, RequestState
from services.domain.stage import Stage, StageState
from services.ports import Records

PAGE = 200
"""Requests that are in memory at once."""

HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)

PASSED_OVER, TO_COME, NOT_ASKED = "approved before", "to come", "not asked"
"""Outcomes of stages for which nobody was asked, in the first case since who would decide had done so."""


async def every(records: Records, state: RequestState | None = None) -> AsyncIterator[Request]:
    """All requests, or those in a state, oldest first. One that is asked for meanwhile may be missing."""
    last: Request | None = None
    while True:
        async with records.transaction() as tx:
            if state is None:
                page = await tx.requests.listed(PAGE, after=last)
            else:
                page = await tx.requests.in_state(state, PAGE, after=last)
        for request in page:
            yield request
        if len(page) < PAGE:
            return
        last = page[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One person's decision, and how long after the asking it came."""

    by: PersonRef
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of one stage. ``asked_at`` is None for a stage for which nobody was asked.

    ``took`` is the time from asking to the decision, None where there is none.
    """

    stage: Stage
    outcome: str
    asked_at: datetime | None = None
    took: timedelta | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Who decided and how long each took, from when the stage was asked for."""
        stage = self.stage
        if self.asked_at is None:
            return ()
        given = [(approval.by, approval.at) for approval in stage.approvals]
        is_told = any(by == stage.decided_by and at == stage.decided_at for by, at in given)
        if stage.decided_by is not None and stage.decided_at is not None and not is_told:
            given.append((stage.decided_by, stage.decided_at))
        return tuple(Answer(by=by, took=at - self.asked_at) for by, at in given)


def visits(request: Request) -> Iterator[Visit]:
    """What came of each stage of the request, in order."""
    is_dated = any(stage.asked_at is not None for stage in request.stages)
    before, is_reached = request.created_at, request.state is not RequestState.DRAFT
    for stage in request.stages:
        # Versions that knew no limits did not say when they asked: as soon as the stage before was decided.
        asked_at = stage.asked_at if is_dated else before
        if not is_reached or stage.state is StageState.PLANNED:
            is_pending = request.state is RequestState.PENDING
            yield Visit(stage=stage, outcome=TO_COME if is_pending else NOT_ASKED)
        elif stage.state is StageState.WAITING:
            yield Visit(stage=stage, asked_at=asked_at, outcome=_undecided(request))
        elif asked_at is None or stage.decided_at is None:
            yield Visit(stage=stage, outcome=PASSED_OVER)
        else:
            took = stage.decided_at - asked_at
            yield Visit(stage=stage, asked_at=asked_at, took=took, outcome=stage.state.value)
        is_reached = is_reached and stage.state is StageState.APPROVED
        before = stage.decided_at or before


def _undecided(request: Request) -> str:
    """What became of a stage that nobody decided: it still waits, or ended with its request."""
    return StageState.WAITING.value if request.state is RequestState.PENDING else request.state.value


def decided_after(request: Request) -> timedelta | None:
    """How long the request took from being asked for to its last decision; None while it waits for one."""
    if request.current_stage is not None:
        return None
    ends = [stage.decided_at for stage in request.stages if stage.decided_at is not None]
    return max(ends) - request.created_at if ends else None


def is_waiting_since(request: Request) -> datetime:
    """Since when it is where it is: since the stage that waits was asked for, or since what happened last."""
    stage = request.current_stage
    if stage is not None and stage.state is StageState.WAITING:
        asked = next((visit.asked_at for visit in visits(request) if visit.stage is stage), None)
        return asked or request.created_at
    return request.history[-1].at if request.history else request.updated_at


class Times:
    """Times of one thing: kept as how many took so many minutes, they do not grow with the requests."""

    def __init__(self) -> None:
        self._minutes: Counter[int] = Counter()
        self.count = 0
        self.longest = timedelta()

    def add(self, took: timedelta) -> None:
        """Take one in."""
        self._minutes[took // _MINUTE] += 1
        self.count += 1
        self.longest = max(self.longest, took)

    @property
    def median(self) -> timedelta:
        """The one in the middle, to the minute; of two in the middle, half way between them."""
        low, high = self._at((self.count - 1) // 2), self._at(self.count // 2)
        return (low + high) * _MINUTE / 2

    def _at(self, place: int) -> int:
        seen = 0
        for minutes in sorted(self._minutes):
            seen += self._minutes[minutes]
            if seen > place:
                return minutes
        return 0


@dataclass(slots=True)
class Totals:
    """What the report sums up. ``by_approver`` goes by object id, under the name that they had last."""

    requests: int = 0
    stages: int = 0
    by_stage: dict[str, Times] = field(default_factory=dict)
    by_approver: dict[str, Times] = field(default_factory=dict)
    waiting: Counter[str] = field(default_factory=Counter)
    escalations: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, request: Request) -> None:
        """Take a request in."""
        self.requests += 1
        for visit in visits(request):
            self._add_visit(visit)

    def _add_visit(self, visit: Visit) -> None:
        name = visit.stage.name
        self.stages += 1
        self.escalations[name] += visit.stage.escalations
        self.waiting[name] += visit.outcome == StageState.WAITING.value
        if visit.took is not None:
            self.by_stage.setdefault(name, Times()).add(visit.took)
        for answer in visit.answers:
            self.names[answer.by.id] = answer.by.name
            self.by_approver.setdefault(answer.by.id, Times()).add(answer.took)


def hours(took: timedelta | None) -> str:
    """A time in hours, as ``26.5``; nothing where there is none."""
    return "" if took is None else f"{took / HOUR:.1f}"
