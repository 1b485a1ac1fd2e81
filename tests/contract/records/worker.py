"""A process of its own that uses a data folder: python -m tests.contract.records.worker MODE FOLDER.

It prints a line for everything that it was told is durable.
"""

from __future__ import annotations

import asyncio
import itertools
import resource
import sys
from pathlib import Path

import structlog

from services.clock import SystemClock
from services.domain.errors import DataFolderInUse, StoreUnavailable
from services.storage.embedded import EmbeddedRecords
from tests.contract.records.samples import START, a_number, a_request, employee

JOURNAL_BYTES = 60_000
"""Small, so that many folds happen while the process runs."""


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def submit(records: EmbeddedRecords, number: int) -> None:
    """One request with its number, its audit entry and its note, all or nothing."""
    async with records.transaction() as tx:
        request = a_request(number, by=employee(number))
        await tx.requests.add(request)
        await tx.numbers.put([a_number(number, held_for=request.id)])
        await tx.audit.append(START, "switchboard", "submitted", request.id, {"ref": request.ref})
        await tx.posts.mark_stale(request.id)
    tell(f"{number}")


async def commit_until_killed(folder: Path) -> None:
    records = await EmbeddedRecords.open(folder, SystemClock(), journal_bytes=JOURNAL_BYTES)
    async with records.transaction() as tx:
        first = await tx.numbers.count() + 1
    numbers = itertools.count(first)

    async def person() -> None:
        for number in numbers:
            await submit(records, number)

    await asyncio.gather(*(person() for _ in range(8)))


async def fill_the_disk(folder: Path) -> None:
    """No file may grow beyond a limit, as on a full disk; then the limit goes away."""
    records = await EmbeddedRecords.open(folder, SystemClock())
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    number = 0
    try:
        for number in itertools.count(1):
            await submit(records, number)
    except StoreUnavailable as error:
        tell(error.sentence)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await submit(records, number)
    await records.close()


async def just_open(folder: Path) -> None:
    try:
        records = await EmbeddedRecords.open(folder, SystemClock())
    except DataFolderInUse as error:
        tell(error.sentence)
    else:
        tell("open")
        await records.close()


MODES = {"commit": commit_until_killed, "fill": fill_the_disk, "open": just_open}

if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(MODES[sys.argv[1]](Path(sys.argv[2])))
