"""The notice board: keeps every card that shows a request true.

Level-triggered: a change only leaves the note "stale" in its own transaction; the board then compares what
each person's card shows with what it should show, and sends what is missing. So a process that is killed at
any moment loses no card: the notes are still there at the next start.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import structlog

from services.approvals.decisions import Approvals
from services.approvals.routing import Routing
from services.changes import Changes
from services.courier import Courier, Delivery
from services.domain.errors import StoreUnavailable
from services.domain.request import Request
from services.domain.view import audience
from services.ports import Note, Post
from services.reach import Reach
from services.screens import Screens

log = structlog.get_logger()

SETTLE_SECONDS = 0.3
"""Waited after a change, so that the reply to the button press arrives before the refresh of its card, and so
that a burst of changes makes one refresh."""

AGAIN_SECONDS = 2.0
LONGEST_SECONDS = 120.0
"""Waited after Teams or Microsoft 365 was busy; each time twice as long."""

LOOK_SECONDS = 1.0
"""Between looks at what other replicas have noted."""

AT_ONCE = 200
"""Requests whose cards are refreshed at the same time."""


class NoticeBoard:
    """Sends and refreshes the cards of requests. ``is_shared`` says that other replicas do so too.

    ``screens`` knows which message shows which request, ``reach`` who can be written to.
    """

    def __init__(
        self,
        changes: Changes,
        courier: Courier,
        approvals: Approvals,
        routing: Routing,
        *,
        is_shared: bool = False,
    ) -> None:
        self._is_shared = is_shared
        self._changes = changes
        self._records = changes.records
        self._clock = changes.clock
        self._courier = courier
        self.reach = Reach(changes, approvals, routing, self.hurry)
        self.screens = Screens(changes.records, self.hurry)
        self._bell = asyncio.Event()
        self._at_work: dict[str, int] = {}
        self._pauses: dict[str, asyncio.Event] = {}
        self._talking: Counter[str] = Counter()

    def ring(self) -> None:
        """Tell the board that there may be something to do."""
        self._bell.set()

    async def run(self) -> None:
        """Work until cancelled. Begins with what was left over by the last process."""
        self._bell.set()
        async with asyncio.TaskGroup() as group:
            while True:
                await self._rung()
                self._bell.clear()
                for note in await self._noted():
                    self._at_work[note.request_id] = note.marks
                    group.create_task(self._work(note.request_id))

    async def _rung(self) -> None:
        """Wait until there may be something to do; what other replicas leave behind rings no bell here."""
        if self._is_shared and not self._bell.is_set():
            look = asyncio.ensure_future(self._clock.sleep(LOOK_SECONDS))
            bell = asyncio.ensure_future(self._bell.wait())
            try:
                await asyncio.wait({look, bell}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                look.cancel()
                bell.cancel()
            if not self._bell.is_set():
                return
        await self._bell.wait()
        await self._clock.sleep(SETTLE_SECONDS)

    async def _noted(self) -> list[Note]:
        """Notes that nobody works on yet, as many as there is room for."""
        try:
            async with self._records.transaction() as tx:
                noted = await tx.posts.take_stale(AT_ONCE + len(self._at_work))
        except StoreUnavailable:
            log.warning("refresh_waits", words="the records cannot be read")
            await self._clock.sleep(AGAIN_SECONDS)
            self.ring()
            return []
        for note in noted:
            if self._at_work.get(note.request_id, note.marks) != note.marks:  # news from another replica
                self._at_work[note.request_id] = note.marks
                self._wake(note.request_id)
        fresh = [note for note in noted if note.request_id not in self._at_work]
        return fresh[: AT_ONCE - len(self._at_work)]

    async def _work(self, request_id: str) -> None:
        """Refresh one request until its cards are true. Whatever holds it up holds up no other."""
        pause = AGAIN_SECONDS
        while await self._is_unfinished(request_id):
            await self._pause(request_id, pause)
            pause = min(pause * 2, LONGEST_SECONDS)
        del self._at_work[request_id]
        self.ring()  # it may have changed once more meanwhile

    async def _pause(self, request_id: str, seconds: float) -> None:
        """Wait for the time, or for news of the request."""
        news = self._pauses[request_id] = asyncio.Event()
        waits = {asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.ensure_future(news.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            del self._pauses[request_id]

    async def _is_unfinished(self, request_id: str) -> bool:
        try:
            return await self._refresh_one(request_id)
        except Exception:
            log.exception("refresh_failed", request=request_id)
            return True

    @contextmanager
    def talking_with(self, person_id: str) -> Iterator[None]:
        """Send the person no new card meanwhile: what they just pressed is about to become one."""
        self._talking[person_id] += 1
        try:
            yield
        finally:
            self._talking[person_id] -= 1
            if not self._talking[person_id]:
                del self._talking[person_id]

    def hurry(self, request_ids: Collection[str]) -> None:
        """Look at these now, also where the next look is some time off."""
        for request_id in request_ids:
            self._wake(request_id)
        self.ring()

    def _wake(self, request_id: str) -> None:
        if request_id in self._pauses:
            self._pauses[request_id].set()

    async def _refresh_one(self, request_id: str) -> bool:
        """Bring every card of the request to its present version, then send the missing ones.

        Whoever was nudged gets a new message, which Teams tells them of, and the older ones are taken away.
        Gives whether something must be tried again later.
        """
        async with self._records.transaction() as tx:
            note = await tx.posts.note_of(request_id)
            request = await tx.requests.get(request_id)
            posts = await tx.posts.of_request(request_id)
            places = {post.person_id: await tx.posts.place_of(post.person_id) for post in posts}
        old = {post for post in posts if post.born < request.nudged(post.person_id)}
        updates = [
            (post, await self._courier.update(request, post, places[post.person_id]))
            for post in posts
            if post.version != request.version and post not in old
        ]
        gone = {post for post, delivery in updates if delivery is Delivery.GONE}
        reached = {post.person_id for post in posts if post not in gone | old}
        missing = [who for who in audience(request, self._changes.admins) if who not in reached]
        sent = [
            (who, Delivery.LATER if who in self._talking else await self._courier.post(request, who))
            for who in missing
        ]
        reached |= {who for who, delivery in sent if delivery is Delivery.DONE}
        updates += [
            (post, await self._courier.take_away(request, post, places[post.person_id]))
            for post in posts
            if post in old and post.person_id in reached
        ]
        unreachable = frozenset(who for who, delivery in sent if delivery is Delivery.UNREACHABLE)
        self.reach.lose(post.person_id for post, delivery in updates if delivery is Delivery.UNREACHABLE)
        is_early = await self.reach.go_on_without(request, unreachable)
        is_busy = is_early or Delivery.LATER in {delivery for _, delivery in [*updates, *sent]}
        await self._write_down(request, updates, None if is_busy else note)
        return is_busy

    async def _write_down(
        self, request: Request, updates: Sequence[tuple[Post, Delivery]], done: Note | None
    ) -> None:
        """Remember what the messages show now; an update that is not remembered is harmless to repeat.

        ``done`` is the note that this round has dealt with.
        """
        async with self._records.transaction() as tx:
            # A message may have been put to another use while its update was under way.
            here = {
                (post.conversation_id, post.activity_id) for post in await tx.posts.of_request(request.id)
            }
            for post, delivery in updates:
                if (post.conversation_id, post.activity_id) not in here:
                    continue
                if delivery is Delivery.GONE:
                    await tx.posts.remove(post.conversation_id, post.activity_id)
                elif delivery is Delivery.DONE:
                    await tx.posts.put(replace(post, version=request.version))
            if done is not None:
                await tx.posts.clear_stale(done)
