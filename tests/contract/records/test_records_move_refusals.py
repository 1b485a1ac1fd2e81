"""What a move to PostgreSQL refuses, and that it changes nothing then."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.moving import migrate_records
from services.domain.errors import AuditBroken, BadInput, CopyBrokenOff, DataFolderInUse, OtherRecords
from services.storage.embedded import AUDIT_FILE
from services.storage.postgres import PostgresRecords
from tests.contract.records import full_folder
from tests.contract.records.moves import rows, silent
from tests.contract.records.samples import (
    CHRISTIE,
    START,
    a_number,
    a_request,
    employee,
    get_request,
)


async def continue_audit(target: PostgresRecords) -> None:
    async with target.transaction() as tx:
        await tx.audit.append(START, CHRISTIE.id, "went on", "here", {})


async def go_on_with_a_request(target: PostgresRecords) -> None:
    request = await get_request(target, "request-3")
    async with target.transaction() as tx:
        await tx.requests.save(replace(request, version=request.version + 1), request.version)


async def add_request(target: PostgresRecords) -> None:
    async with target.transaction() as tx:
        await tx.requests.add(a_request(77, by=employee(77)))


async def add_number(target: PostgresRecords) -> None:
    async with target.transaction() as tx:
        await tx.numbers.put([a_number(9001)])


async def add_choices(target: PostgresRecords) -> None:
    async with target.transaction() as tx:
        await tx.approvers.put(replace(full_folder.CHOICES, person_id=employee(77).id))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (continue_audit, "goes on after the 2300 entries"),
        (go_on_with_a_request, "SB-000003 has gone on"),
        (add_request, "SB-000077"),
        (add_number, "+441615559001"),
        (add_choices, employee(77).id),
    ],
)
async def test_a_database_that_has_more_than_the_folder_is_refused(
    folder: Path, database: str, target: PostgresRecords, change: Any, words: str
) -> None:
    await migrate_records(folder, database, silent)
    await change(target)
    before = await rows(database)
    with pytest.raises(OtherRecords, match="Nothing was changed") as refused:
        await migrate_records(folder, database, silent)
    assert words in refused.value.sentence
    assert await rows(database) == before


@pytest.mark.parametrize("change", [continue_audit, add_request, add_number, add_choices])
async def test_a_database_with_other_records_is_refused(
    folder: Path, database: str, target: PostgresRecords, change: Any
) -> None:
    await change(target)
    before = await rows(database)
    with pytest.raises(OtherRecords):
        await migrate_records(folder, database, silent)
    assert await rows(database) == before


async def test_a_bot_that_writes_to_the_database_meanwhile_is_noticed(folder: Path, database: str) -> None:
    async def bot() -> None:
        records = await PostgresRecords.open(database)
        await continue_audit(records)
        await records.close()

    def start_bot(what: str, done: int, _: int) -> None:
        if (what, done) == ("Copying numbers", 1000):
            process = Thread(target=lambda: asyncio.run(bot()))
            process.start()
            process.join()

    with pytest.raises(CopyBrokenOff, match="somebody else writes"):
        await migrate_records(folder, database, start_bot)
    assert len((await rows(database))["numbers"]) == 1000


async def test_a_folder_that_a_bot_works_on_is_refused(folder: Path, database: str) -> None:
    running = await full_folder.open_folder(folder)
    with pytest.raises(DataFolderInUse):
        await migrate_records(folder, database, silent)
    await running.close()


async def test_a_folder_whose_audit_log_was_changed_is_not_copied(folder: Path, database: str) -> None:
    source = await full_folder.open_folder(folder)
    await source.tidy()
    await source.close()
    log = folder / AUDIT_FILE
    text = log.read_text(encoding="utf-8")
    assert text, "the entries are in the journal still"
    log.write_text(text.replace('"r7"', '"r8"'), encoding="utf-8")
    before = await rows(database)
    with pytest.raises(AuditBroken, match="entry 8"):
        await migrate_records(folder, database, silent)
    assert await rows(database) == before


async def test_a_folder_without_records_is_not_made(tmp_path: Path, database: str) -> None:
    with pytest.raises(BadInput, match="no records"):
        await migrate_records(tmp_path / "nothing", database, silent)
    assert not (tmp_path / "nothing").exists()
