"""What it costs to reserve a number on PostgreSQL, from a thousand numbers to a million.

Usage: python -m bench.reservation [NUMBERS ...]
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import asyncpg
from rich.console import Console
from rich.table import Table

from bench.database import database
from services.domain.number import Number, NumberType
from services.storage.documents import Codec
from services.storage.postgres import PostgresRecords

SIZES = (1_000, 30_000, 1_000_000)
ALONE, CALLERS, EACH = 200, 8, 20
TYPES = (NumberType.DIRECT_ROUTING, NumberType.CALLING_PLAN)
PLACES = 4
"""Locations that the numbers are spread over."""

FILL = """
INSERT INTO numbers (e164, type, location, status, is_disputed, document)
SELECT
    e164, $2, place, CASE WHEN n % 3 = 0 THEN 'assigned' ELSE 'free' END, false,
    replace(replace($3, '+440000000000', e164), 'PLACE', place)::json
FROM (
    SELECT n, '+44' || lpad((1000000000 + n)::text, 10, '0') AS e164, 'Place ' || (n % $4::integer) AS place
    FROM generate_series(1, $1::integer) AS n
) AS made
"""


async def fill(url: str, count: int) -> None:
    """Put so many numbers there, a third of them assigned."""
    like = Number(e164="+440000000000", type=TYPES[0], location="PLACE", country="GB")
    connection = await asyncpg.connect(url)
    await connection.execute(
        FILL, count, TYPES[0].value, Codec(Number, "numbers").encode_json(like), PLACES, timeout=600
    )
    await connection.execute("VACUUM ANALYZE numbers", timeout=600)
    await connection.execute("CHECKPOINT", timeout=600)  # or what follows pays for the filling
    await connection.close()


async def reserve(records: PostgresRecords, place: int, name: str) -> float:
    """Reserve one, durably; the seconds that it took."""
    now = datetime.now(UTC)
    began = time.perf_counter()
    async with records.transaction() as tx:
        held = await tx.numbers.hold_next(
            f"Place {place % PLACES}", TYPES, name, now + timedelta(days=14), now
        )
        assert held is not None
    return time.perf_counter() - began


async def measure(count: int) -> tuple[float, float, float, float]:
    """Median of a reservation alone, and with others at once; of a form's offer; of its counts. In ms."""
    with database() as url:
        records = await PostgresRecords.open(url)
        await fill(url, count)
        alone = [await reserve(records, n, f"alone {n}") for n in range(ALONE)]

        async def caller(who: int) -> list[float]:
            return [await reserve(records, who, f"caller {who} {n}") for n in range(EACH)]

        together = [t for times in await asyncio.gather(*map(caller, range(CALLERS))) for t in times]
        offers, counts = [], []
        for n in range(30):
            async with records.transaction() as tx:
                began = time.perf_counter()
                await tx.numbers.offered(f"Place {n % PLACES}", TYPES, datetime.now(UTC), 5)
                offered = time.perf_counter()
                await tx.numbers.free_by_location(datetime.now(UTC))
                offers.append(offered - began)
                counts.append(time.perf_counter() - offered)
        await records.close()
    return tuple(median(times) * 1000 for times in (alone, together, offers, counts))  # type: ignore[return-value]


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure and print."""
    found = {size: asyncio.run(measure(size)) for size in sizes}
    table = Table(
        "numbers on PostgreSQL",
        "reserve ms",
        f"reserve ms, {CALLERS} at once",
        "offer five ms",
        "count free ms",
    )
    for size, figures in found.items():
        table.add_row(f"{size:,}", *(f"{figure:.2f}" for figure in figures))
    least, most = found[min(sizes)], found[max(sizes)]
    table.add_row(
        "ratio", *(f"{high / low:.2f}" for low, high in zip(least, most, strict=True)), style="bold"
    )
    console = Console(width=130)
    console.print(table)
    console.print("budget: the ratio of a reservation is below 2")


if __name__ == "__main__":
    main(tuple(int(size.replace(",", "")) for size in sys.argv[1:]) or SIZES)
