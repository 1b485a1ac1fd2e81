"""The order of a run. It is the same on every replay, whatever happened: dbos counts on that.

Beginning and end have no checkpoint: the request itself tells whether they are done. A step has one, so that
a run that goes on after a crash does not look at the tenant again for what is behind it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from services.domain.errors import StoreError
from services.provisioning.conduct import Conductor
from services.provisioning.run import Run, Superseded

log = structlog.get_logger()

T = TypeVar("T")


class Checkpoint(Protocol):
    """Makes a call once: on a replay it gives what the call gave the first time."""

    async def __call__(self, name: str, call: Callable[[], Coroutine[Any, Any, T | None]]) -> T | None:
        """Make the call, or remember what it gave."""
        ...


Flow = Callable[[Conductor, Run, Checkpoint], Coroutine[Any, Any, None]]


async def provision(conductor: Conductor, run: Run, checkpoint: Checkpoint) -> None:
    """Take an approved request to its end."""
    keys = await _guarded(conductor, run, "begin", conductor.begin)
    for key in keys or ():
        walk = partial(_guarded, conductor, run, key, partial(conductor.walk, key=key))
        if not await checkpoint(key, walk):
            return
    if keys:
        await _guarded(conductor, run, "complete", conductor.complete)


async def roll_back(conductor: Conductor, run: Run, checkpoint: Checkpoint) -> None:
    """Undo what Switchboard changed."""
    keys = await _guarded(conductor, run, "begin", conductor.begin_undo)
    if keys is None:
        return
    for key in keys:
        undo = partial(_guarded, conductor, run, key, partial(conductor.undo, key=key))
        if not await checkpoint(key, undo):
            return
    await _guarded(conductor, run, "complete", conductor.end_undo)


async def _guarded(
    conductor: Conductor, run: Run, name: str, work: Callable[[Run], Awaitable[T]]
) -> T | None:
    """Do a part of the run; None when that ended the run."""
    try:
        return await work(run)
    except Superseded as superseded:
        log.info("run_superseded", request=run.request_id, why=str(superseded))
    except StoreError:
        # Nothing is wrong with the request, and to park it needs the records too: the next sweep takes it up.
        log.exception("records_failed", request=run.request_id, at=name)
    except Exception as error:
        log.exception("run_broke_off", request=run.request_id, at=name)
        with suppress(Superseded):
            await conductor.give_up(run, name, error)
    return None
