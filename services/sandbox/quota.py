"""Throttling as Graph's is published: buckets that fill up again, and what each call takes out of them.

Costs and buckets are those of learn.microsoft.com/graph/throttling-limits: "identity and access" counts
resource units and writes of an application in a tenant; Teams counts calls. No limits are published for
/admin/teams itself, so the general ones of Teams hold here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime

from services.sandbox.call import Call, Reply
from services.sandbox.faults import Quota

PERIODS = {"units_per_10s": 10.0, "writes_per_150s": 150.0, "teams_per_s": 1.0}
INFORMATION = {
    "units_per_10s": "ResourceUnitLimitExceeded",
    "writes_per_150s": "WriteLimitExceeded",
    "teams_per_s": "RequestLimitExceeded",
}
NEARLY = 0.8
"""From this share of a bucket on, answers say how full it is."""

_READING_POSTS = ("checkMemberGroups", "getMemberGroups", "getMemberObjects")
_COSTS: tuple[tuple[str, int], ...] = (
    (r"users(/[^/]+)?(/manager)?", 2),
    (r"users/[^/]+/(memberOf|transitiveMemberOf|licenseDetails|getMemberObjects|getMemberGroups).*", 2),
    (r"groups/[^/]+/transitiveMembers.*", 5),
    (r"groups/[^/]+/members", 3),
    (r"users/[^/]+/checkMemberGroups", 4),
    (r"subscribedSkus", 3),
)
_OTHER = 1


def cost(call: Call) -> dict[str, float]:
    """What a call takes out of each bucket. A batch itself takes nothing: the requests in it do."""
    path = call.path.strip("/")
    if path == "$batch":
        return {}
    if path.startswith(("admin/teams", "teamwork", "appCatalogs")) or "/teamwork/" in path:
        return {"teams_per_s": 1}
    if path.endswith(("/mailboxSettings", "/presence", "/events")):
        return {}  # Outlook and presence count for themselves
    is_read = call.method == "GET" or path.endswith(_READING_POSTS)
    if not is_read:
        return {"units_per_10s": _OTHER, "writes_per_150s": 1}
    return {"units_per_10s": _units(path, call)}


def _units(path: str, call: Call) -> int:
    units = next((cost for pattern, cost in _COSTS if re.fullmatch(pattern, path)), _OTHER)
    top = call.query.get("$top", "")
    units -= 1 if "$select" in call.query else 0
    units += 1 if "$expand" in call.query else 0
    units -= 1 if top.isdigit() and int(top) < 20 else 0
    return max(1, units)


class _Bucket:
    """A token bucket: full at first, and filled evenly over its period."""

    def __init__(self, size: float, period: float, now: datetime) -> None:
        self.size = size
        self._rate = size / period
        self._level = size
        self._at = now

    def fill(self, now: datetime) -> None:
        """Let the time pass."""
        self._level = min(self.size, self._level + self._rate * (now - self._at).total_seconds())
        self._at = now

    def wait(self, amount: float) -> float:
        """Seconds until it holds so much."""
        return max(0.0, (min(amount, self.size) - self._level) / self._rate)

    def take(self, amount: float) -> None:
        """Take out what is there: refused calls count as well [doc throttling], but it has a bottom."""
        self._level = max(0.0, self._level - amount)

    @property
    def used(self) -> float:
        """The share that is taken."""
        return 1 - self._level / self.size


class Meter:
    """Counts calls against a quota. ``admitted`` and ``refused`` tell what came."""

    def __init__(self, now: Callable[[], datetime], quota: Quota | None = None) -> None:
        self._now = now
        self.set(quota)

    def set(self, quota: Quota | None) -> None:
        """Put another quota in force, with full buckets."""
        sizes = quota.model_dump(exclude_none=True) if quota else {}
        self._buckets = {name: _Bucket(size, PERIODS[name], self._now()) for name, size in sizes.items()}
        self.admitted: dict[str, float] = dict.fromkeys(PERIODS, 0.0)
        self.refused: dict[str, int] = dict.fromkeys(PERIODS, 0)

    def pass_or_refuse(self, call: Call) -> tuple[str, int] | None:
        """Take what the call costs; None, or the bucket that is empty and when to come back, in seconds."""
        costs = cost(call)
        now = self._now()
        waits: dict[str, float] = {}
        for name, amount in costs.items():
            bucket = self._buckets.get(name)
            if bucket is not None:
                bucket.fill(now)
                waits[name] = bucket.wait(amount)
                bucket.take(amount)
        if any(wait > 0 for wait in waits.values()):
            name = max(waits, key=lambda known: waits[known])
            self.refused[name] += 1
            return name, max(1, math.ceil(waits[name]))
        for name, amount in costs.items():
            self.admitted[name] += amount
        return None

    def headers(self, call: Call) -> dict[str, str]:
        """What a good answer says of the limits: nothing until a bucket is nearly empty."""
        used = [self._buckets[name].used for name in cost(call) if name in self._buckets]
        most = max(used, default=0.0)
        return {"x-ms-throttle-limit-percentage": f"{most:.1f}"} if most >= NEARLY else {}


def throttled(reply: Reply, name: str, seconds: int) -> Reply:
    """The 429 of a bucket."""
    reply.headers |= {
        "Retry-After": str(seconds),
        "x-ms-throttle-scope": "Tenant_Application/ReadWrite/sandbox/sandbox",
        "x-ms-throttle-information": INFORMATION[name],
    }
    return reply
