"""Notes which message shows which request: at once, or as soon as the records are there again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from typing import Any

import structlog

from dialogs.context import Answer
from services.domain.errors import StoreUnavailable
from services.noticeboard import NoticeBoard
from services.persistence import until_written
from services.ports import Clock, Place

log = structlog.get_logger()

Later = Callable[[Coroutine[Any, Any, None]], None]
"""Takes work that goes on after the answer."""


class Noting:
    """The person gets the answer all the same, so a card may be out before the records know of it.

    What is shown later in the same message wins: an older note that still waits is given up.
    """

    def __init__(self, board: NoticeBoard, clock: Clock, later: Later) -> None:
        self._board = board
        self._clock = clock
        self._later = later
        self._latest: dict[tuple[str, str], object] = {}

    async def answered(self, place: Place, message_id: str, answer: Answer) -> None:
        """Have the board keep the message true from now on when it shows a request, and only then."""
        screens = self._board.screens
        request = answer.shows

        async def write() -> None:
            if request is None:
                await screens.covered(place, message_id)
            else:
                await screens.shown(request, place, message_id, keep=answer.has_notice)

        await self._note(place, message_id, write)

    async def looked_at(self, place: Place, message_id: str, answer: Answer) -> None:
        """The client asked by itself what the message shows. It may be an old view: what waits goes first."""
        request = answer.shows
        if request is None or (place.conversation_id, message_id) in self._latest:
            return

        async def write() -> None:
            await self._board.screens.looked_at(request, place, message_id)

        await self._note(place, message_id, write)

    async def _note(self, place: Place, message_id: str, write: Callable[[], Awaitable[None]]) -> None:
        if not message_id:
            return
        key = (place.conversation_id, message_id)
        self._latest.pop(key, None)  # what still waits to be noted of this message is no longer so
        try:
            await write()
        except StoreUnavailable as error:
            log.warning("message_not_noted", words=error.sentence)
            # While the board does not know the message, it would send the person the same card once more.
            held = ExitStack()
            held.enter_context(self._board.talking_with(place.person_id))
            self._latest[key] = mine = object()
            self._later(self._keep_trying(key, mine, write, held))

    async def _keep_trying(
        self, key: tuple[str, str], mine: object, write: Callable[[], Awaitable[None]], held: ExitStack
    ) -> None:
        async def still() -> None:
            if self._latest.get(key) is mine:
                await write()

        with held:
            try:
                await until_written(self._clock, still)
            finally:
                if self._latest.get(key) is mine:
                    del self._latest[key]
