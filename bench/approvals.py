"""How long `approvals` takes for somebody for whom 200 requests wait, among 10,000.

Usage: python -m bench.approvals

Each page is asked for over HTTP, as the button of the card does; the answer carries the whole card.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.database import database
from bench.product import RECORDS, waiting
from services import logs
from services.domain.person import PersonRef
from services.domain.request import Request
from services.domain.stage import asked
from services.sandbox.company.cast import person_id
from tests.channel import Person
from tests.e2e.world import World, open_world

FOR_MEGAN = 200
PAGES = 20
ROUNDS = 10
MEGAN = PersonRef(id=person_id("Megan Bowen"), name="Megan Bowen")


def for_megan(request: Request) -> Request:
    """The same request, waiting for Megan."""
    first, *later = request.stages
    return replace(request, stages=(replace(first, approvers=asked(MEGAN, why="manager")), *later))


async def fill(world: World) -> None:
    """Every fiftieth request waits for Megan."""
    requests = [waiting(number, world.clock.now()) for number in range(1, RECORDS + 1)]
    every = RECORDS // FOR_MEGAN
    requests = [for_megan(one) if place % every == 0 else one for place, one in enumerate(requests)]
    for start in range(0, RECORDS, 500):
        async with world.switchboard.records.transaction() as tx:
            for request in requests[start : start + 500]:
                await tx.requests.add(request)


async def times(megan: Person) -> Sequence[float]:
    """Milliseconds for each page, several times over."""
    taken: list[float] = []
    for number in range(PAGES * ROUNDS):
        data = {"page": number % PAGES}
        action = {"type": "Action.Execute", "verb": "approvals.list", "data": data}
        began = time.perf_counter()
        reply = await megan.invokes("adaptiveCard/action", {"action": action, "trigger": "manual"})
        taken.append((time.perf_counter() - began) * 1000)
        if f"{data['page'] * 10 + 1}–" not in str(reply.card):
            raise AssertionError(f"page {data['page']} is not there: {reply.error}")
    return sorted(taken)


async def measured(url: str) -> Sequence[float]:
    """The same on the records of a database, or of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_world(Path(folder), url) as world:
            await fill(world)
            return await times(await world.arrives("Megan Bowen"))


def main() -> None:
    """Measure and print."""
    logs.configure(logging.ERROR)
    title = f"approvals, {FOR_MEGAN} waiting of {RECORDS:,}"
    table = Table(title, "median ms", "p99 ms", "longest ms", "budget")
    with database() as url:
        for name, where in (("TinyDB", ""), ("PostgreSQL", url)):
            taken = asyncio.run(measured(where))
            budget = "300 ms" if not where else ""
            row = (median(taken), taken[int(len(taken) * 0.99)], taken[-1])
            table.add_row(name, *(f"{value:.1f}" for value in row), budget)
    Console().print(table)


if __name__ == "__main__":
    main()
