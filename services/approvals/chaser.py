"""The chaser: does what is due about pending requests by itself. Asks, reminds, escalates, ends.

Level-triggered: what is due is read from the records, where it stays until a change that is a compare-and-set
has dealt with it. So it happens once, whichever replica does it, and after any restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.approvals.routing import Routing
from services.approvals.subject import Subject
from services.changes import Changes, Rule
from services.domain import approving, transitions
from services.domain.errors import NoApprover, Refused, SwitchboardError
from services.domain.persona import Catalogue
from services.domain.policy import who_and_why
from services.domain.request import Request, RequestState
from services.domain.stage import Stage, StageState
from services.ports import Directory, Provisioner

log = structlog.get_logger()

ROUND_SECONDS = 30.0
"""Between looks at what is due; a change that makes something due rings."""

AT_ONCE = 100
"""Requests of one round."""

AGAIN = timedelta(minutes=2)
"""When a request is looked at again whose people could not be found out."""


class Chaser:
    """Works in the background. ``ring`` has it look now."""

    def __init__(
        self,
        changes: Changes,
        routing: Routing,
        directory: Directory,
        catalogue: Callable[[], Catalogue],
        provisioner: Provisioner,
    ) -> None:
        self._changes = changes
        self._clock = changes.clock
        self._routing = routing
        self._directory = directory
        self._catalogue = catalogue
        self._provisioner = provisioner
        self._bell = asyncio.Event()
        self._later: dict[str, datetime] = {}

    def ring(self) -> None:
        """Tell it that something may be due."""
        self._bell.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._bell.clear()
            if await self.once() < AT_ONCE:
                await self._pause()

    async def once(self) -> int:
        """Do what is due now, and give how much that was."""
        now = self._clock.now()
        self._later = {key: until for key, until in self._later.items() if until > now}
        async with self._changes.records.transaction() as tx:
            due = await tx.requests.due(now, AT_ONCE + len(self._later))
        ready = [request for request in due if request.id not in self._later]
        for request in ready:
            await self._chase(request, now)
        return len(ready)

    async def _pause(self) -> None:
        bell = asyncio.ensure_future(self._bell.wait())
        round_ = asyncio.ensure_future(self._clock.sleep(ROUND_SECONDS))
        try:
            await asyncio.wait({bell, round_}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()
            round_.cancel()

    async def _chase(self, request: Request, now: datetime) -> None:
        try:
            await self._do(request, now)
        except Refused as refused:  # somebody was faster
            log.info("chased_in_vain", request=request.ref, words=refused.sentence)
        except SwitchboardError as error:
            log.warning("chase_failed", request=request.ref, words=error.sentence)
            self._later[request.id] = now + AGAIN

    async def _do(self, request: Request, now: datetime) -> None:
        stage = request.current_stage
        if now >= request.ends_at or stage is None:
            await self._change(request, transitions.expire)
        elif stage.state is StageState.PLANNED:
            await self._begin(request, stage)
        elif stage.due_at is not None and now >= stage.due_at:
            await self._escalate(request, stage)
        else:
            await self._remind(request, stage)

    async def _begin(self, request: Request, stage: Stage) -> None:
        """Ask for the stage whose turn has come, unless whoever decides it has approved already."""
        try:
            if stage.asks:
                begun = await self._routing.begin(stage, await self._subject(request))
            else:  # not by a rule: those who are named in it are asked
                begun = await self._routing.due(stage)
        except NoApprover:
            self._later[request.id] = self._clock.now() + AGAIN
            await self._change(request, approving.nobody_to_ask)
            return
        changed = await self._change(request, lambda current, now: approving.ask(current, begun, now))
        if changed.state is RequestState.APPROVED:
            await self._provisioner.provision(changed)

    async def _escalate(self, request: Request, stage: Stage) -> None:
        joins = await self._routing.instead(stage, _parties(request))
        when = await self._routing.due_after(stage, joins)
        why = who_and_why(joins) or "Nobody else can be asked."
        await self._change(request, lambda current, now: approving.escalate(current, joins, when, why, now))

    async def _remind(self, request: Request, stage: Stage) -> None:
        async with self._changes.records.transaction() as tx:
            ids = sorted(who.id for who in stage.undecided)  # everybody locks them in this order
            chosen = [await tx.approvers.get(person_id) for person_id in ids]
        digested = frozenset(one.person_id for one in chosen if one.wants_digest)
        await self._change(request, lambda current, now: approving.remind(current, digested, now))

    async def _change(self, request: Request, rule: Rule) -> Request:
        """Apply the rule to the request as it was looked at; one that has changed since waits for a look."""
        return await self._changes.by_switchboard(
            request.id,
            lambda current, now: rule(current, now) if current.version == request.version else current,
        )

    async def _subject(self, request: Request) -> Subject:
        persona = self._catalogue().named(request.change.persona) if request.change else None
        return Subject(
            kind=request.kind,
            requester_id=request.requester.id,
            beneficiary=await self._directory.person(request.beneficiary.id),
            persona=persona,
        )


def _parties(request: Request) -> frozenset[str]:
    return frozenset({request.requester.id, request.beneficiary.id})
