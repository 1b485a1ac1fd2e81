"""Two who want different things of the same request, or the same thing twice."""

from __future__ import annotations

from collections.abc import Sequence

from services.domain.request import Request
from tests.properties.commands import Command, Press, Refresh, StandIn, Work
from tests.properties.system import System

PAIRS = {
    "pending": (
        ("approve", "reject"),
        ("approve", "cancel"),
        ("approve", "approve"),
        ("reject", "cancel"),
        ("approve", "stand in"),
        ("cancel", "refresh"),
        ("approve", "refresh"),
    ),
    "approved": (("work", "cancel"), ("cancel", "cancel"), ("work", "refresh")),
    "provisioning": (("work", "late work"), ("work", "refresh")),
    "needs attention": (
        ("retry", "cancel"),
        ("retry", "roll back"),
        ("retry", "retry"),
        ("roll back", "refresh"),
    ),
    "rolling back": (("work", "late work"), ("work", "refresh")),
}
"""What can be wanted in each of the open states."""


def race(system: System, which: int, pair: int) -> Sequence[Command]:
    """Both of a pair; nobody when no request is open."""
    opened = [request for request in system.seen.requests.values() if request.is_open]
    if not opened:
        return ()
    request = opened[which % len(opened)]
    pairs = PAIRS[request.state.value]
    return [_wanted(request, what) for what in pairs[pair % len(pairs)]]


def _wanted(request: Request, what: str) -> Command:
    match what:
        case "work" | "late work":
            return Work(is_late=what == "late work", about=request.id)
        case "refresh":
            return Refresh()
        case "stand in":
            return StandIn(about=request.id)
    return Press(what, about=request.id)
