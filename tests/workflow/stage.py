"""A request on its way, with a tenant in memory and time that the story moves."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from services.domain import transitions
from services.domain.audit import AuditEntry
from services.domain.number import Number
from services.domain.request import Request, RequestState
from services.domain.step import Step, StepKind, StepStatus
from services.locations import Locations
from services.ports import Records
from services.provisioning import flows
from services.provisioning.conduct import Conductor
from services.provisioning.pace import Pace
from tests.clock import FakeClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.telephony import FakeTelephony
from tests.fakes.tenant import FakeTenant
from tests.fakes.voice_company import CHRISTIE, LOCATIONS, REQUEST_ID, a_tenant, an_approved_request

T = TypeVar("T")


async def at_once(name: str, call: Callable[[], Coroutine[Any, Any, T | None]]) -> T | None:
    """Calls made without checkpoints."""
    return await call()


@dataclass
class Stage:
    """``seen`` are the plans that people could see, one for each change."""

    records: Records
    clock: FakeClock
    tenant: FakeTenant
    pace: Pace = field(default_factory=Pace)
    seen: list[Request] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    @classmethod
    async def set(cls, records: Records, clock: FakeClock, numbers: int = 3) -> Stage:
        """An approved request of Christie's."""
        await an_approved_request(records, clock, numbers)
        return cls(records, clock, a_tenant(clock, numbers))

    @property
    def conductor(self) -> Conductor:
        return self.conductor_in(LOCATIONS)

    def conductor_in(self, locations: Locations) -> Conductor:
        return Conductor.of(
            self.records,
            FakeDirectory(self.tenant),
            FakeTelephony(self.tenant),
            locations,
            self.clock,
            changed=self.hints.append,
            sleep=self.sleep,
            pace=self.pace,
            rest=timedelta(days=30),
        )

    async def sleep(self, seconds: float) -> None:
        """Time passes; people see what the cards say, and things happen."""
        self.seen.append(await self.request())
        self.meanwhile()
        await self.clock.sleep(seconds)

    async def provision(self, locations: Locations = LOCATIONS) -> Request:
        """Walk until the run ends."""
        request = await self.request()
        conductor = self.conductor_in(locations)
        await flows.provision(conductor, conductor.run(REQUEST_ID, request.runs + 1), at_once)
        return await self.request()

    async def retry(self) -> Request:
        """Press Retry, and walk until the run ends."""
        await self.press(transitions.retry)
        return await self.provision()

    async def roll_back(self) -> Request:
        """Press Roll back, and walk until the run ends."""
        await self.press(transitions.roll_back)
        request = await self.request()
        conductor = self.conductor
        await flows.roll_back(conductor, conductor.run(REQUEST_ID, request.runs), at_once)
        return await self.request()

    async def request(self) -> Request:
        async with self.records.transaction() as tx:
            return await tx.requests.get(REQUEST_ID)

    async def number(self, e164: str) -> Number:
        async with self.records.transaction() as tx:
            number = await tx.numbers.get(e164)
        assert number is not None
        return number

    async def audit(self) -> list[AuditEntry]:
        async with self.records.transaction() as tx:
            return [entry async for entry in tx.audit.entries()]

    async def press(self, transition: Callable[..., Request]) -> None:
        async with self.records.transaction() as tx:
            request = await tx.requests.get(REQUEST_ID)
            assert request.state is RequestState.NEEDS_ATTENTION, request.state
            pressed = transition(request, CHRISTIE.ref, self.clock.now(), is_admin=False)
            await tx.requests.save(pressed, request.version)


def step(request: Request, kind: StepKind) -> Step:
    """The only step of a kind."""
    (found,) = [known for known in request.plan if known.kind is kind]
    return found


def statuses(request: Request) -> list[StepStatus]:
    return [known.status for known in request.plan]
