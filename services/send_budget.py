"""The SendBudget of one process."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import inf

from services.domain.allowance import DRAINED, TEAMS, Allowance, Level, Slot, held_back, reserve

LOOKED_AT = 2
"""Conversations of which each reservation sees whether they can be forgotten: more than it adds."""


class LocalSendBudget:
    """Keeps the levels in memory. ``now`` counts seconds and never goes back."""

    def __init__(self, allowance: Allowance = TEAMS, now: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._now = now
        self._levels: OrderedDict[str, Level] = OrderedDict()
        self._tenant = -inf

    def __len__(self) -> int:
        """How many conversations are remembered."""
        return len(self._levels)

    async def reserve(self, conversation_id: str) -> Slot:
        """Reserve the next moment for a message into this conversation."""
        now = self._now()
        self._forget(now)
        level = self._levels.get(conversation_id, DRAINED)
        slot, level, self._tenant = reserve(self._allowance, level, self._tenant, now)
        self._levels[conversation_id] = level
        return slot

    async def hold_back(self, conversation_id: str, seconds: float) -> None:
        """Grant nothing more in this conversation for ``seconds``."""
        level = self._levels.get(conversation_id, DRAINED)
        self._levels[conversation_id] = held_back(self._allowance, level, self._now(), seconds)

    def _forget(self, now: float) -> None:
        """Forget quiet conversations, a few at a time, so that no message ever waits for a clean-up."""
        levels = self._levels
        for _ in range(min(LOOKED_AT, len(levels))):
            conversation_id = next(iter(levels))
            if max(levels[conversation_id]) <= now:
                del levels[conversation_id]
            else:
                levels.move_to_end(conversation_id)
