"""A roll-out to 500 people on a tenant that throttles as Graph does, and the same killed half-way.

What the throttling alone would allow: for each limit, what the tenant admitted of it less what it gives at
once, at the limit's own rate; the slowest counts. The limits are the published ones of Entra for a tenant
with more than 500 people and of Teams; none are published for /admin/teams itself.

Usage: python -m bench.rollout [PEOPLE]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table

from tests.chaos.crowd import hires
from tests.chaos.processes import ROOT, Program

PEOPLE = 500
PERSONA = "Manchester Calling"
QUOTA = {"units_per_10s": 8000, "writes_per_150s": 3000, "teams_per_s": 30}
PERIODS = {"units_per_10s": 10, "writes_per_150s": 150, "teams_per_s": 1}
LATENCY_MS = 80
ASKED_BY = "MeganB@switchboard.example"
LONGEST_SECONDS = 1200


@dataclass(frozen=True)
class Figures:
    """How one roll-out went."""

    name: str
    seconds: float
    used: dict[str, Any]
    set_up: int
    twice: int
    orders: int

    @property
    def allowed(self) -> float:
        """Seconds that the throttling alone would take."""
        admitted: dict[str, float] = self.used["admitted"]
        return max((admitted[name] - size) * PERIODS[name] / size for name, size in QUOTA.items())


async def begin(home: Path, tenant: Program) -> asyncio.subprocess.Process:
    """Start the command, as an admin would."""
    command = (sys.executable, "app.py", "personas", "apply", PERSONA, str(home / "people.csv"))
    options = ("--sandbox", "--yes", "--asked-by", ASKED_BY, "--report", str(home / "outcomes.csv"))
    env = {
        "PATH": "/usr/bin:/bin",
        "SWITCHBOARD_DATA": str(home / "data"),
        "SWITCHBOARD_TENANT_PORT": str(tenant.port),
    }
    with (home / "log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *command, *options, cwd=ROOT, env=env, stdout=log, stderr=log
        )


async def get(tenant: Program, path: str) -> Any:
    """What the tenant tells about itself."""
    async with aiohttp.ClientSession() as session, session.get(tenant.url + path) as answer:
        return await answer.json()


async def killed_half_way(process: asyncio.subprocess.Process, tenant: Program, at: float) -> None:
    """Kill it once the tenant has admitted so many calls of Teams."""
    while (await get(tenant, "/sandbox/quota"))["admitted"]["teams_per_s"] < at:
        if process.returncode is not None:
            raise RuntimeError("it had ended before it could be killed")
        await asyncio.sleep(0.2)
    process.kill()
    await process.wait()


async def measure(name: str, home: Path, people: int, kill_at: float | None) -> Figures:
    """One roll-out on a new tenant."""
    home.mkdir()
    rows = "".join(f"hire{place}@switchboard.example\n" for place in range(people))
    (home / "people.csv").write_text("person\n" + rows, encoding="utf-8")
    arguments = [str(home / "tenant"), str(people)]
    tenant = Program("tests.chaos.tenant", arguments, "/sandbox/state", home / "tenant.log")
    await tenant.start()
    await tenant.ready()
    async with aiohttp.ClientSession() as session:
        await session.post(tenant.url + "/sandbox/faults", json={"quota": QUOTA, "latency_ms": LATENCY_MS})
    began = time.perf_counter()
    process = await begin(home, tenant)
    if kill_at is not None:
        await killed_half_way(process, tenant, kill_at)
        process = await begin(home, tenant)
    async with asyncio.timeout(LONGEST_SECONDS):
        status = await process.wait()
    seconds = time.perf_counter() - began
    used, state = await get(tenant, "/sandbox/quota"), await get(tenant, "/sandbox/state")
    await tenant.stop()
    if status:
        raise RuntimeError((home / "log").read_text(encoding="utf-8")[-3000:])
    return figures(name, seconds, used, state, people)


def figures(name: str, seconds: float, used: Any, state: Any, people: int) -> Figures:
    """What the tenant says of everybody in the end, and what it was asked more than once."""
    done = Counter(
        (entry["action"], entry["detail"].get("member") or entry["detail"].get("target"))
        for entry in state["log"]
        if entry["action"] in {"member.added", "number.assigned"}
    )
    owners = Counter(number.get("assignmentTargetId") for number in state["numbers"])
    return Figures(
        name=name,
        seconds=seconds,
        used=used,
        set_up=sum(owners[hire.id] == 1 for hire in hires(people)),
        twice=sum(count - 1 for count in done.values()),
        orders=sum(entry["action"] == "number.assign" for entry in state["log"]),
    )


async def measured(people: int) -> list[Figures]:
    """Without and with a kill."""
    with tempfile.TemporaryDirectory() as home:
        whole = await measure("from start to end", Path(home) / "whole", people, None)
        half = whole.used["admitted"]["teams_per_s"] / 2
        return [whole, await measure("killed half-way, begun again", Path(home) / "killed", people, half)]


def main(people: int = PEOPLE) -> None:
    """Measure and print."""
    table = Table(
        f"roll-out to {people}", "seconds", "throttling alone", "ratio", "budget", "set up", "twice",
        "units", "writes", "Teams calls", "429s", "orders of numbers",
    )  # fmt: skip
    for found in asyncio.run(measured(people)):
        admitted, refused = found.used["admitted"], sum(found.used["refused"].values())
        ratio = f"{found.seconds / found.allowed:.2f}"
        times = (f"{found.seconds:.1f}", f"{found.allowed:.1f}", ratio, "< 1.3")
        counts = (found.set_up, found.twice, *(round(admitted[k]) for k in QUOTA), refused, found.orders)
        table.add_row(found.name, *times, *map(str, counts))
    Console(width=170).print(table)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE)
