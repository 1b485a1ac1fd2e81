"""Bad weather on the way to Teams: busy answers, lost answers, slowness, rate limits."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

_WINDOWS = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))
"""Seconds and sends that Teams takes in them from one bot in one conversation."""


@dataclass
class Weather:
    """What happens to the bot's next requests to the channel.

    `busy`: statuses answered one after the other, without doing anything; `lost`: statuses answered after the
    request was carried out; `retry_after`: seconds, sent with 429; `delay`: seconds that every request takes;
    `conflicts`: whether changing a message while another change of it is under way is answered with 412.
    """

    busy: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    retry_after: float | None = None
    delay: float = 0.0
    conflicts: bool = False


class Limits:
    """The rate limits of Teams: sends to one conversation. `now` counts seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._sent: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=1800))

    def exceeded(self, conversation_id: str) -> bool:
        """Count a send, and say whether it is one too many."""
        now, sent = self._now(), self._sent[conversation_id]
        for seconds, allowed in _WINDOWS:
            if sum(1 for at in sent if now - at < seconds) >= allowed:
                return True
        sent.append(now)
        return False
