"""From the start of the process to the first turn that it takes, and the memory that it has then.

Usage: python -m bench.start [ROUNDS]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.database import database
from bench.server import rss_mb
from tests.chaos.processes import Program

ROUNDS = 5


async def measure(folder: Path, url: str, tenant: Program, rounds: int) -> tuple[float, float, float]:
    """Seconds to the first readiness ever, median seconds of later starts, megabytes of the last."""
    replica = Program(
        "tests.chaos.replica", [str(folder / "data"), url, str(tenant.port)], "/readyz", folder / "log"
    )
    times: list[float] = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        await replica.start()
        await replica.ready()
        times.append(time.perf_counter() - began)
        memory = rss_mb(replica.pid)
        await replica.stop()
    return times[0], median(times[1:]), memory


async def measured(rounds: int) -> dict[str, tuple[float, float, float]]:
    """The figures for both kinds of records."""
    with tempfile.TemporaryDirectory() as home, database() as url:
        tenant = Program(
            "tests.chaos.tenant", [f"{home}/tenant", "1"], "/sandbox/state", Path(home) / "tenant.log"
        )
        await tenant.start()
        await tenant.ready()
        found = {}
        for name, where in (("TinyDB", ""), ("PostgreSQL", url)):
            folder = Path(home) / name
            folder.mkdir()
            found[name] = await measure(folder, where, tenant, rounds)
        await tenant.stop()
    return found


def main(rounds: int = ROUNDS) -> None:
    """Measure and print."""
    table = Table("start, 3,924 numbers", "first start s", "later starts s", "memory MB", "budget")
    for name, (first, later, memory) in asyncio.run(measured(rounds)).items():
        budget = "< 3 s, < 160 MB" if name == "TinyDB" else ""
        table.add_row(name, f"{first:.2f}", f"{later:.2f}", f"{memory:.0f}", budget)
    Console(width=130).print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
