"""Records and a tenant in memory that outlive the engines which work on them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from services.domain.request import Request, RequestState
from services.ports import Records
from services.provisioning.durable import Checkpoints
from services.provisioning.workflow import ProvisioningEngine
from tests.clock import FlowingClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.telephony import FakeTelephony
from tests.fakes.tenant import FakeTenant
from tests.fakes.voice_company import CHRISTIE, LOCATIONS, REQUEST_ID
from tests.pace import QUICK

PACE = replace(QUICK, fault_patience=0.2, sweep=0.3)


@dataclass
class House:
    """Records and tenant that outlive the engines. ``threads`` are those that the tenant was called from.

    ``checkpoints`` is where the next engine keeps its own; in the folder unless a story says otherwise.
    """

    folder: Path
    records: Records
    clock: FlowingClock
    tenant: FakeTenant
    threads: set[int] = field(default_factory=set)
    checkpoints: Checkpoints | None = None

    @asynccontextmanager
    async def engine(self) -> AsyncIterator[ProvisioningEngine]:
        engine = self.new_engine()
        await engine.start()
        try:
            yield engine
        finally:
            await engine.stop()

    def new_engine(self) -> ProvisioningEngine:
        return ProvisioningEngine(
            self.records,
            FakeDirectory(self.tenant),
            FakeTelephony(self.tenant),
            LOCATIONS,
            self.clock,
            changed=lambda _: self.threads.add(threading.get_ident()),
            checkpoints=self.checkpoints or Checkpoints.in_folder(self.folder),
            pace=PACE,
        )

    async def request(self) -> Request:
        async with self.records.transaction() as tx:
            return await tx.requests.get(REQUEST_ID)

    async def until(self, so: Callable[[Request], bool], seconds: float = 10) -> Request:
        """Wait until the request is so."""
        async with asyncio.timeout(seconds):
            while True:
                request = await self.request()
                if so(request):
                    return request
                await asyncio.sleep(0.01)

    async def until_state(self, state: RequestState) -> Request:
        return await self.until(lambda request: request.state is state)

    async def press(self, transition: Callable[..., Request]) -> Request:
        async with self.records.transaction() as tx:
            request = await tx.requests.get(REQUEST_ID)
            pressed = transition(request, CHRISTIE.ref, self.clock.now(), is_admin=False)
            await tx.requests.save(pressed, request.version)
        return pressed
