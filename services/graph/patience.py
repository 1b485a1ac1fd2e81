"""Trying again what may be tried again: growing pauses, what the tenant asks for, and an end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_exponential, wait_random

from services.domain.errors import TenantBusy
from services.ports import Clock

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to keep trying, in seconds of the clock.

    No pause goes beyond ``total``: when the tenant asks for a longer one, the caller is told at once, with
    the tenant's wish in ``retry_after``.
    """

    total: float = 12.0
    first_pause: float = 0.25
    longest_pause: float = 3.0


async def insist(clock: Clock, patience: Patience, attempt: Callable[[], Awaitable[T]]) -> T:
    """Call ``attempt`` until it does not raise TenantBusy; when patience ends, raise the last one."""
    started = clock.now()
    growing = wait_exponential(multiplier=patience.first_pause, max=patience.longest_pause)
    pauses = growing + wait_random(0, patience.first_pause)  # so that many callers do not come back at once

    def pause(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        wished = error.retry_after if isinstance(error, TenantBusy) else None
        return max(pauses(state), wished or 0.0)

    def enough(state: RetryCallState) -> bool:
        spent = (clock.now() - started).total_seconds()
        return spent + state.upcoming_sleep > patience.total

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(TenantBusy), wait=pause, stop=enough, sleep=clock.sleep, reraise=True
    )

    async def once() -> T:  # tenacity only awaits what is a coroutine function itself
        return await attempt()

    return await retrying(once)
