"""The order of a run's calls. It is the same on every replay, whatever happened: dbos counts on that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

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
    call = _Calls(conductor, run, checkpoint)
    keys = await call("begin", conductor.begin)
    for key in keys or ():
        if not await call(key, partial(conductor.walk, key=key)):
            return
    if keys:
        await call("complete", conductor.complete)


async def roll_back(conductor: Conductor, run: Run, checkpoint: Checkpoint) -> None:
    """Undo what Switchboard changed."""
    call = _Calls(conductor, run, checkpoint)
    keys = await call("begin", conductor.begin_undo)
    if keys is None:
        return
    for key in keys:
        if not await call(key, partial(conductor.undo, key=key)):
            return
    await call("complete", conductor.end_undo)


class _Calls:
    """Calls of one run; None from one that ended the run."""

    def __init__(self, conductor: Conductor, run: Run, checkpoint: Checkpoint) -> None:
        self._conductor = conductor
        self._run = run
        self._checkpoint = checkpoint

    async def __call__(self, name: str, work: Callable[[Run], Awaitable[T]]) -> T | None:
        async def guarded() -> T | None:
            try:
                return await work(self._run)
            except Superseded as superseded:
                log.info("run_superseded", request=self._run.request_id, why=str(superseded))
            except Exception as error:
                log.exception("run_broke_off", request=self._run.request_id, at=name)
                await self._conductor.give_up(self._run, name, error)
            return None

        return await self._checkpoint(name, guarded)
