"""Carrying a roll-out out: joins by twenties, then everybody's own run, watched until each has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from services.domain.errors import TenantError
from services.domain.request import Request, RequestState
from services.domain.step import ENDED
from services.ports import Clock, Crowd, Records
from services.rollout.ids import ended_mark
from services.rollout.model import Report, RolloutPlan, Verdict
from services.rollout.ordering import joins

log = structlog.get_logger()

JOINED = 100
"""People who join a group before the bar moves."""

LOOK_SECONDS = 0.5
WIDE_LOOKS = 30
"""Every so many looks at everyone: another replica may have done something, of which nobody tells us."""


class Engine(Protocol):
    """Takes up every approved request when it starts. See ``ProvisioningEngine``."""

    async def start(self) -> None:
        """Go on with everything that is approved or under way."""
        ...

    async def stop(self) -> None:
        """End work at a checkpoint."""
        ...


class Moves:
    """Ids of requests that have moved, collected from whoever moves them."""

    def __init__(self) -> None:
        self._moved: set[str] = set()

    def note(self, request_id: str) -> None:
        """Take note that a request has moved."""
        self._moved.add(request_id)

    def take(self) -> set[str]:
        """Those that have moved since this was asked last."""
        moved, self._moved = self._moved, set()
        return moved


class Carrying:
    """Carries roll-outs out. ``moves`` is told the id of each request that moves."""

    def __init__(self, records: Records, crowd: Crowd, clock: Clock, engine: Engine, moves: Moves) -> None:
        self._records = records
        self._crowd = crowd
        self._clock = clock
        self._engine = engine
        self._moves = moves

    async def carry_out(self, plan: RolloutPlan, stop: asyncio.Event, report: Report) -> dict[str, Request]:
        """Bring everybody under way to an end, or until ``stop``; the requests by id as they stand then.

        It may be killed anywhere: the requests are approved and durable, so that the same roll-out, started
        again, or the next bot, goes on with them.
        """
        requests = {c.request.id: c.request for c in plan.of(Verdict.UNDER_WAY) if c.request}
        if any(_is_open(request) for request in requests.values()):
            await self._join(requests.values(), stop, report)
            if not stop.is_set():
                async with self._working() as starting:
                    await self._watch(requests, starting, stop, report)
        if not any(_is_open(request) for request in requests.values()):
            async with self._records.transaction() as tx:
                await tx.marks.put(ended_mark(plan.id))
        return requests

    async def _join(self, requests: Iterable[Request], stop: asyncio.Event, report: Report) -> None:
        """Put everyone into the groups, twenty with one call. Whoever it fails for joins in their own run."""
        groups: dict[str, list[str]] = {}
        for request in requests:
            for step in joins(request) if request.state is RequestState.APPROVED else ():
                groups.setdefault(step.target, []).append(request.beneficiary.id)
        total, done = sum(map(len, groups.values())), 0

        async def one(group_id: str, person_ids: Sequence[str]) -> None:
            nonlocal done
            for start in range(0, len(person_ids), JOINED):
                if stop.is_set():
                    return
                some = person_ids[start : start + JOINED]
                try:
                    outcomes = await self._crowd.add_members(group_id, some)
                except TenantError as error:  # the runs are more patient, and say what is wrong
                    log.warning("joins_put_off", group=group_id, words=error.sentence)
                    return
                failed = [who for who, outcome in outcomes.items() if isinstance(outcome, TenantError)]
                if failed:
                    log.warning("joins_failed", group=group_id, people=failed)
                done += len(some)
                report("Joining groups", done, total)

        await asyncio.gather(*(one(group_id, people) for group_id, people in groups.items()))

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[asyncio.Task[None]]:
        """With the engine at work, which takes up what is approved as it starts: that start is given."""
        starting = asyncio.create_task(self._engine.start())
        try:
            yield starting
        finally:
            await asyncio.wait([starting])
            await self._engine.stop()

    async def _watch(
        self,
        requests: dict[str, Request],
        starting: asyncio.Task[None],
        stop: asyncio.Event,
        report: Report,
    ) -> None:
        looks = 0
        while not stop.is_set():
            if starting.done():
                starting.result()  # or raise why there is no engine
            await self._look(requests, everyone=looks % WIDE_LOOKS == 0)
            ended = sum(not _is_open(request) for request in requests.values())
            steps = [step for request in requests.values() for step in request.plan]
            report("Steps", sum(step.status in ENDED for step in steps), len(steps))
            report("People", ended, len(requests))
            if ended == len(requests):
                return
            looks += 1
            await self._clock.sleep(LOOK_SECONDS)

    async def _look(self, requests: dict[str, Request], *, everyone: bool) -> None:
        moved = self._moves.take()
        due = [key for key, request in requests.items() if _is_open(request) and (everyone or key in moved)]
        if due:
            async with self._records.transaction() as tx:
                for key in due:
                    requests[key] = await tx.requests.get(key)


def _is_open(request: Request) -> bool:
    """Whether something still happens with it by itself."""
    return request.is_open and request.state is not RequestState.NEEDS_ATTENTION
