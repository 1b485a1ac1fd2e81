"""One run of one request, as the records know it: read and changed only while the run is the current one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_exponential

from services.changes import SWITCHBOARD, record
from services.domain import transitions
from services.domain.errors import StoreUnavailable, VersionConflict
from services.domain.request import Attention, Request, RequestState
from services.domain.step import Step, StepStatus
from services.domain.titles import title
from services.ports import Clock, Records, Transaction
from services.provisioning.outcome import Stuck

Rule = Callable[[Transaction, Request, datetime], Awaitable[Request]]
Sleep = Callable[[float], Awaitable[None]]

UNDER_WAY = frozenset({RequestState.PROVISIONING, RequestState.ROLLING_BACK})


class Superseded(Exception):
    """The request has gone on without this run: cancelled, parked, or begun again."""


class Run:
    """``number`` counts the runs of the request from 1. ``changed`` is told its id after each change."""

    def __init__(
        self, records: Records, clock: Clock, changed: Callable[[str], None], request_id: str, number: int
    ) -> None:
        self.request_id = request_id
        self.number = number
        self._records = records
        self._clock = clock
        self._changed = changed
        # Nothing can go on without the records, so they are tried for as long as it takes.
        self._insisting = AsyncRetrying(
            retry=retry_if_exception_type((VersionConflict, StoreUnavailable)),
            wait=_after_failure,
            sleep=clock.sleep,
        )

    async def load(self) -> Request:
        """The request under way. Raises Superseded."""
        return self._current(await self.peek())

    async def peek(self) -> Request:
        """The request, wherever it stands."""

        async def once() -> Request:
            async with self._records.transaction() as tx:
                return await tx.requests.get(self.request_id)

        found: Request = await self._insisting(once)
        return found

    async def change(self, rule: Rule, *, starting: bool = False) -> Request:
        """Apply a rule to the request as it stands, and make it durable.

        The rule saves what it makes (``save``, ``save_step``) and gives the last of it. ``starting`` lets it
        see a request that is approved and whose next run this is. Raises Superseded.
        """

        async def once() -> Request:
            async with self._records.transaction() as tx:
                found = await tx.requests.get(self.request_id)
                if not (starting and self.is_next(found)):
                    self._current(found)
                return await rule(tx, found, self._clock.now())

        after: Request = await self._insisting(once)
        self._changed(self.request_id)
        return after

    async def keep(self, step: Step) -> Request:
        """Replace the step of the same key."""

        async def rule(tx: Transaction, request: Request, now: datetime) -> Request:
            return await save_step(tx, request, step, now)

        return await self.change(rule)

    async def park(self, step: Step, stuck: Stuck) -> Request:
        """Stop at a step and ask people; the promise of the number stays."""
        status = StepStatus.BLOCKED if stuck.is_blocked else StepStatus.FAILED
        ended = step.now(status, stuck.words)

        async def rule(tx: Transaction, request: Request, now: datetime) -> Request:
            marked = await save_step(tx, request, ended, now)
            return await park(tx, marked, title(step), stuck, now)

        return await self.change(rule)

    def is_next(self, request: Request) -> bool:
        """Whether this run may begin with the request."""
        return request.state is RequestState.APPROVED and request.runs == self.number - 1

    def _current(self, request: Request) -> Request:
        if request.state not in UNDER_WAY or request.runs != self.number:
            raise Superseded(f"{request.ref} is {request.state.value} in run {request.runs}")
        return request


async def park(tx: Transaction, request: Request, where: str, stuck: Stuck, now: datetime) -> Request:
    """Park the request within the caller's transaction."""
    attention = Attention(
        step=where, words=stuck.words, what_to_do=stuck.what_to_do, is_quoted=stuck.is_quoted
    )
    return await save(tx, request, transitions.park(request, attention, now), now)


async def save(tx: Transaction, before: Request, after: Request, now: datetime) -> Request:
    """Save a change of the whole request, with all that belongs to it."""
    await record(tx, before, after, SWITCHBOARD, now)
    return after


async def save_step(tx: Transaction, request: Request, step: Step, now: datetime) -> Request:
    """Save a step's progress. The audit log hears of what people can see, not of each look."""
    before = next(known for known in request.plan if known.key == step.key)
    after = transitions.progress(request, step, now)
    await tx.requests.save(after, request.version)
    if (before.status, before.detail, before.changed) != (step.status, step.detail, step.changed):
        facts = {"ref": request.ref, "step": step.key, "subject": step.subject, "detail": step.detail}
        await tx.audit.append(now, SWITCHBOARD, f"step {step.status.value}", request.id, facts)
    await tx.posts.mark_stale(request.id)
    return after


_growing = wait_exponential(multiplier=0.5, max=30)


def _after_failure(state: RetryCallState) -> float:
    """No pause after a conflict: somebody else has just saved. A growing one while the disk refuses."""
    error = state.outcome.exception() if state.outcome else None
    return 0.0 if isinstance(error, VersionConflict) else _growing(state)
