"""How many requests one and two replicas provision, and what each costs.

The tenant answers like Graph does on a usual day, some tenths of a second a call, so a replica mostly waits:
what limits it is how many steps it lets talk to the tenant at the same time.

Usage: python -m bench.replicas [REQUESTS]
"""

from __future__ import annotations

import asyncio
import os
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
from bench.run import activity
from bench.server import Server, cpu_seconds
from services.domain import transitions
from services.domain.location import Cost
from services.domain.number import NumberType
from services.domain.person import PersonRef
from services.domain.request import Request, RequestKind, RequestState
from services.domain.stage import Stage, asked
from services.inventory import TAKEN_OVER
from services.ports import Place
from services.sandbox import company
from services.storage.postgres import PostgresRecords
from tests.chaos.crowd import Hire, hires
from tests.chaos.processes import Program

REQUESTS = 200
USUAL_DAY = {"latency_ms": 400, "licence_s": 1.0, "operation_s": 1.0, "replication_s": 0.5}
GROUP = "Prov_Teams_Phone_Manchester"
STARTS = "1000"
"""Runs that all replicas together may begin in ten seconds: more than they can here."""


IDLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Result:
    """Requests a second; milliseconds of CPU for one request over all replicas, without what they use idly.

    ``stock_ms`` is what the calls of one request cost when the stock msgraph-sdk makes them.
    """

    rate: float
    cpu_ms: float
    stock_ms: float


def waiting(hire: Hire, number: int, now: datetime) -> Request:
    """A request that waits for its manager."""
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
        stages=(Stage(name="manager", approvers=asked(manager), why="manager"),),
    )
    return transitions.submit(draft, now)


def place(who: PersonRef, service_url: str) -> Place:
    """The personal chat of somebody."""
    return Place(
        person_id=who.id,
        service_url=service_url,
        conversation_id=f"a:{who.id}",
        tenant_id=company.TENANT_ID,
        bot_id="28:bot",
        channel_id="msteams",
    )


async def promise(records: PostgresRecords, hire: Hire, number: int, service_url: str) -> Request:
    """Write a request down with a number that is promised to it, and where its people can be written to."""
    now = datetime.now(UTC)
    request = waiting(hire, number, now)
    async with records.transaction() as tx:
        held = await tx.numbers.hold_next(
            "Manchester", (NumberType.DIRECT_ROUTING,), request.id, request.expires_at, now
        )
        assert held is not None
        request = replace(request, number=held.e164)
        await tx.requests.add(request)
        for who in (request.requester, request.stages[0].approvers[0]):
            await tx.posts.put_place(place(who, service_url))
    return request


async def approve(session: aiohttp.ClientSession, url: str, request: Request, service_url: str) -> None:
    """Press the manager's button."""
    action = {
        "type": "Action.Execute",
        "verb": "request.approve",
        "data": {"id": request.id, "version": request.version},
    }
    body = activity(
        "invoke",
        request.stages[0].approvers[0].id,
        company.TENANT_ID,
        service_url,
        name="adaptiveCard/action",
        value={"action": action, "trigger": "manual"},
    )
    async with session.post(f"{url}/api/messages", json=body) as answer:
        told = await answer.json()
    if told.get("statusCode") != 200:
        raise RuntimeError(f"the approval was not carried out: {told}")


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


async def measure(replicas: int, count: int, service_url: str) -> Result:
    """Have so many replicas provision so many requests, approved one right after the other."""
    with tempfile.TemporaryDirectory() as folder, database() as url:
        home, people = Path(folder), hires(count)
        tenant = Program(
            "tests.chaos.tenant", [str(home / "tenant"), str(count)], "/sandbox/state", home / "tenant.log"
        )
        programs = [
            Program(
                "tests.chaos.replica",
                [str(home / str(n)), url, str(tenant.port), "usual"],
                "/readyz",
                home / f"{n}.log",
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
                requests = [
                    await promise(records, hire, number, service_url) for number, hire in enumerate(people, 1)
                ]
                idle = await idle_load(programs)
                before, began = used(programs), time.perf_counter()
                async with aiohttp.ClientSession() as session:
                    for number, request in enumerate(requests):
                        await approve(session, programs[number % replicas].url, request, service_url)
                await until(records, RequestState.COMPLETED, count)
                seconds = time.perf_counter() - began
                cpu = used(programs) - before - idle * seconds
                await records.close()
            stock = await stock_calls(tenant.url, requests[0])
    return Result(count / seconds, cpu / count * 1000, stock)


def used(programs: list[Program]) -> float:
    """Seconds of CPU that the programs have used."""
    return sum(cpu_seconds(program.pid) for program in programs)


async def idle_load(programs: list[Program]) -> float:
    """Seconds of CPU that the programs use in a second in which nobody asks for anything."""
    before = used(programs)
    await asyncio.sleep(IDLE_SECONDS)
    return (used(programs) - before) / IDLE_SECONDS


async def stock_calls(tenant_url: str, request: Request) -> float:
    """Milliseconds of CPU that the stock SDK takes for the calls of one request, in a process of its own."""
    command = [sys.executable, "-m", "bench.stock_graph", tenant_url, request.beneficiary.id]
    process = await asyncio.create_subprocess_exec(
        *command, request.number or "", GROUP, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return float(said)


def main(count: int = REQUESTS) -> None:
    """Measure and print."""
    os.environ["SWITCHBOARD_PROVISIONING_STARTS"] = STARTS
    with Server("bench/connector.py") as connector:
        service_url = f"{connector.url}/"
        found = {replicas: asyncio.run(measure(replicas, count, service_url)) for replicas in (1, 2)}
    table = Table(
        f"provisioning {count} requests",
        "requests/s",
        "CPU ms a request",
        "stock SDK's calls ms",
        "beyond",
        "budget",
    )
    for replicas, result in found.items():
        name = "one replica" if replicas == 1 else f"{replicas} replicas"
        own, stock = result.cpu_ms, result.stock_ms
        table.add_row(
            name, f"{result.rate:.2f}", f"{own:.0f}", f"{stock:.0f}", f"{own - stock:.0f}", "< 60 beyond"
        )
    console = Console(width=130)
    console.print(table)
    ratio = found[2].rate / found[1].rate
    console.print(f"two replicas provision {ratio:.2f} x one; the issue asks for 1.6")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS)
