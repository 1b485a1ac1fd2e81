"""Bad weather on the way to Teams: busy answers, lost answers, slowness, rate limits."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

_WINDOWS = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))
"""Seconds and sends that Teams takes in them from one bot in one conversation."""

_TENANT_WINDOWS = ((1.0, 50),)
"""Seconds and requests that Teams takes in them from one app in one tenant."""


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
    """The rate limits of Teams, for one bot in one tenant. `now` counts seconds.

    Teams names them for sends and, apart, for opening chats. Whether it counts updates and deletes is not
    documented; here it does.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._sent: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=1800))
        self._requests: deque[float] = deque(maxlen=50)

    def request(self) -> float | None:
        """Count a request of any kind; the seconds to wait, if it is one too many."""
        return self._counted(self._requests, _TENANT_WINDOWS)

    def message(self, conversation_id: str) -> float | None:
        """Count a message; the seconds to wait, if it is one too many."""
        return self._counted(self._sent[conversation_id], _WINDOWS)

    def _counted(self, sent: deque[float], windows: tuple[tuple[float, int], ...]) -> float | None:
        now = self._now()
        for seconds, allowed in windows:
            if len(sent) >= allowed and (left := sent[-allowed] + seconds - now) > 0:
                return left
        sent.append(now)
        return None
