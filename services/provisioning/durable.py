"""dbos, as far as the product uses it: the only file that imports it.

Everything runs on the application's own event loop, because stores, tenant client and locks live there.
dbos adopts the loop on which it is launched, for workflows that are started as for those that it recovers
(``dbos._event_loop.BackgroundEventLoop``); only its own database calls go to threads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dbos import DBOSConfig

T = TypeVar("T")
Workflow = Callable[[str, int], Coroutine[Any, Any, None]]

APPLICATION = "switchboard"
FILE = "provisioning.sqlite"
QUEUE = "provisioning"

THREADS = 16
"""For the database calls of dbos, and for everything else that the loop hands to threads."""

CONNECTIONS = 5
"""To PostgreSQL, of one replica; its threads wait for each other rather than for the server's limit."""

LISTENER_SECONDS = 0.1
"""How often a thread of dbos wakes that has nothing to do here. It ends the stop of an engine."""

QUEUE_SECONDS = 0.25
"""Between looks of a replica for runs that have been queued."""

STARTS_SECONDS = 10.0
"""The period that the limit of starts is about."""

LISTED = 10_000
"""Runs under way that one look takes in."""

COLLECTED = 500
"""Ended runs whose checkpoints one sweep clears away."""

WAITING = frozenset({"ENQUEUED", "DELAYED"})
WORKED_ON = "PENDING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoints:
    """Where runs are checkpointed, and by whom.

    ``replica`` is this process's own name among those that share the database. ``starts`` is how many runs
    all replicas together begin in ten seconds; None where there is one process only, which begins each run
    at once.
    """

    url: str
    replica: str = APPLICATION
    version: str = "1"
    starts: int | None = None

    @classmethod
    def in_folder(cls, folder: Path) -> Checkpoints:
        """Of one process, in a data folder."""
        return cls(url=f"sqlite:///{folder / FILE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """How a run stands with dbos. ``replica`` has it in hand, or had it last; ``version`` began it."""

    is_queued: bool
    is_worked_on: bool
    replica: str | None
    version: str | None


class Durable:
    """Starts runs, remembers them, and takes over those of others. One in a process at a time."""

    def __init__(self, checkpoints: Checkpoints) -> None:
        self._checkpoints = checkpoints
        self._workflows: dict[str, Workflow] = {}

    async def launch(self, workflows: Mapping[str, Workflow]) -> None:
        """Start dbos on the running loop, with these workflows by name."""
        await asyncio.to_thread(import_module, "dbos")  # more than a second of imports
        from dbos import DBOS

        logger = logging.getLogger("dbos")
        if not logger.handlers:  # or dbos would write to the console in a format of its own
            logger.addHandler(logging.NullHandler())
        DBOS(config=self._config())
        for name, workflow in workflows.items():
            self._workflows[name] = DBOS.workflow(name=name, max_recovery_attempts=None)(workflow)
        DBOS.launch()
        if self._checkpoints.starts is not None:
            await DBOS.register_queue_async(
                QUEUE,
                limiter={"limit": self._checkpoints.starts, "period": STARTS_SECONDS},
                polling_interval_sec=QUEUE_SECONDS,
                on_conflict="always_update",
            )

    async def destroy(self) -> None:
        """Stop dbos, and let go of its threads."""
        from dbos import DBOS

        loop = asyncio.get_running_loop()
        # In a thread, because dbos waits there for threads of its own that may wait for this loop.
        with ThreadPoolExecutor(1) as thread:
            await loop.run_in_executor(thread, lambda: DBOS.destroy(destroy_registry=True))
        loop.set_default_executor(ThreadPoolExecutor())  # dbos has put its own there, which is shut down now

    async def begin(self, name: str, run_id: str, request_id: str, number: int) -> None:
        """Start a run, or have whichever replica has room start it; a second start does nothing."""
        from dbos import DBOS, SetWorkflowID

        workflow = self._workflows[name]
        with SetWorkflowID(run_id):
            if self._checkpoints.starts is None:
                await DBOS.start_workflow_async(workflow, request_id, number)
            else:
                await DBOS.enqueue_workflow_async(QUEUE, workflow, request_id, number)

    async def status(self, run_id: str) -> RunStatus | None:
        """How a run stands, or None when dbos knows nothing of it."""
        from dbos import DBOS

        known = await DBOS.get_workflow_status_async(run_id)
        if known is None:
            return None
        return RunStatus(
            is_queued=known.status in WAITING,
            is_worked_on=known.status == WORKED_ON,
            replica=known.executor_id,
            version=known.app_version,
        )

    async def forget(self, run_id: str) -> None:
        """Clear away the checkpoints of a run."""
        from dbos import DBOS

        await DBOS.delete_workflow_async(run_id)

    async def replicas_at_work(self) -> set[str]:
        """Who has runs in hand, or had when they died."""
        from dbos import DBOS

        runs = await DBOS.list_workflows_async(
            status=WORKED_ON, limit=LISTED, load_input=False, load_output=False
        )
        return {run.executor_id for run in runs if run.executor_id is not None}

    async def take_over(self, replicas: Collection[str]) -> int:
        """Put the runs of dead replicas back into the queue, and give how many there were.

        Only those that our version began. Several replicas may do so at once: each run goes to one.
        """
        from dbos import DBOS

        # The open-source edition takes the dead ones from whoever knows of them; this is where it does.
        handles = await asyncio.to_thread(DBOS._recover_pending_workflows, list(replicas))  # noqa: SLF001
        return len(handles)

    async def collect(self, before: datetime) -> None:
        """Clear away the checkpoints of runs that ended before then; the records keep their requests."""
        from dbos import DBOS

        ended = await DBOS.list_workflows_async(
            completed_before=before.isoformat(), limit=COLLECTED, load_input=False, load_output=False
        )
        if ended:
            await DBOS.delete_workflows_async([run.workflow_id for run in ended])

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION,
            "system_database_url": self._checkpoints.url,
            "sys_db_pool_size": CONNECTIONS,
            "application_version": self._checkpoints.version,
            "executor_id": self._checkpoints.replica,
            "max_executor_threads": THREADS,
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": LISTENER_SECONDS,
            "log_level": "ERROR",
        }


async def checkpoint(name: str, call: Callable[[], Coroutine[Any, Any, T | None]]) -> T | None:
    """Make a call within a run once, and remember what it gave."""
    from dbos import DBOS

    return await DBOS.run_step_async({"name": name}, call)
