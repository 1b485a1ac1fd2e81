"""The durable workflow: dbos checkpoints the calls of a run, so that the next process goes on with it.

Everything runs on the application's own event loop, because stores, tenant client and locks live there.
dbos adopts the loop on which it is launched, for workflows that are started as for those that it recovers
(``dbos._event_loop.BackgroundEventLoop``); only its own database calls go to threads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import structlog

from services.domain.request import Request, RequestState
from services.locations import Locations
from services.ports import Clock, Directory, Records, Telephony
from services.provisioning import flows
from services.provisioning.conduct import Conductor
from services.provisioning.liveness import Liveness
from services.provisioning.pace import Pace

if TYPE_CHECKING:
    from dbos import DBOSConfig

log = structlog.get_logger()

T = TypeVar("T")
Workflow = Callable[[str, int], Coroutine[Any, Any, None]]

APPLICATION = "switchboard"
VERSION = "1"
"""Set by hand: dbos recovers only what the same version began, so it changes only when the order of the calls
in a workflow does."""

FILE = "provisioning.sqlite"
THREADS = 16
"""For the database calls of dbos, and for everything else that the loop hands to threads."""

LISTENER_SECONDS = 0.1
"""How often a thread of dbos wakes that has nothing to do here. It ends the stop of an engine."""

LOOKED_AT = 10_000
"""Requests of one state that a recovery looks at."""

KEPT = timedelta(days=7)
"""How long checkpoints of a run that has ended stay, for whoever looks into it."""

COLLECTED = 500
"""Ended runs whose checkpoints one sweep clears away."""

UNDER_WAY = frozenset({"PENDING", "ENQUEUED", "DELAYED"})
"""States of dbos that it brings to an end by itself."""


class ProvisioningEngine:
    """Implements the port Provisioner. One in a process at a time; ``start`` and ``stop`` on one loop.

    ``changed`` is told the id of each request that moves. ``folder`` keeps the checkpoints. ``rest_days`` is
    how long a number that was taken back is not offered.
    """

    _running: ClassVar[ProvisioningEngine | None] = None

    def __init__(
        self,
        records: Records,
        directory: Directory,
        telephony: Telephony,
        locations: Locations,
        clock: Clock,
        *,
        changed: Callable[[str], None],
        folder: Path,
        pace: Pace | None = None,
        rest_days: int = 30,
    ) -> None:
        self._records = records
        self._clock = clock
        self._pace = pace or Pace()
        self._folder = folder
        self._liveness = Liveness(clock)
        self._workflows: dict[flows.Flow, Workflow] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._conductor = Conductor.of(
            records,
            directory,
            telephony,
            locations,
            clock,
            changed=changed,
            sleep=self._liveness.pause,
            pace=self._pace,
            rest=timedelta(days=rest_days),
        )

    async def start(self) -> None:
        """Go on with what was under way, and be ready."""
        await asyncio.to_thread(import_module, "dbos")  # more than a second of imports
        if ProvisioningEngine._running is not None:
            raise RuntimeError("A provisioning engine is running in this process: dbos allows one.")
        ProvisioningEngine._running = self
        try:
            self._liveness.start()
            self._launch()
            await self.recover()
        except BaseException:
            await self.stop()
            raise
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """End work at a checkpoint; the next start goes on with it."""
        if ProvisioningEngine._running is not self:
            return
        from dbos import DBOS

        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await self._liveness.stop()
        loop = asyncio.get_running_loop()
        # In a thread, because dbos waits there for threads of its own that may wait for this loop.
        with ThreadPoolExecutor(1) as thread:
            await loop.run_in_executor(thread, lambda: DBOS.destroy(destroy_registry=True))
        loop.set_default_executor(ThreadPoolExecutor())  # dbos has put its own there, which is shut down now
        ProvisioningEngine._running = None

    async def provision(self, request: Request) -> None:
        """Take an approved request to its end."""
        number = request.runs + 1 if request.state is RequestState.APPROVED else request.runs
        await self._begin(flows.provision, request, number)

    async def roll_back(self, request: Request) -> None:
        """Undo what Switchboard changed for a request in state rolling back."""
        await self._begin(flows.roll_back, request, request.runs)

    async def recover(self) -> None:
        """Take up requests that nobody works on: their workflow never started, is gone, or broke off."""
        for state in (RequestState.APPROVED, RequestState.PROVISIONING, RequestState.ROLLING_BACK):
            async with self._records.transaction() as tx:
                found = await tx.requests.in_state(state, LOOKED_AT)
            for request in found:
                if await self._is_abandoned(request):
                    log.info("run_taken_up", request=request.ref, state=state.value)
                    again = self.roll_back if state is RequestState.ROLLING_BACK else self.provision
                    await again(request)

    def _launch(self) -> None:
        """Start dbos on the running loop, which it adopts. Takes about a tenth of a second."""
        from dbos import DBOS

        logger = logging.getLogger("dbos")
        if not logger.handlers:  # or dbos would write to the console in a format of its own
            logger.addHandler(logging.NullHandler())
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": f"sqlite:///{self._folder / FILE}",
            "application_version": VERSION,
            "executor_id": APPLICATION,
            "max_executor_threads": THREADS,
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": LISTENER_SECONDS,
            "log_level": "ERROR",
        }
        DBOS(config=config)
        for name, flow in (("provision", flows.provision), ("roll back", flows.roll_back)):
            register = DBOS.workflow(name=name, max_recovery_attempts=None)
            self._workflows[flow] = register(self._workflow(flow))
        DBOS.launch()

    def _workflow(self, flow: flows.Flow) -> Workflow:
        """A function for dbos to register: it puts marks on it, which a bound method does not allow."""

        async def workflow(request_id: str, number: int) -> None:
            with self._liveness.working(_id(request_id, number)):
                await flow(self._conductor, self._conductor.run(request_id, number), _checkpoint)

        return workflow

    async def _begin(self, flow: flows.Flow, request: Request, number: int) -> None:
        """Start the workflow of a run; a second start of the same run does nothing."""
        from dbos import DBOS, SetWorkflowID

        if ProvisioningEngine._running is not self or self._liveness.is_stopping:
            return  # it is taken up at the next start
        try:
            with SetWorkflowID(_id(request.id, number)):
                await DBOS.start_workflow_async(self._workflows[flow], request.id, number)
        except Exception:
            # The approval is recorded and must not fail for this: the next sweep takes the request up.
            log.exception("run_not_started", request=request.ref)

    async def _is_abandoned(self, request: Request) -> bool:
        """Whether no workflow of the request's present run is under way; one that has ended is forgotten."""
        from dbos import DBOS

        number = request.runs + 1 if request.state is RequestState.APPROVED else request.runs
        run_id = _id(request.id, number)
        if run_id in self._liveness:
            return False
        known = await DBOS.get_workflow_status_async(run_id)
        if known is None:
            return True
        if known.status in UNDER_WAY:
            return False
        await DBOS.delete_workflow_async(run_id)
        return True

    async def _collect(self) -> None:
        """Clear away the checkpoints of runs that ended long ago; the records keep their requests."""
        from dbos import DBOS

        ended = await DBOS.list_workflows_async(
            completed_before=(self._clock.now() - KEPT).isoformat(),
            limit=COLLECTED,
            load_input=False,
            load_output=False,
        )
        if ended:
            await DBOS.delete_workflows_async([run.workflow_id for run in ended])

    async def _sweep(self) -> None:
        while True:
            await self._clock.sleep(self._pace.sweep)
            try:
                await self.recover()
                await self._collect()
            except Exception:  # whatever it is, the next sweep tries again
                log.exception("sweep_failed")


async def _checkpoint(name: str, call: Callable[[], Coroutine[Any, Any, T | None]]) -> T | None:
    from dbos import DBOS

    return await DBOS.run_step_async({"name": name}, call)


def _id(request_id: str, number: int) -> str:
    return f"{request_id}:{number}"
