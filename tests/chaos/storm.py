"""The storm: what is started, what is killed when, and what came of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from services.sandbox import company
from tests.channel import Person
from tests.chaos.crowd import Hire, hires
from tests.chaos.people import BalancedChannel, approve_all, ask
from tests.chaos.processes import Program
from tests.postgres import OwnServer

DONE = "You can dial now"

BAD_WEATHER: dict[str, Any] = {
    "error_rate": 0.05,
    "throttle_rate": 0.05,
    "latency_ms": 20,
    "licence_s": 2.0,
    "operation_s": 1.0,
    "replication_s": 1.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything. ``arrivals`` is how many people begin to ask in a second."""

    requests: int = 200
    kills: int = 20
    restarts: int = 2
    outage: float = 2.0
    replicas: int = 2
    arrivals: float = 4.0
    pause: float = 5.0
    patience: float = 180.0
    seed: int = 1
    faults: dict[str, Any] = field(default_factory=lambda: dict(BAD_WEATHER))


@dataclass
class Tally:
    """What happened. ``slowest`` is the longest that somebody waited from asking to dialling, in seconds."""

    requests: int = 0
    kills: int = 0
    restarts: int = 0
    retries: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    violations: list[str] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)


class Storm:
    """Everything that is running. Made by ``brewing``."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.folder = folder
        self.tally = Tally()
        self.hires = hires(plan.requests)
        self.dice = random.Random(plan.seed)
        self.server = OwnServer()
        self.people: list[Person] = []

    async def open(self, stack: AsyncExitStack) -> None:
        """Start database, tenant, Teams and replicas."""
        stack.callback(self.server.close)
        self.database = self.server.make("storm")
        self.tenant = self._program("tests.chaos.tenant", "/sandbox/state", "tenant", str(len(self.hires)))
        await self.tenant.start()
        stack.push_async_callback(self.tenant.stop)
        await self.tenant.ready()
        async with aiohttp.ClientSession() as session:
            await session.post(f"{self.tenant.url}/sandbox/faults", json=self.plan.faults)
        self.channel = await BalancedChannel.start("", company.TENANT_ID)
        assert isinstance(self.channel, BalancedChannel)
        stack.push_async_callback(self.channel.close, quietly=True)
        self.replicas = [self._replica(number) for number in range(self.plan.replicas)]
        self.channel.replicas = self.replicas
        for replica in self.replicas:
            stack.push_async_callback(replica.stop)
        keepers = await stack.enter_async_context(kept_alive(self.replicas))
        await self._until_ready()
        assert not any(keeper.done() for keeper in keepers)

    async def rage(self) -> None:
        """Have everybody ask, while things are killed, until all can dial or patience ends."""
        began = time.monotonic()
        approving = asyncio.create_task(approve_all(self.channel, self.hires, self.plan.patience))
        killing = asyncio.create_task(self._kill_now_and_then())
        asking = [
            asyncio.create_task(self._one(hire, place / self.plan.arrivals))
            for place, hire in enumerate(self.hires)
        ]
        try:
            await asyncio.gather(*asking, killing)
        finally:
            for task in (approving, killing, *asking):
                task.cancel()
            await asyncio.gather(approving, killing, *asking, return_exceptions=True)
        self.tally.seconds = time.monotonic() - began
        self.tally.retries = self.channel.retries

    async def state(self) -> dict[str, Any]:
        """The tenant's own state."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.tenant.url}/sandbox/state") as answer,
        ):
            found: dict[str, Any] = await answer.json()
            return found

    async def _one(self, hire: Hire, after: float) -> None:
        await asyncio.sleep(after)
        began = time.monotonic()
        person = await ask(self.channel, hire, self.plan.patience)
        self.people.append(person)
        self.tally.requests += 1
        try:
            await person.sees(DONE, within=self.plan.patience)
        except AssertionError as error:
            self.tally.violations.append(str(error))
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - began)

    async def _kill_now_and_then(self) -> None:
        """Kill a replica or restart the database at random moments, and bring them back."""
        accidents: list[Callable[[], Awaitable[None]]] = [self._kill] * self.plan.kills
        accidents += [self._restart_database] * self.plan.restarts
        self.dice.shuffle(accidents)
        for accident in accidents:
            await asyncio.sleep(self.dice.uniform(0.3, 1.7) * self.plan.pause)
            await accident()

    async def _kill(self) -> None:
        ups = [asyncio.create_task(replica.up.wait()) for replica in self.replicas]
        await asyncio.wait(ups, return_when=asyncio.FIRST_COMPLETED)
        await self.dice.choice([replica for replica in self.replicas if replica.up.is_set()]).kill()
        self.tally.kills += 1

    async def _restart_database(self) -> None:
        await asyncio.to_thread(self.server.stop)
        await asyncio.sleep(self.plan.outage)
        await asyncio.to_thread(self.server.start)
        self.tally.restarts += 1

    async def _until_ready(self) -> None:
        async with asyncio.timeout(60):
            await asyncio.gather(*(replica.up.wait() for replica in self.replicas))

    def _replica(self, number: int) -> Program:
        name = f"replica-{number}"
        return self._program("tests.chaos.replica", "/readyz", name, self.database, str(self.tenant.port))

    def _program(self, module: str, ready_at: str, name: str, *arguments: str) -> Program:
        return Program(module, [str(self.folder / name), *arguments], ready_at, self.folder / f"{name}.log")


@asynccontextmanager
async def kept_alive(programs: Sequence[Program]) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Programs that are started again whenever they end, until the block is left."""
    keepers = [asyncio.create_task(program.keep_alive()) for program in programs]
    try:
        yield keepers
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)


@asynccontextmanager
async def brewing(plan: Plan, folder: Path) -> AsyncIterator[Storm]:
    """A storm with everything running."""
    async with AsyncExitStack() as stack:
        storm = Storm(plan, folder)
        await storm.open(stack)
        yield storm
