"""Answers kept for a short time: what many turns ask within seconds, and seldom changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from cachetools import TTLCache

from services.ports import Clock

ValueT = TypeVar("ValueT")
MOST = 1000


class Memory(Generic[ValueT]):
    """Keeps answers by key for ``seconds`` of the clock. Errors are not kept."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._kept: TTLCache[str, ValueT] = TTLCache(MOST, seconds, timer=lambda: clock.now().timestamp())

    async def get(self, key: str, ask: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """Return the answer kept under ``key``, or ask for it."""
        if key in self._kept:
            return self._kept[key]
        answer = await ask()
        self._kept[key] = answer
        return answer

    def forget(self, key: str) -> None:
        """Ask again next time."""
        self._kept.pop(key, None)
