"""The durable engine: brings every run to its end, whichever process begins it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import ClassVar

import structlog

from services.domain.errors import StoreUnavailable
from services.domain.persona import Catalogue, no_personas
from services.domain.request import Request, RequestState
from services.locations import Locations
from services.ports import Clock, Directory, Records, Telephony
from services.provisioning import flows
from services.provisioning.conduct import Conductor
from services.provisioning.durable import Checkpoints, Durable, Workflow, checkpoint
from services.provisioning.liveness import Liveness
from services.provisioning.pace import Pace
from services.provisioning.roll_call import BEAT_SECONDS, RollCall

log = structlog.get_logger()

PROVISION, ROLL_BACK = "provision", "roll back"
FLOWS: dict[str, flows.Flow] = {PROVISION: flows.provision, ROLL_BACK: flows.roll_back}

LOOKED_AT = 10_000
"""Requests of one state that a recovery looks at."""

KEPT = timedelta(days=7)
"""How long checkpoints of a run that has ended stay, for whoever looks into it."""


class ProvisioningEngine:
    """Implements the port Provisioner. One in a process at a time; ``start`` and ``stop`` on one loop.

    ``changed`` is told the id of each request that moves. ``catalogue`` gives the personas of the moment, and
    ``may_write`` is whether attributes of accounts may be written for dynamic groups. ``rest_days`` is how
    long a number that was taken back is not offered.
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
        checkpoints: Checkpoints,
        catalogue: Callable[[], Catalogue] = no_personas,
        may_write: bool = False,
        pace: Pace | None = None,
        rest_days: int = 30,
    ) -> None:
        self._records = records
        self._clock = clock
        self._pace = pace or Pace()
        self._checkpoints = checkpoints
        self._durable = Durable(checkpoints)
        self._roll = RollCall(records, clock, checkpoints.replica, checkpoints.version)
        self._liveness = Liveness(clock)
        self._sweepers: list[asyncio.Task[None]] = []
        self._silent: frozenset[str] = frozenset()
        self._conductor = Conductor.of(
            records,
            directory,
            telephony,
            locations,
            clock,
            catalogue=catalogue,
            may_write=may_write,
            changed=changed,
            sleep=self._liveness.pause,
            pace=self._pace,
            rest=timedelta(days=rest_days),
        )

    @property
    def is_shared(self) -> bool:
        """Whether other replicas may be at the same work."""
        return self._checkpoints.starts is not None

    async def start(self) -> None:
        """Go on with what was under way, and be ready."""
        if ProvisioningEngine._running is not None:
            raise RuntimeError("A provisioning engine is running in this process: dbos allows one.")
        ProvisioningEngine._running = self
        try:
            self._liveness.start()
            await self._durable.launch({name: self._workflow(flow) for name, flow in FLOWS.items()})
            if self.is_shared:
                await self._roll.look()
                await self._take_over()
            await self.recover()
        except BaseException:
            await self.stop()
            raise
        self._sweepers = [asyncio.create_task(self._sweep())]
        if self.is_shared:
            self._sweepers.append(asyncio.create_task(self._watch()))

    async def stop(self) -> None:
        """End work at a checkpoint; the next start, or another replica, goes on with it."""
        if ProvisioningEngine._running is not self:
            return
        for sweeper in self._sweepers:
            sweeper.cancel()
        await asyncio.gather(*self._sweepers, return_exceptions=True)
        await self._liveness.stop()
        await self._durable.destroy()
        if self.is_shared:
            with suppress(StoreUnavailable):  # then the others notice the silence
                await self._roll.leave()
        ProvisioningEngine._running = None

    async def provision(self, request: Request) -> None:
        """Take an approved request to its end."""
        await self._begin(PROVISION, request)

    async def roll_back(self, request: Request) -> None:
        """Undo what Switchboard changed for a request in state rolling back."""
        await self._begin(ROLL_BACK, request)

    async def recover(self) -> None:
        """Take up requests that nobody works on: their workflow never started, is gone, or broke off."""
        silent: set[str] = set()
        for state in (RequestState.APPROVED, RequestState.PROVISIONING, RequestState.ROLLING_BACK):
            async with self._records.transaction() as tx:
                found = await tx.requests.in_state(state, LOOKED_AT)
            for request in found:
                if await self._is_abandoned(request, silent):
                    log.info("run_taken_up", request=request.ref, state=state.value)
                    again = self.roll_back if state is RequestState.ROLLING_BACK else self.provision
                    await again(request)
        self._silent = frozenset(silent)

    def _workflow(self, flow: flows.Flow) -> Workflow:
        """A function for dbos to register: it puts marks on it, which a bound method does not allow."""

        async def workflow(request_id: str, number: int) -> None:
            with self._liveness.working(_id(request_id, number)):
                await flow(self._conductor, self._conductor.run(request_id, number), checkpoint)

        return workflow

    async def _begin(self, name: str, request: Request) -> None:
        """Start the workflow of a run; a second start of the same run does nothing."""
        if ProvisioningEngine._running is not self or self._liveness.is_stopping:
            return  # it is taken up at the next start
        number = _number(request)
        try:
            await self._durable.begin(name, _id(request.id, number), request.id, number)
        except Exception:
            # The approval is recorded and must not fail for this: the next sweep takes the request up.
            log.exception("run_not_started", request=request.ref)

    async def _is_abandoned(self, request: Request, silent: set[str]) -> bool:
        """Whether no workflow of the request's present run is under way; one that has ended is forgotten.

        ``silent`` takes the runs that should be at work in this process and are not.
        """
        run_id = _id(request.id, _number(request))
        if run_id in self._liveness:
            return False
        known = await self._durable.status(run_id)
        if known is None:
            return True
        if known.is_queued and self._roll.has_version(known.version):
            return False
        is_ours = known.version == self._checkpoints.version
        if known.is_worked_on and known.replica == self._checkpoints.replica and is_ours:
            # dbos notes that it has begun a moment before it does. What is still not at work a sweep later
            # died when neither its checkpoint nor its end could be written, and dbos takes it to be alive.
            silent.add(run_id)
            if run_id not in self._silent:
                return False
            log.warning("run_died_here", request=request.ref)
        elif known.is_worked_on and (is_ours or known.replica in self._roll.others):
            return False  # dbos goes on with it by itself, or somebody who knows that version is at it
        # It has ended, or was begun by a version that nobody runs any more: its steps look before they act.
        await self._durable.forget(run_id)
        return True

    async def _watch(self) -> None:
        """Beat, and go on with what replicas that have died or ended had in hand."""
        while True:
            await self._clock.sleep(BEAT_SECONDS)
            try:
                if await self._roll.look():
                    await self._take_over()
            except StoreUnavailable:
                log.warning("roll_call_failed")
            except Exception:  # whatever it is, the next look tries again
                log.exception("roll_call_failed")

    async def _take_over(self) -> None:
        gone = await self._durable.replicas_at_work() - self._roll.alive
        if gone:
            log.info("runs_taken_over", replicas=sorted(gone), count=await self._durable.take_over(gone))

    async def _sweep(self) -> None:
        while True:
            await self._clock.sleep(self._pace.sweep)
            try:
                if self.is_shared:
                    await self._take_over()
                await self.recover()
                await self._durable.collect(self._clock.now() - KEPT)
            except Exception:  # whatever it is, the next sweep tries again
                log.exception("sweep_failed")


def _number(request: Request) -> int:
    """The run that is due."""
    return request.runs + 1 if request.state is RequestState.APPROVED else request.runs


def _id(request_id: str, number: int) -> str:
    return f"{request_id}:{number}"
