"""How many requests one and two replicas provision, and what each costs.

The tenant answers like Graph does on a usual day, some tenths of a second a call, so a replica mostly waits:
what limits it is how many steps it lets talk to the tenant at the same time.

Usage: python -m bench.replicas [REQUESTS]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.table import Table

from bench.database import database
from services.domain import transitions
from services.domain.location import Cost
from services.domain.number import NumberType
from services.domain.person import PersonRef
from services.domain.request import Request, RequestKind, RequestState, Stage
from services.inventory import TAKEN_OVER
from services.storage.postgres import PostgresRecords
from tests.chaos.crowd import Hire, hires
from tests.chaos.processes import Program

REQUESTS = 120
USUAL_DAY = {"latency_ms": 250, "licence_s": 1.0, "operation_s": 1.0, "replication_s": 0.5}
ROOM = 16
"""Steps of one replica that talk to the tenant at the same time, as the product has it."""


@dataclass(frozen=True, slots=True)
class Result:
    """Requests a second, and milliseconds of CPU for one request over all replicas."""

    rate: float
    cpu_ms: float


def approved(hire: Hire, number: int, now: datetime) -> Request:
    """A request that its manager has approved."""
    who, manager = PersonRef(id=hire.id, name=hire.name), PersonRef(id=hire.manager_id, name=hire.manager)
    draft = Request(
        id=f"c0000000-0000-4000-8000-{number:012}",
        ref=f"SB-{number:06}",
        kind=RequestKind.NUMBER,
        requester=who,
        beneficiary=who,
        purpose="Suppliers must be able to call me back.",
        location="Manchester",
        cost=Cost(amount=Decimal("6.50"), currency="GBP"),
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=14),
        stages=(Stage(name="manager", approvers=(manager,), why="manager"),),
    )
    return transitions.approve(transitions.submit(draft, now), manager, now)


async def promise(records: PostgresRecords, request: Request, now: datetime) -> None:
    """Write the request down with a number that is promised to it."""
    async with records.transaction() as tx:
        held = await tx.numbers.hold_next(
            "Manchester", (NumberType.DIRECT_ROUTING,), request.id, request.expires_at, now
        )
        assert held is not None
        await tx.requests.add(replace(request, number=held.e164))


async def until(records: PostgresRecords, state: RequestState, count: int) -> None:
    """Return when so many requests are in the state."""
    async with asyncio.timeout(600):
        while True:
            async with records.transaction() as tx:
                if len(await tx.requests.in_state(state, count + 1)) >= count:
                    return
            await asyncio.sleep(0.1)


@asynccontextmanager
async def running(programs: list[Program]) -> AsyncIterator[None]:
    """The programs, ready."""
    async with AsyncExitStack() as stack:
        for program in programs:
            await program.start()
            stack.push_async_callback(program.stop)
        await asyncio.gather(*(program.ready() for program in programs))
        yield


async def measure(replicas: int, count: int) -> Result:
    """Have so many replicas provision so many requests that all wait already."""
    with tempfile.TemporaryDirectory() as folder, database() as url:
        home, people = Path(folder), hires(count)
        tenant = Program(
            "tests.chaos.tenant", [str(home / "tenant"), str(count)], "/sandbox/state", home / "tenant.log"
        )
        programs = [
            Program(
                "bench.replica", [str(home / str(n)), url, str(tenant.port)], "/readyz", home / f"{n}.log"
            )
            for n in range(replicas)
        ]
        async with running([tenant]):
            async with aiohttp.ClientSession() as session:
                await session.post(f"{tenant.url}/sandbox/faults", json=USUAL_DAY)
            async with running(programs):
                records = await PostgresRecords.open(url, "bench")
                async with records.transaction() as tx:
                    assert await tx.marks.has(TAKEN_OVER)
                before, began = sum(program.cpu_seconds() for program in programs), time.perf_counter()
                for number, hire in enumerate(people, start=1):
                    now = datetime.now(UTC)
                    await promise(records, approved(hire, number, now), now)
                await until(records, RequestState.COMPLETED, count)
                seconds = time.perf_counter() - began
                cpu = sum(program.cpu_seconds() for program in programs) - before
                await records.close()
    return Result(count / seconds, cpu / count * 1000)


def main(count: int = REQUESTS) -> None:
    """Measure and print."""
    found = {replicas: asyncio.run(measure(replicas, count)) for replicas in (1, 2)}
    table = Table(f"provisioning {count} requests", "requests/s", "CPU ms a request")
    for replicas, result in found.items():
        name = "one replica" if replicas == 1 else f"{replicas} replicas"
        table.add_row(name, f"{result.rate:.2f}", f"{result.cpu_ms:.0f}")
    console = Console(width=130)
    console.print(table)
    ratio = found[2].rate / found[1].rate
    console.print(f"two replicas provision {ratio:.2f} x one; the issue asks for 1.6")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS)
