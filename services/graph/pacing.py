"""Staying under the tenant's quota: calls wait here until there is room, instead of being refused there.

Published limits and costs: learn.microsoft.com/graph/throttling-limits. None are published for /admin/teams,
so the general ones of Teams are kept to. A 429 holds up every call of its kind for as long as it says: a call
that is sent meanwhile would be refused as well, and refused calls count.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from services.ports import Clock

SHARE = 0.92
"""What is used of the quota: the bot runs under the same one."""

BURST = 2 / 3
"""What may be used at once of a limit: calls that were held up on their way must not arrive as too many."""

MEDIUM, LARGE = 50, 500
"""People in a tenant from which on Entra calls it medium, and above which large."""

Costs = dict[str, float]
UNITS, WRITES, TEAMS = "units", "writes", "teams"
PERIODS = {UNITS: 10.0, WRITES: 150.0, TEAMS: 1.0}

_READING_POSTS = ("checkMemberGroups", "getMemberGroups", "getMemberObjects")
_COSTS = tuple(
    (re.compile(pattern), units)
    for pattern, units in (
        (r"users/[^/]+/(memberOf|transitiveMemberOf|licenseDetails|getMember\w+)", 2),
        (r"users/[^/]+/checkMemberGroups", 4),
        (r"users(/|$)", 2),
        (r"groups/[^/]+/transitiveMembers", 5),
        (r"groups/[^/]+/members", 3),
        (r"subscribedSkus", 3),
    )
)
_FEW = 20

LEAST_SECONDS = 0.001
"""A shorter sleep would be over before any clock has moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What the tenant allows: resource units in 10 seconds, writes in 150, calls to Teams a second."""

    units: float = 3500.0
    writes: float = 3000.0
    teams: float = 30.0

    @classmethod
    def for_people(cls, count: int) -> Quota:
        """The quota of a tenant that has at least so many people."""
        return cls(units=8000.0 if count > LARGE else 5000.0 if count >= MEDIUM else 3500.0)


def costs_of(method: str, target: str) -> Costs:
    """What a call takes of each limit. ``target`` is its path below the version, with the query."""
    path, _, query = target.strip("/").partition("?")
    if path == "$batch":
        return {}  # the requests in it count
    if path.startswith(("admin/teams", "appCatalogs")) or "/teamwork/" in path:
        return {TEAMS: 1}
    if path.endswith(("/mailboxSettings", "/presence")):
        return {}  # Outlook and presence count for themselves, and have room for many more
    if method != "GET" and not path.endswith(_READING_POSTS):
        return {UNITS: 1, WRITES: 1}
    return {UNITS: _units(path, parse_qs(query))}


def _units(path: str, query: dict[str, list[str]]) -> int:
    units = next((cost for pattern, cost in _COSTS if pattern.match(path)), 1)
    top = query.get("$top", [""])[0]
    units += ("$expand" in query) - ("$select" in query) - (top.isdigit() and int(top) < _FEW)
    return max(1, units)


class Pacing:
    """Lets calls through in the order in which they come, as fast as the quota allows."""

    def __init__(self, clock: Clock, quota: Quota) -> None:
        sizes = {UNITS: quota.units, WRITES: quota.writes, TEAMS: quota.teams}
        self._buckets = {
            name: _Bucket(clock, BURST * size, SHARE * size / PERIODS[name]) for name, size in sizes.items()
        }

    async def admit(self, calls: Iterable[Costs]) -> None:
        """Return once there is room for all of them."""
        total: Costs = {}
        for costs in calls:
            for name, amount in costs.items():
                total[name] = total.get(name, 0) + amount
        for name, amount in total.items():
            await self._buckets[name].take(amount)

    def hold(self, costs: Costs, seconds: float) -> None:
        """Let nothing of the kind through for a while: the tenant said so."""
        for name in costs:
            self._buckets[name].hold(seconds)


class _Bucket:
    """Room that comes back evenly. It may be in debt: then nothing gets through until that is paid."""

    def __init__(self, clock: Clock, size: float, rate: float) -> None:
        self._clock = clock
        self._size = size
        self._rate = rate
        self._level = size
        self._at = clock.now()
        self._turn = asyncio.Lock()  # first come, first served

    async def take(self, amount: float) -> None:
        wanted = min(amount, self._size)
        async with self._turn:
            while (missing := wanted - self._filled()) > 0:
                await self._clock.sleep(max(missing / self._rate, LEAST_SECONDS))
            self._level -= amount

    def hold(self, seconds: float) -> None:
        self._level = min(self._filled(), -self._rate * seconds)

    def _filled(self) -> float:
        now = self._clock.now()
        self._level = min(self._size, self._level + self._rate * (now - self._at).total_seconds())
        self._at = now
        return self._level
