"""How an answer reaches the person: at once where it can, else a card that says so and is replaced later."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channel_errors import ChannelUnavailable
from bot.messenger import message_with, reference_to
from bot.noting import Noting
from bot.outbound import Outbound
from cards.again import Again, again_card, wait_card
from cards.notice import notice_card
from cards.verbs import Verb
from cards.words import BUTTONS
from dialogs.context import Answer
from services.domain.errors import Refused, StoreError, StoreUnavailable, TenantError, TenantRefused
from services.noticeboard import NoticeBoard
from services.ports import Clock, Place

log = structlog.get_logger()

ANSWER_SECONDS = 0.8
"""How long a client waits before it gets the card that says that the answer takes longer. Teams gives up on
an invoke after some seconds and names no figure; the design's budget is one second."""

LATE_PAUSES = (1.0, 3.0, 10.0, 30.0)
"""Seconds between tries to deliver a late answer to a channel that is out of order."""

TENANT_JOBS = 8
"""Conversations that ask the tenant at a time; further ones wait, so that the loop stays free to answer."""

UNEXPECTED = "Something went wrong here, and it is in Switchboard's log. Please try again."

SAME_ARRIVAL = timedelta(seconds=5)
"""Teams tells of one installation twice (installationUpdate and conversationUpdate); it is one welcome."""

KNOWN_FOR = timedelta(minutes=1)
"""How long it is taken as known where somebody is. Another replica may have failed to reach them since, and
then they get what they have missed."""

MENU_ONLY = ((BUTTONS[Verb.MENU], Verb.MENU),)

Job = Coroutine[Any, Any, Answer]


class Replies:
    """Answers people, and keeps note of where they are."""

    def __init__(self, outbound: Outbound, board: NoticeBoard, clock: Clock) -> None:
        self._outbound = outbound
        self._board = board
        self._clock = clock
        self._places: dict[str, tuple[Place, datetime]] = {}
        self._welcomed: dict[str, datetime] = {}
        self._later: set[asyncio.Task[None]] = set()
        self._jobs = asyncio.Semaphore(TENANT_JOBS)
        self._noting = Noting(board, clock, self._afterwards)

    async def seen(self, place: Place) -> None:
        """Remember where the person is, when that is news."""
        now = self._clock.now()
        known, since = self._places.get(place.person_id, (None, now))
        is_news = known != place or now - since > KNOWN_FOR
        if not is_news and not self._board.reach.is_lost(place.person_id):
            return
        try:
            await self._board.reach.found(place)
        except StoreUnavailable as error:  # the answer will say so; where they are is noted the next time
            log.warning("place_not_noted", words=error.sentence)
        else:
            self._places[place.person_id] = (place, now)

    async def arrived(self, place: Place) -> bool:
        """Somebody got the app; whether to welcome them. What waits for them comes to the new chat."""
        now = self._clock.now()
        last = self._welcomed.get(place.person_id)
        if last is not None and now - last < SAME_ARRIVAL:
            return False
        self._welcomed[place.person_id] = now
        try:
            await self._board.reach.arrived(place)
        except StoreUnavailable as error:  # what waits for them comes with the next thing that they write
            log.warning("place_not_noted", words=error.sentence)
        else:
            self._places[place.person_id] = (place, now)
        return True

    async def left(self, place: Place) -> None:
        """Somebody removed the app; the next installation is a new arrival."""
        self._welcomed.pop(place.person_id, None)
        log.info("app_removed", person=place.person_id)

    async def send(self, place: Place, reply_to: str, answer: Answer) -> str:
        """Send an answer as a new message and give its id."""
        activity = message_with(answer.card)
        message_id = await self._outbound.send(reference_to(place), activity, reply_to=reply_to)
        if answer.shows is not None:  # of a new message there is nothing else that could have been noted
            await self._noting.answered(place, message_id, answer)
        return message_id

    async def to_message(
        self, place: Place, reply_to: str, job: Job, again: Again, *, slow: bool = False
    ) -> None:
        """Answer a typed message with a new card."""
        if not slow:
            await self.send(place, reply_to, await _safe(job, again))
            return
        task = asyncio.create_task(_safe(self._in_turn(job), again))
        if (answer := await _within(task)) is not None:
            await self.send(place, reply_to, answer)
            return
        message_id = await self._outbound.send(
            reference_to(place), message_with(wait_card(again)), reply_to=reply_to
        )
        self._afterwards(self._deliver(place, message_id, task, ExitStack()))

    async def to_invoke(
        self, place: Place, message_id: str, job: Job, again: Again, *, slow: bool
    ) -> dict[str, Any]:
        """The card that takes the pressed card's place. Raises Refused when nothing was done.

        When the answer comes after the reply, the message is updated with it.
        """
        with ExitStack() as held:
            held.enter_context(self._board.talking_with(place.person_id))
            if not slow:
                answer = await _retryable(job, again)
                await self._noting.answered(place, message_id, answer)
                return answer.card
            task = asyncio.create_task(_retryable(self._in_turn(job), again))
            early = await _within(task)
            if early is None:
                late = asyncio.create_task(_safe(task, again))
                self._afterwards(self._deliver(place, message_id, late, held.pop_all()))
                return wait_card(again)
            await self._noting.answered(place, message_id, early)
            return early.card

    async def to_refresh(self, place: Place, message_id: str, job: Job) -> dict[str, Any]:
        """The card as it is now, for a client that asked by itself.

        Raises whatever goes wrong: nobody pressed anything, so the card that is there stays.
        """
        with self._board.talking_with(place.person_id):
            answer = await job
            await self._noting.looked_at(place, message_id, answer)
        return answer.card

    async def close(self, seconds: float) -> None:
        """Finish what is under way, for at most ``seconds``; what takes longer is given up."""
        if self._later:
            _, left = await asyncio.wait(self._later, timeout=seconds)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _in_turn(self, job: Job) -> Answer:
        async with self._jobs:
            return await job

    async def _deliver(
        self, place: Place, message_id: str, task: asyncio.Task[Answer], held: ExitStack
    ) -> None:
        """Put a late answer in the place of the card that says so. The board does it for a request's card."""
        with held:
            answer = await task
            await self._noting.answered(place, message_id, answer)
        if answer.shows is not None and not answer.has_notice:
            return
        for pause in (*LATE_PAUSES, None):
            try:
                await self._outbound.update(reference_to(place), message_id, message_with(answer.card))
            except ChannelUnavailable:
                if pause is None:
                    raise
                await self._clock.sleep(pause)
            else:
                return

    def _afterwards(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._later.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("late_answer_failed", exc_info=error)


async def _within(task: asyncio.Task[Answer]) -> Answer | None:
    """The task's answer, or None while it takes longer than a client waits."""
    done, _ = await asyncio.wait({task}, timeout=ANSWER_SECONDS)
    return task.result() if done else None


async def _retryable(job: Job | asyncio.Task[Answer], again: Again) -> Answer:
    """The answer, or a card with a button that tries the same again with everything that was entered.

    Raises Refused when nothing was done, for whoever can still say so in the reply.
    """
    try:
        return await job
    except Refused:
        raise
    except TenantRefused as error:  # trying again changes nothing
        log.warning("turn_refused", error=error.code, words=error.sentence)
        return Answer(card=notice_card("That is not possible", error.sentence, MENU_ONLY))
    except (TenantError, StoreError) as error:
        log.warning("turn_failed", error=error.code, words=error.sentence)
        return Answer(card=again_card(error.sentence, again))
    except Exception:
        log.exception("turn_failed")
        return Answer(card=again_card(UNEXPECTED, again))


async def _safe(job: Job | asyncio.Task[Answer], again: Again) -> Answer:
    """The answer, or a card that says why there is none: where there is no reply left to refuse with."""
    try:
        return await _retryable(job, again)
    except Refused as error:
        return Answer(card=notice_card("Nothing was changed", error.sentence, MENU_ONLY))
