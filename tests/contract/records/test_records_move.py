"""From a data folder to PostgreSQL: everything comes over, once, and never over records of others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.moving import migrate_records
from services.domain.request import RequestState
from services.storage.postgres import PostgresRecords
from tests.contract.records import full_folder
from tests.contract.records.moves import rows, silent
from tests.contract.records.samples import (
    CHRISTIE,
    START,
    a_number,
    a_place,
    a_post,
    a_request,
    employee,
    get_request,
)


class Interrupted(Exception):
    """The run was killed."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"}


async def check_same(folder: Path, target: PostgresRecords) -> None:
    source = await full_folder.open_folder(folder)
    try:
        assert await full_folder.answers(target) == await full_folder.answers(source)
        assert await full_folder.entries(target) == await full_folder.entries(source)
        assert await full_folder.notes_in_order(target) == await full_folder.notes_in_order(source)
    finally:
        await source.close()


async def test_everything_comes_over_and_the_folder_stays_as_it_is(
    folder: Path, database: str, target: PostgresRecords
) -> None:
    before = files(folder)
    tallies = await migrate_records(folder, database, silent)
    assert files(folder) == before
    counted = {tally.what: (tally.source, tally.before, tally.now) for tally in tallies}
    assert counted == {
        "numbers": (full_folder.NUMBERS, 0, full_folder.NUMBERS),
        "requests": (full_folder.REQUESTS, 0, full_folder.REQUESTS),
        "cards in chats": (full_folder.POSTS, 0, full_folder.POSTS),
        "chats": (1, 0, 1),
        "cards to refresh": (3, 0, 3),
        "approvers' choices": (1, 0, 1),
        "marks": (1, 0, 1),
        "audit entries": (full_folder.ENTRIES, 0, full_folder.ENTRIES),
    }
    await check_same(folder, target)


async def test_references_and_the_audit_log_go_on_where_the_folder_ended(
    folder: Path, database: str, target: PostgresRecords
) -> None:
    await migrate_records(folder, database, silent)
    async with target.transaction() as tx:
        assert await tx.requests.next_ref() == f"SB-{full_folder.DRAWN + 1:06}"
        await tx.audit.append(START, CHRISTIE.id, "went on", "here", {})
    assert (await full_folder.entries(target))[-1].sequence == full_folder.ENTRIES + 1


async def test_a_second_run_touches_nothing(folder: Path, database: str) -> None:
    await migrate_records(folder, database, silent)
    before = await rows(database)
    tallies = await migrate_records(folder, database, silent)
    assert await rows(database) == before
    assert all(tally.before == tally.now == tally.source for tally in tallies)


@pytest.mark.parametrize(
    ("what", "done"),
    [
        ("Copying numbers", 0),
        ("Copying numbers", 1000),
        ("Copying requests", full_folder.REQUESTS),
        ("Copying cards in chats", 1000),
        ("Copying marks", 1),
        ("Copying audit entries", 2000),
    ],
)
async def test_a_run_that_was_killed_is_just_run_again(
    folder: Path, database: str, target: PostgresRecords, what: str, done: int
) -> None:
    def killed_here(step: str, count: int, _: int) -> None:
        if (step, count) == (what, done):
            raise Interrupted

    with pytest.raises(Interrupted):
        await migrate_records(folder, database, killed_here)
    assert len(await full_folder.entries(target)) < full_folder.ENTRIES, "it looks complete"
    kept = await rows(database)
    await migrate_records(folder, database, silent)
    again = await rows(database)
    for name in ("requests", "numbers", "audit", "posts", "places", "stale", "approvers", "marks"):
        assert set(kept[name]) <= set(again[name]), "what was there is not written again"
    await check_same(folder, target)


async def test_what_the_folder_did_since_the_last_copy_comes_after(
    folder: Path, database: str, target: PostgresRecords
) -> None:
    await migrate_records(folder, database, silent)
    source = await full_folder.open_folder(folder)
    pending = await get_request(source, "request-3")
    rejected = replace(pending, state=RequestState.REJECTED, version=pending.version + 1)
    async with source.transaction() as tx:
        await tx.requests.save(rejected, pending.version)
        await tx.requests.add(a_request(40, by=rejected.beneficiary))  # now that the other has ended
        await tx.requests.next_ref()
        await tx.numbers.put([a_number(5, held_for="request-40"), a_number(9001)])
        await tx.posts.remove(a_post(activity=8).conversation_id, "activity-8")
        await tx.posts.put(a_post("request-2", activity=9, version=5000))
        await tx.posts.put(a_post("request-2", activity=9001))
        note = await tx.posts.note_of("request-1")
        assert note is not None
        await tx.posts.clear_stale(note)
        await tx.posts.mark_stale("request-4")
        await tx.posts.put_place(a_place("https://smba.example/amer/"))
        await tx.posts.put_place(replace(a_place(), person_id=employee(1).id))
        await tx.approvers.put(replace(full_folder.CHOICES, wants_digest=False))
        await tx.approvers.put(replace(full_folder.CHOICES, person_id=employee(1).id))
        await tx.audit.append(START, CHRISTIE.id, "rejected", "request-3", {})
    await source.close()
    await migrate_records(folder, database, silent)
    await check_same(folder, target)
    async with target.transaction() as tx:
        assert await tx.requests.next_ref() == f"SB-{full_folder.DRAWN + 2:06}"


async def test_progress_that_is_not_audited_comes_after_too(
    folder: Path, database: str, target: PostgresRecords
) -> None:
    await migrate_records(folder, database, silent)
    source = await full_folder.open_folder(folder)
    request = await get_request(source, "request-4")
    async with source.transaction() as tx:
        await tx.requests.save(replace(request, runs=3, version=request.version + 1), request.version)
    await source.close()
    await migrate_records(folder, database, silent)
    await check_same(folder, target)


async def test_what_the_database_did_after_a_complete_copy_stays(
    folder: Path, database: str, target: PostgresRecords
) -> None:
    await migrate_records(folder, database, silent)
    newer, moved = a_post("request-2", activity=9, version=6000), a_place("https://smba.example/amer/")
    async with target.transaction() as tx:
        await tx.posts.put(newer)
        await tx.posts.put(a_post("request-2", activity=9001))
        await tx.posts.put_place(moved)
    before = await rows(database)
    await migrate_records(folder, database, silent)
    assert await rows(database) == before
