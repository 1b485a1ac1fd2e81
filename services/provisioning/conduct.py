"""A run from its beginning to its end, as a series of calls each of which may be made again after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, stop_never
from tenacity.wait import wait_exponential

from services.domain import transitions
from services.domain.errors import LocationUnknown, SwitchboardError, TenantBusy, TenantRefused
from services.domain.number import assign, release
from services.domain.persona import Catalogue, no_personas
from services.domain.request import Request, RequestKind, RequestState
from services.domain.step import Step, StepKind, StepStatus
from services.locations import Locations
from services.ports import Clock, Directory, Records, Telephony, Transaction
from services.provisioning import words
from services.provisioning.exchange import Exchange, is_for
from services.provisioning.outcome import Stuck
from services.provisioning.pace import Pace
from services.provisioning.plan import ASSIGN_KEY, plan_unread
from services.provisioning.planners import Planner, Planning, planners
from services.provisioning.run import Run, Sleep, park, save
from services.provisioning.steps import works
from services.provisioning.undoing import undo_order
from services.provisioning.walk import Walker

log = structlog.get_logger()

SURVEYS = 3
"""Looks at the tenant before the plan that was approved is walked as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conductor:
    """Provisions and rolls back. ``rest`` is how long a number that was taken back is not offered."""

    records: Records
    directory: Directory
    planners: Mapping[RequestKind, Planner]
    clock: Clock
    changed: Callable[[str], None]
    sleep: Sleep
    pace: Pace
    rest: timedelta
    walker: Walker
    exchange: Exchange

    @classmethod
    def of(
        cls,
        records: Records,
        directory: Directory,
        telephony: Telephony,
        locations: Locations,
        clock: Clock,
        *,
        catalogue: Callable[[], Catalogue] = no_personas,
        may_write: bool = False,
        changed: Callable[[str], None],
        sleep: Sleep,
        pace: Pace,
        rest: timedelta,
    ) -> Conductor:
        """One with all its parts. ``sleep`` pauses between looks at the tenant."""
        exchange = Exchange(locations)
        walker = Walker(
            works=works(directory, telephony, clock, pace),
            exchange=exchange,
            clock=clock,
            sleep=sleep,
            pace=pace,
            slots=asyncio.Semaphore(pace.at_once),
        )
        return cls(
            records=records,
            directory=directory,
            planners=planners(directory, telephony, locations, catalogue, may_write=may_write),
            clock=clock,
            changed=changed,
            sleep=sleep,
            pace=pace,
            rest=rest,
            walker=walker,
            exchange=exchange,
        )

    def run(self, request_id: str, number: int) -> Run:
        """One run of a request."""
        return Run(self.records, self.clock, self.changed, request_id, number)

    async def begin(self, run: Run) -> tuple[str, ...]:
        """Make the plan anew and start; the keys of its steps, none when there is nothing to walk."""
        request = await run.peek()
        if request.state is RequestState.PROVISIONING and request.runs == run.number:
            return _keys(request)
        if not run.is_next(request):
            return ()
        try:
            found = await self._survey(request)
        except LocationUnknown:
            await self._park_unstarted(run, words.location_gone(request.location))
            return ()

        async def rule(tx: Transaction, current: Request, now: datetime) -> Request:
            if not run.is_next(current):
                return current  # it has begun already, and only the answer of the records was lost
            return await self._start(tx, current, found, now)

        started = await run.change(rule, starting=True)
        return _keys(started) if started.state is RequestState.PROVISIONING else ()

    async def walk(self, run: Run, key: str) -> bool:
        """Do one step; whether the run goes on."""
        return await self.walker.walk(run, key)

    async def complete(self, run: Run) -> None:
        """Everything is done and verified: record whose the number is, and end."""

        async def rule(tx: Transaction, request: Request, now: datetime) -> Request:
            number = await tx.numbers.get(request.number) if request.number else None
            if number is not None:
                await tx.numbers.put([assign(number, request.beneficiary)])
            ended = request.change.old_number if request.change else None
            old = await tx.numbers.get(ended) if ended else None
            if old is not None and is_for(old, request):
                await tx.numbers.put([release(old, now + self.rest)])
            return await save(tx, request, transitions.complete(request, now), now)

        await run.change(rule)

    async def begin_undo(self, run: Run) -> tuple[str, ...]:
        """Keys of the steps to undo, in their order."""
        request = await run.load()
        return undo_order(request.plan) if request.state is RequestState.ROLLING_BACK else ()

    async def undo(self, run: Run, key: str) -> bool:
        """Undo one step; whether the run goes on."""
        return await self.walker.undo(run, key)

    async def end_undo(self, run: Run) -> None:
        """Everything is undone: let the number rest if the person had it, else just let it go.

        A number that was lost to somebody else meanwhile stays disputed.
        """

        async def rule(tx: Transaction, request: Request, now: datetime) -> Request:
            number = await tx.numbers.get(request.number) if request.number else None
            if number is not None and is_for(number, request) and _was_taken_back(request):
                await tx.numbers.put([release(number, now + self.rest)])
            return await save(tx, request, transitions.rolled_back(request, now), now)

        await run.change(rule)

    async def give_up(self, run: Run, where: str, error: Exception) -> None:
        """Park a run that met an error nobody thought of, so that people hear of it. Raises Superseded."""
        said = error.sentence if isinstance(error, SwitchboardError) else words.UNEXPECTED
        stuck = Stuck(words=said, what_to_do=words.READ_THE_LOG)
        request = await run.peek()
        if run.is_next(request):
            await self._park_unstarted(run, stuck)
            return
        step = next((step for step in request.plan if step.key == where), None)
        if step is not None:
            await run.park(step, stuck)
            return

        async def rule(tx: Transaction, current: Request, now: datetime) -> Request:
            return await park(tx, current, where, stuck, now)

        await run.change(rule)

    async def _park_unstarted(self, run: Run, stuck: Stuck) -> None:
        async def rule(tx: Transaction, current: Request, now: datetime) -> Request:
            started = await save(tx, current, transitions.start(current, current.plan, now), now)
            return await park(tx, started, words.LOOKING, stuck, now)

        await run.change(rule, starting=True)

    async def _survey(self, request: Request) -> Planning | Stuck | None:
        """How to plan it; why it cannot go on; None when the tenant is too busy to tell."""
        looking = AsyncRetrying(
            retry=retry_if_exception_type(TenantBusy),
            wait=wait_exponential(multiplier=self.pace.first_pause, max=self.pace.longest_pause),
            stop=stop_after_attempt(SURVEYS) if request.plan else stop_never,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return await looking(self._look, request)
        except TenantBusy as busy:
            log.info("survey_given_up", request=request.ref, words=words.said(busy))
            return None
        except TenantRefused as refused:
            return words.refused(refused)

    async def _look(self, request: Request) -> Planning | Stuck:
        person = await self.directory.person(request.beneficiary.id)
        if not person.can_work:
            return Stuck(words=words.ACCOUNT_UNFIT, what_to_do=words.ENABLE_ACCOUNT, is_blocked=True)
        return await self.planners[request.kind].look(request, person)

    async def _start(
        self, tx: Transaction, approved: Request, found: Planning | Stuck | None, now: datetime
    ) -> Request:
        """Start with a plan for a number that is really promised; park at once when that cannot be."""
        request, number = approved, None
        if approved.needs_number:
            request, number, location = await self.exchange.promised(tx, approved, now)
            if number is None:
                tag = request.change.number_tag if request.change else ""
                found = words.no_number(location.name, tag)
        if approved.needs_number and number is None:
            plan: tuple[Step, ...] = request.plan
        elif found is None or isinstance(found, Stuck):
            plan = plan_unread(number, request.plan)
        else:
            plan = found(number, request.plan)
        started = await save(tx, request, transitions.start(request, plan, now), now)
        if isinstance(found, Stuck):
            return await park(tx, started, words.LOOKING, found, now)
        return started


def _keys(request: Request) -> tuple[str, ...]:
    return tuple(step.key for step in request.plan)


def _was_taken_back(request: Request) -> bool:
    """Whether the number had been the person's: its step was undone, not just never done."""
    return any(
        step.kind is StepKind.ASSIGN_NUMBER and step.key == ASSIGN_KEY and step.status is StepStatus.UNDONE
        for step in request.plan
    )
