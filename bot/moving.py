"""Moving the records of a data folder to PostgreSQL. Names concrete adapters, as wiring.py does."""

from __future__ import annotations

import asyncio
from pathlib import Path

from services.clock import SystemClock
from services.domain.errors import BadInput, DatabaseUnusable, StoreUnavailable
from services.storage.embedded import AUDIT_FILE, EmbeddedRecords
from services.storage.moving import Report, Tally, move
from services.storage.postgres import PostgresRecords
from services.storage.postgres.address import where
from services.storage.postgres.intake import PostgresIntake


async def migrate_records(folder: Path, url: str, report: Report) -> list[Tally]:
    """Copy everything; the tallies, that of the audit log last.

    Raises BadInput, StoreError. The folder is only read, and locked meanwhile: no bot can start in it.
    """
    place = where(url)
    if not await asyncio.to_thread((folder / AUDIT_FILE).is_file):
        raise BadInput(what=f"There are no records in {folder}.")
    source = await EmbeddedRecords.open(folder, SystemClock(), tidy=False)
    try:
        target = await _open_target(url, place)
        try:
            return await move(source.contents(), PostgresIntake(target), report)
        finally:
            await target.close()
    finally:
        await source.close()


async def _open_target(url: str, place: str) -> PostgresRecords:
    try:
        return await PostgresRecords.open(url, "migrate")
    except StoreUnavailable as error:
        raise DatabaseUnusable(where=place, words=error.facts["words"]) from error
