"""``make chaos``: a long storm by hand. Usage: python -m tests.chaos [--requests N] [--kills N] ..."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.chaos.checks import check
from tests.chaos.storm import Plan, Tally, brewing


async def storm_of(plan: Plan, folder: Path) -> Tally:
    """Let it rage, and look at what is left."""
    async with brewing(plan, folder) as storm:
        await storm.rage()
        await check(storm)
        return storm.tally


def main(
    requests: Annotated[int, typer.Option(help="People who ask for a number.")] = 200,
    kills: Annotated[int, typer.Option(help="Replicas that are killed with SIGKILL.")] = 20,
    restarts: Annotated[int, typer.Option(help="Restarts of the database.")] = 2,
    outage: Annotated[float, typer.Option(help="Seconds that the database is away each time.")] = 2.0,
    replicas: Annotated[int, typer.Option(help="Replicas of the bot.")] = 2,
    seed: Annotated[int, typer.Option(help="Of what happens when.")] = 1,
) -> None:
    """Hundreds of requests against replicas that are killed, and what the invariants say of the outcome."""
    plan = Plan(
        requests=requests, kills=kills, restarts=restarts, outage=outage, replicas=replicas, seed=seed
    )
    folder = Path(tempfile.mkdtemp(prefix="switchboard-storm-"))
    tally = asyncio.run(storm_of(plan, folder))
    table = Table("what", "how many")
    for name in ("requests", "kills", "restarts", "retries"):
        table.add_row(name, str(getattr(tally, name)))
    for name, count in tally.facts.items():
        table.add_row(name, str(count))
    table.add_row("seconds", f"{tally.seconds:.0f}")
    table.add_row("slowest request, seconds", f"{tally.slowest:.0f}")
    table.add_row("violations", str(len(tally.violations)), style="bold red" if tally.violations else "green")
    console = Console()
    console.print(table)
    for violation in tally.violations:
        console.print(violation, markup=False)
    console.print(f"Logs: {folder}")
    sys.exit(1 if tally.violations else 0)


if __name__ == "__main__":
    typer.run(main)
