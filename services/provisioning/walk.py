"""Walking a plan: one step after the other, each until it has ended, waits no more, or needs people."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tenacity import AsyncRetrying, RetryCallState, retry_if_result
from tenacity.wait import wait_exponential, wait_random

from services.domain.errors import TenantBusy, TenantRefused
from services.domain.request import Request
from services.domain.step import ENDED, Step, StepKind, StepStatus
from services.ports import Clock
from services.provisioning import words
from services.provisioning.exchange import Exchange
from services.provisioning.facts import RUN, SINCE, may_be_ours, moment
from services.provisioning.outcome import Done, Outcome, Stuck, Taken, Waiting
from services.provisioning.pace import Pace
from services.provisioning.run import Run, Sleep
from services.provisioning.task import Task, Work

EXCHANGES = 5
"""Numbers that one run may find to be in use before it asks people: more would rather be a fault elsewhere,
and each takes a number out of the inventory."""

JOINS = frozenset({StepKind.JOIN_GROUP, StepKind.BE_ADMITTED})
"""Kinds of steps by which the person gets into a group."""

Look = Callable[[Task], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Walks steps. ``sleep`` pauses between looks; ``slots`` bounds how many look at the same time."""

    works: Mapping[StepKind, Work]
    exchange: Exchange
    clock: Clock
    sleep: Sleep
    pace: Pace
    slots: asyncio.Semaphore

    async def walk(self, run: Run, key: str) -> bool:
        """Do one step; whether the run goes on. Raises Superseded."""
        step = _step(await run.load(), key)
        exchanges = 0
        while step.status not in ENDED:
            task = await self._begun(run, step)
            outcome = await self._settle(run, task, self.works[step.kind].look)
            if isinstance(outcome, Taken):
                exchanges += 1
                if exchanges <= EXCHANGES and await self.exchange.exchange(run, step.target, outcome.words):
                    step = _step(await run.load(), key)
                    continue
                outcome = await self.exchange.give_up(run, outcome, many=exchanges > EXCHANGES)
            return await self._end(run, task, outcome)
        return True

    async def undo(self, run: Run, key: str) -> bool:
        """Undo one step as far as Switchboard may have changed something. Raises Superseded."""
        step = _step(await run.load(), key)
        if not may_be_ours(step):
            return True
        task = await self._begun(run, step)
        outcome = await self._settle(run, task, self.works[step.kind].undo)
        if isinstance(outcome, Taken):  # nothing is left to undo, but the number is nobody's to offer
            await self.exchange.lose(run, outcome.words)
            outcome = Done(status=StepStatus.UNDONE)
        return await self._end(run, task, outcome)

    async def _begun(self, run: Run, step: Step) -> Task:
        request = await run.load()
        facts = step.facts
        if moment(step, SINCE) is None or step.facts.get(RUN) != str(run.number):
            facts = {**facts, SINCE: self.clock.now().isoformat(), RUN: str(run.number)}
        # Saved with the first thing there is to tell: most steps need one look, and a save costs a commit.
        begun = replace(step.now(StepStatus.RUNNING), facts=facts)

        return Task(
            step=begun,
            person_id=request.beneficiary.id,
            group_ids=frozenset(s.target for s in request.plan if s.kind in JOINS),
            keep=run.keep,
        )

    async def _settle(self, run: Run, task: Task, look: Look) -> Outcome:
        """Look again and again, until it is not waiting any more or patience is over."""
        since = moment(task.step, SINCE) or self.clock.now()
        pauses = _Pauses(self.pace)

        async def once() -> Outcome:
            async with self.slots:
                return await _translated(look, task)

        def over(state: RetryCallState) -> bool:
            spent = (self.clock.now() - since).total_seconds()
            return spent + state.upcoming_sleep > self.pace.patience

        async def tell(state: RetryCallState) -> None:
            task.step = _waiting(task.step, _result(state), self.clock.now(), state.upcoming_sleep)
            await run.keep(task.step)

        retrying = AsyncRetrying(
            retry=retry_if_result(lambda outcome: isinstance(outcome, Waiting)),
            wait=pauses.next,
            stop=over,
            before_sleep=tell,
            sleep=self.sleep,
            retry_error_callback=_result,
        )
        outcome: Outcome = await retrying(once)
        if isinstance(outcome, Waiting):
            return words.patience_over(outcome, self.pace.patience)
        return outcome

    async def _end(self, run: Run, task: Task, outcome: Outcome) -> bool:
        if isinstance(outcome, Done):
            await run.keep(_ended(task.step, outcome))
            return True
        assert isinstance(outcome, Stuck)  # noqa: S101 - the other two are dealt with before
        await run.park(task.step, outcome)
        return False


class _Pauses:
    """Growing pauses that begin anew when the reason changes, and never shorter than the tenant asks for."""

    def __init__(self, pace: Pace) -> None:
        growing = wait_exponential(multiplier=pace.first_pause, max=pace.longest_pause)
        self._growing = growing + wait_random(0, pace.first_pause / 2)
        self._why = ""
        self._before = 0

    def next(self, state: RetryCallState) -> float:
        outcome = _result(state)
        if not isinstance(outcome, Waiting):
            return 0.0
        if outcome.why != self._why:
            self._why, self._before = outcome.why, state.attempt_number - 1
        same = copy.copy(state)
        same.attempt_number -= self._before
        return max(self._growing(same), outcome.at_least)


async def _translated(look: Look, task: Task) -> Outcome:
    try:
        return await look(task)
    except TenantBusy as busy:
        return Waiting(why=words.busy(busy), at_least=busy.retry_after or 0.0)
    except TenantRefused as refused:
        return words.refused(refused)


def _result(state: RetryCallState) -> Outcome:
    assert state.outcome is not None  # noqa: S101 - tenacity asks after a call only
    outcome: Outcome = state.outcome.result()
    return outcome


def _waiting(step: Step, outcome: Outcome, now: datetime, pause: float) -> Step:
    assert isinstance(outcome, Waiting)  # noqa: S101 - tenacity pauses for nothing else
    next_try = now + timedelta(seconds=pause)
    return step.now(StepStatus.WAITING, outcome.why, what_to_do=outcome.what_to_do, next_try=next_try)


def _ended(step: Step, done: Done) -> Step:
    """What it remembered is of no use any more, so a later roll back goes by ``changed`` alone."""
    changed = False if done.status is StepStatus.UNDONE else done.changed
    return replace(step.now(done.status), changed=changed, facts={})


def _step(request: Request, key: str) -> Step:
    return next(step for step in request.plan if step.key == key)
