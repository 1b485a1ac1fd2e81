"""Which runs are being worked on in this process, and how they end when it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from services.ports import Clock

GRACE_SECONDS = 5.0
"""Given to calls to the tenant that are under way; pauses end at once."""


class Liveness:
    """Tasks of runs, by the run's id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[object]] = {}
        self._pausing: set[asyncio.Task[object]] = set()
        self._is_stopping = False

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._tasks

    @property
    def is_stopping(self) -> bool:
        """Whether no new work should begin."""
        return self._is_stopping

    @contextmanager
    def working(self, run_id: str) -> Iterator[None]:
        """Mark the present task as the one of the run. Raises CancelledError while stopping."""
        task = self._here()
        self._tasks[run_id] = task
        try:
            yield
        finally:
            if self._tasks.get(run_id) is task:
                del self._tasks[run_id]

    async def pause(self, seconds: float) -> None:
        """Sleep, unless the process stops: then the run ends here and goes on at the next start."""
        task = self._here()
        self._pausing.add(task)
        try:
            await self._clock.sleep(seconds)
        finally:
            self._pausing.discard(task)
        self._here()

    def start(self) -> None:
        """Let work begin."""
        self._is_stopping = False

    async def stop(self) -> None:
        """End all work: pauses at once, calls that do not end in time by cancelling them."""
        self._is_stopping = True
        for task in self._pausing:
            task.cancel()
        left = set(self._tasks.values())
        if left:
            _, left = await asyncio.wait(left, timeout=GRACE_SECONDS)
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    def _here(self) -> asyncio.Task[object]:
        """The present task. Raises CancelledError while stopping, for dbos takes that as: not ended."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        if self._is_stopping:
            raise asyncio.CancelledError
        return task
