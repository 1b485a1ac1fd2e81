"""Who can be written to where: people who are found again, and approvers who cannot be reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta

from services.approvals.decisions import Approvals
from services.approvals.routing import Routing
from services.changes import Changes
from services.domain.request import Request
from services.domain.stage import StageState
from services.ports import Place, Transaction

GRACE = timedelta(seconds=12)
"""How long after they were asked an approver may be out of reach before the fallback is asked as well."""

RECENT = timedelta(days=1)

LOOKED_AT = 200
"""Cards of one person that are looked at, the newest."""


class Reach:
    """Sees to it that what waits for people reaches them. ``hurry`` has the board look at requests now."""

    def __init__(
        self,
        changes: Changes,
        approvals: Approvals,
        routing: Routing,
        hurry: Callable[[Collection[str]], None],
    ) -> None:
        self._records = changes.records
        self._clock = changes.clock
        self._approvals = approvals
        self._routing = routing
        self._hurry = hurry
        self._lost: set[str] = set()

    def lose(self, person_ids: Iterable[str]) -> None:
        """Take note of people whose card could not be updated."""
        self._lost.update(person_ids)

    def is_lost(self, person_id: str) -> bool:
        """Whether a card of the person's could not be updated; they must be found again when they write."""
        return person_id in self._lost

    async def found(self, place: Place) -> None:
        """Remember where a person can be written to, and send them what waits or what they have missed."""
        self._lost.discard(place.person_id)
        async with self._records.transaction() as tx:
            known = await tx.posts.place_of(place.person_id)
            if known != place:
                await tx.posts.put_place(place)
            due = set()
            if known is None:
                due |= await _of(tx, place.person_id)
            for post in await tx.posts.of_person(place.person_id, LOOKED_AT):
                if (await tx.requests.get(post.request_id)).version != post.version:
                    due.add(post.request_id)
            for request_id in due:
                await tx.posts.mark_stale(request_id)
        await self._reached(place.person_id, due)
        self._hurry(due)

    async def arrived(self, place: Place) -> None:
        """The same for somebody who has just got the app, whose chat may be empty.

        What they had a card of, and is open or ended within the last day, comes anew. The messages of before
        are let go: a client that lost its history cannot take an update of them, and a button of theirs gets
        the current card.
        """
        since = self._clock.now() - RECENT
        async with self._records.transaction() as tx:
            await tx.posts.put_place(place)
            due = await _of(tx, place.person_id)
            for post in await tx.posts.of_person(place.person_id, LOOKED_AT):
                request = await tx.requests.get(post.request_id)
                if request.is_open or request.updated_at >= since:
                    await tx.posts.remove(post.conversation_id, post.activity_id)
                    due.add(request.id)
            for request_id in due:
                await tx.posts.mark_stale(request_id)
        self._lost.discard(place.person_id)
        await self._reached(place.person_id, due)
        self._hurry(due)

    async def go_on_without(self, request: Request, unreachable: frozenset[str]) -> bool:
        """Say whom of the approvers Teams cannot reach, and ask the fallback as well when nothing goes on
        without them.

        Gives whether it is too early for that: a chat comes into being some time after an installation.
        """
        stage = request.current_stage
        if stage is None or stage.state is not StageState.WAITING:
            return False
        asked = {approver.id for approver in stage.undecided}
        stand_in = None
        if stage.is_stuck_without(unreachable):
            if self._clock.now() - (stage.asked_at or request.created_at) < GRACE:
                return True
            fallback = await self._routing.fallback()
            if fallback is not None and fallback.can_work and fallback.id not in request.people:
                stand_in = fallback
        await self._approvals.note_reach(request, unreachable & asked, stand_in)
        return False

    async def _reached(self, person_id: str, request_ids: set[str]) -> None:
        """Take the note that somebody is out of reach off the requests, before they get a card of them."""
        for request_id in request_ids:
            async with self._records.transaction() as tx:
                request = await tx.requests.get(request_id)
            lost = {who.id for who in request.current_stage.unreached} if request.current_stage else set()
            if person_id in lost:
                await self._approvals.note_reach(request, frozenset(lost - {person_id}), None)


async def _of(tx: Transaction, person_id: str) -> set[str]:
    """Ids of the requests of which the person should have a card: those that wait for them, and their own."""
    waiting = {request.id for request in await tx.requests.awaiting(person_id, LOOKED_AT)}
    own = await tx.requests.open_of(person_id)
    return waiting | ({own.id} if own else set())
