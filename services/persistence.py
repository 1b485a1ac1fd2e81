"""Writing down what must not be lost, while the records are away for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_exponential

from services.domain.errors import StoreUnavailable
from services.ports import Clock

log = structlog.get_logger()

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 10.0


async def until_written(
    clock: Clock, write: Callable[[], Awaitable[None]], *, seconds: float | None = None
) -> None:
    """Call ``write`` until the records take it, with growing pauses.

    After ``seconds``, if given, raises the last StoreUnavailable.
    """
    started = clock.now()

    def enough(state: RetryCallState) -> bool:
        spent = (clock.now() - started).total_seconds()
        return seconds is not None and spent + state.upcoming_sleep > seconds

    def told(state: RetryCallState) -> None:
        log.warning("not_written_yet", tries=state.attempt_number, again_in=state.upcoming_sleep)

    async def once() -> None:  # tenacity only awaits what is a coroutine function itself
        await write()

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(StoreUnavailable),
        wait=wait_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
        stop=enough,
        sleep=clock.sleep,
        before_sleep=told,
        reraise=True,
    )
    await retrying(once)
