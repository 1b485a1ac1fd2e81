"""One message at a time into each conversation, each when Teams lets it pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from weakref import WeakValueDictionary

from bot.channel_errors import ChannelUnavailable
from services.ports import SendBudget


class Lanes:
    """Gives everybody who writes into a conversation its lane, in the order in which they asked.

    Messages on several connections overtake each other, so the next one goes when the one before it has been
    answered, its further tries included. That also keeps back what follows a message that Teams throttles,
    and spares two changes of one message the 412 that they would get at the same time.
    """

    def __init__(
        self,
        budget: SendBudget,
        *,
        longest: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """A pause that Teams asks for is waited for if it is at most ``longest`` seconds."""
        self.budget = budget
        self.longest = longest
        self.sleep = sleep
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, conversation_id: str) -> Lane:
        """The lane of a conversation, for one message."""
        lock = self._locks.get(conversation_id)
        if lock is None:
            lock = self._locks[conversation_id] = asyncio.Lock()
        return Lane(self, conversation_id, lock)


class Lane:
    """An ``async with`` block in which one message has its conversation to itself."""

    __slots__ = ("_conversation_id", "_lanes", "_lock")

    def __init__(self, lanes: Lanes, conversation_id: str, lock: asyncio.Lock) -> None:
        self._lanes = lanes
        self._conversation_id = conversation_id
        self._lock = lock

    async def __aenter__(self) -> Lane:
        await self._lock.acquire()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    async def turn(self) -> None:
        """Return when the next try may go.

        Raises ChannelUnavailable when Teams has asked for a longer pause than is waited for: its caller knows
        better what to do meanwhile.
        """
        lanes, granted = self._lanes, False
        while not granted:
            granted, wait, _ = await lanes.budget.reserve(self._conversation_id)
            if not granted and wait > lanes.longest:
                words = f"The channel has asked for a pause of {wait:.0f} s more."
                raise ChannelUnavailable(words, status=429, code="Throttled", retry_after=wait)
            if wait > 0:
                await lanes.sleep(wait)

    async def throttled(self, seconds: float) -> None:
        """Keep back what follows, here and on other replicas: Teams has asked for a pause."""
        await self._lanes.budget.hold_back(self._conversation_id, seconds)
