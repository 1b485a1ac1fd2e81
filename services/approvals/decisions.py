"""What approvers do: decide, hand over, ask back; and what requesters answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from services.approvals.attendance import Attendance
from services.approvals.finding import Finder
from services.approvals.routing import Routing
from services.changes import Changes
from services.domain import approving
from services.domain.approval_errors import CannotDecide
from services.domain.errors import Refused, StaleCard, StoreUnavailable
from services.domain.person import Actor, Person
from services.domain.policy import check_may_decide
from services.domain.request import Request, RequestState
from services.domain.stage import Approver
from services.domain.waiting import MANY, PER_PAGE, Outcome, Waiting
from services.ports import Provisioner

log = structlog.get_logger()


class Approvals:
    """What approvers do, and what comes of it. ``chase`` has the next stage asked for now."""

    def __init__(
        self,
        changes: Changes,
        provisioner: Provisioner,
        routing: Routing,
        attendance: Attendance,
        finder: Finder,
        chase: Callable[[], None],
    ) -> None:
        self._changes = changes
        self._provisioner = provisioner
        self._routing = routing
        self._attendance = attendance
        self._finder = finder
        self._chase = chase

    async def waiting_for(self, actor: Actor, page: int = 0) -> Waiting:
        """What waits for the actor's decision, oldest first; a page too far is the last one."""
        async with self._changes.records.transaction() as tx:
            count = await tx.requests.count_awaiting(actor.id)
            page = max(0, min(page, -(-count // PER_PAGE) - 1))
            requests = await tx.requests.awaiting(actor.id, PER_PAGE, page * PER_PAGE)
        return Waiting(requests=tuple(requests), count=count, page=page)

    async def approve(self, actor: Actor, request_id: str, version: int) -> Request:
        """Approve; provisioning starts when no further approval is needed.

        Raises UnknownRequest, StaleCard, NotYours, WrongState.
        """
        approved = await self._changes.by_person(
            actor, request_id, version, lambda request, now: approving.approve(request, actor.ref, now)
        )
        if approved.state is RequestState.APPROVED:
            await self._provisioner.provision(approved)
        else:
            self._chase()
        return approved

    async def reject(self, actor: Actor, request_id: str, version: int, reason: str) -> Request:
        """Reject with a reason. Raises UnknownRequest, StaleCard, NotYours, WrongState, ReasonMissing."""
        return await self._changes.by_person(
            actor,
            request_id,
            version,
            lambda request, now: approving.reject(request, actor.ref, reason, now),
        )

    async def delegate(self, actor: Actor, request_id: str, version: int, to: str) -> Request:
        """Hand the decision over to whom ``to`` names. They have the stage's full time from now.

        Raises UnknownRequest, StaleCard, NotYours, WrongState, NobodyNamed, PersonNotFound, PersonAmbiguous,
        CannotDecide, TenantBusy.
        """
        request = await self._changes.seen(actor, request_id)
        if request.version != version:
            raise StaleCard
        check_may_decide(request, actor.id)
        person = await self._finder.one(to)
        await self._check_fit(person)
        stage = request.current_stage
        if stage is None:
            raise StaleCard
        why = f"asked by {actor.name} to decide"
        heir = Approver(id=person.id, name=person.display_name, why=why)
        when = await self._routing.due(replace(stage, approvers=(heir,)))
        return await self._changes.by_person(
            actor,
            request_id,
            version,
            lambda current, now: approving.delegate(current, actor.ref, heir, when, now),
        )

    async def ask(self, actor: Actor, request_id: str, version: int, question: str) -> Request:
        """Ask the requester something first.

        Raises UnknownRequest, StaleCard, NotYours, WrongState, QuestionMissing, QuestionOpen, TextTooLong.
        """
        return await self._changes.by_person(
            actor,
            request_id,
            version,
            lambda request, now: approving.question(request, actor.ref, question, now),
        )

    async def answer(self, actor: Actor, request_id: str, version: int, answer: str) -> Request:
        """Answer an approver's question.

        Raises UnknownRequest, StaleCard, NotYours, WrongState, NothingAsked, AnswerMissing, TextTooLong.
        """
        return await self._changes.by_person(
            actor,
            request_id,
            version,
            lambda request, now: approving.answer(request, actor.ref, answer, now),
        )

    async def decide_many(
        self, actor: Actor, chosen: Sequence[tuple[str, int]], reason: str | None
    ) -> Sequence[Outcome]:
        """Approve each, or reject each for a ``reason``. Each is checked by itself, as on its own card.

        One that the records cannot take now is told like one that is refused: those before it are decided.
        """
        return [await self._decide(actor, key, version, reason) for key, version in chosen[:MANY]]

    async def note_reach(
        self, request: Request, unreached: frozenset[str], stand_in: Person | None
    ) -> Request:
        """Note whom of those who are asked Teams cannot reach; ``stand_in`` is asked as well.

        It is about the request as it was looked at: one that has changed since may wait for others, who are
        in reach.
        """
        why = "fallback approver, since others were out of reach"
        also = stand_in.ref if stand_in else None

        def note(current: Request, now: datetime) -> Request:
            if current.version != request.version:
                return current
            return approving.reach(current, unreached, also, why, now)

        return await self._changes.by_switchboard(request.id, note)

    async def _decide(self, actor: Actor, request_id: str, version: int, reason: str | None) -> Outcome:
        ref = "A request"
        try:
            ref = (await self._changes.seen(actor, request_id)).ref
            if reason is None:
                decided = await self.approve(actor, request_id, version)
            else:
                decided = await self.reject(actor, request_id, version, reason)
        except (Refused, StoreUnavailable) as error:
            log.warning("refused", person=actor.id, request=request_id, error=error.code)
            return Outcome(ref=ref, is_done=False, words=error.sentence)
        waits = decided.state is RequestState.PENDING
        words = (
            "Rejected."
            if reason is not None
            else "Approved; others are asked next."
            if waits
            else "Approved."
        )
        return Outcome(ref=ref, is_done=True, words=words)

    async def _check_fit(self, person: Person) -> None:
        """Pass for somebody who can decide and is at work. Raises CannotDecide."""
        if not person.can_work:
            raise CannotDecide(name=person.display_name, why="the account is no enabled member account")
        if (await self._attendance.of(person)).is_away:
            raise CannotDecide(name=person.display_name, why="they are out of office")
