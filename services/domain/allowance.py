"""How often the bot may write: Teams' rate limits as buckets that drain.

This is GCRA, the generic cell rate algorithm. Source of the limits: platform documentation, "Rate limiting
your bot". Per bot and conversation at most 7 messages in 1 s, 8 in 2 s, 60 in 30 s and 1800 in 3600 s; per
app and tenant at most 50 requests in 1 s.

A bucket lets at most ``burst + floor(window / interval)`` messages into any window, so a handful of numbers
stands for a list of all that was sent in the last hour. All moments are seconds of one clock, whichever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

INSTANT = 1e-6
"""Seconds that count as none: less than clocks and rounding tell apart."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Lets ``burst`` messages pass at once, and after them one every ``interval`` seconds."""

    burst: int
    interval: float
    tolerance: float = field(init=False)
    """Seconds by which a message may be early; this is what makes a burst."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "tolerance", (self.burst - 1) * self.interval)

    def opens(self, drained: float) -> float:
        """When the next message may pass, of a bucket that will have drained at ``drained``."""
        return drained - self.tolerance

    def filled(self, drained: float, at: float) -> float:
        """When the bucket will have drained after one more message at ``at``."""
        return max(drained, at) + self.interval


@dataclass(frozen=True, slots=True)
class Allowance:
    """The buckets that a message must pass: two of its conversation, and the one of the tenant."""

    brief: Bucket
    lasting: Bucket
    tenant: Bucket


TEAMS = Allowance(brief=Bucket(5, 0.6), lasting=Bucket(298, 2.4), tenant=Bucket(15, 0.03))
"""Within every limit, with room for messages that take up to 0.3 s longer on their way than others.

Brief: 6 in 1 s, 8 in 2 s, 55 in 30 s. Lasting: 1798 in 3600 s. Tenant: 48 in 1 s; the rest is for what else
the bot asks of the channel. A greater burst would cost pace: 8 in 2 s is the limit that binds.
"""


class Level(NamedTuple):
    """When the two buckets of a conversation will have drained."""

    brief: float
    lasting: float


DRAINED = Level(-inf, -inf)
"""Of a conversation that has been quiet for long: nothing needs to be remembered."""


class Slot(NamedTuple):
    """The answer to who wants to write.

    Granted: the message may go after ``wait`` seconds, at the moment ``at``. Not granted: the conversation
    has had its share; nothing was reserved, and asking again makes sense after ``wait`` seconds.
    """

    granted: bool
    wait: float
    at: float


def reserve(allowance: Allowance, level: Level, tenant: float, now: float) -> tuple[Slot, Level, float]:
    """Reserve the next moment for a message; the slot, and the conversation's and the tenant's new level.

    The tenant's moments are given only to whoever can use the next one. Were they given for later, one
    conversation that must wait would make all others wait.
    """
    opens = max(allowance.brief.opens(level.brief), allowance.lasting.opens(level.lasting))
    if opens - now > INSTANT:
        return Slot(granted=False, wait=opens - now, at=opens), level, tenant
    at = max(now, allowance.tenant.opens(tenant))
    taken = Level(allowance.brief.filled(level.brief, at), allowance.lasting.filled(level.lasting, at))
    return Slot(granted=True, wait=at - now, at=at), taken, allowance.tenant.filled(tenant, at)


def held_back(allowance: Allowance, level: Level, now: float, seconds: float) -> Level:
    """The level at which the next message waits for ``seconds``, and no burst follows it."""
    return level._replace(brief=max(level.brief, now + seconds + allowance.brief.tolerance))
