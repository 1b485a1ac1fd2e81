"""Every query answers as a look at every single record would."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.number import NumberStatus
from services.domain.request import Request, RequestState
from services.domain.stage import StageState
from services.ports import Records, Transaction
from tests.properties.company import LOCATIONS, PEOPLE, REST
from tests.properties.model import OPEN, is_free
from tests.properties.system import Snapshot

ALL = 1000


async def check_queries(records: Records, seen: Snapshot, now: datetime) -> None:
    async with records.transaction() as tx:
        await _check_requests(tx, seen, now)
        await _check_numbers(tx, seen, now)


async def _check_requests(tx: Transaction, seen: Snapshot, now: datetime) -> None:
    oldest_first = sorted(seen.requests.values(), key=lambda request: (request.created_at, request.id))
    for person in PEOPLE:
        mine = [r for r in reversed(oldest_first) if person.id in {r.requester.id, r.beneficiary.id}]
        assert await tx.requests.of(person.id, ALL) == mine
        theirs = [r for r in mine if r.beneficiary.id == person.id and r.state.value in OPEN]
        assert await tx.requests.open_of(person.id) == next(iter(theirs), None)
        waiting = [request for request in oldest_first if person.id in _asked(request)]
        assert await tx.requests.awaiting(person.id, ALL) == waiting
        assert await tx.requests.count_awaiting(person.id) == len(waiting)
    assert await tx.requests.listed(ALL) == oldest_first
    for state in RequestState:
        so = [request for request in oldest_first if request.state is state]
        assert await tx.requests.in_state(state, ALL) == so
    for moment in (now, now + timedelta(days=2)):
        due = [r for r in oldest_first if r.state.value == "pending" and r.wakes_at <= moment]
        due.sort(key=lambda request: (request.wakes_at, request.id))
        assert await tx.requests.due(moment, ALL) == due


def _asked(request: Request) -> set[str]:
    if request.state.value != "pending":
        return set()
    to_come = (stage for stage in request.stages if stage.state in {StageState.PLANNED, StageState.WAITING})
    stage = next(to_come)
    return {approver.id for approver in stage.undecided} if stage.state is StageState.WAITING else set()


async def _check_numbers(tx: Transaction, seen: Snapshot, now: datetime) -> None:
    numbers = sorted(seen.numbers.values(), key=lambda number: number.e164)
    assert await tx.numbers.count() == len(numbers)
    for person in PEOPLE:
        theirs = [n for n in numbers if n.status is NumberStatus.ASSIGNED and n.assignee == person.ref]
        assert await tx.numbers.assigned_to(person.id) == theirs
    for moment in (now, now + REST):
        counts = await tx.numbers.free_by_location(moment)
        for office in LOCATIONS:
            free = [n for n in numbers if n.location == office.name and is_free(n, moment)]
            assert counts.get(office.name, 0) == len(free)
            offered = await tx.numbers.offered(office.name, office.number_types, moment, ALL)
            assert offered == [number for number in free if number.type in office.number_types]
