"""The embedded records when the disk is slow, full or broken."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from services.domain.audit import verify
from services.domain.errors import StoreUnavailable
from services.ports import Records
from services.storage.embedded import EmbeddedRecords, journal
from tests.clock import FakeClock
from tests.contract.records.disks import Disk
from tests.contract.records.samples import START, TYPES, a_number, add_numbers


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def put(records: Records, number: int) -> None:
    async with records.transaction() as tx:
        await tx.numbers.put([a_number(number)])
        await tx.audit.append(START, "switchboard", "number added", f"{number}", {})


async def stored(records: Records) -> list[int]:
    async with records.transaction() as tx:
        numbers = await tx.numbers.offered("Manchester", TYPES, START, 1000)
        entries = [entry async for entry in tx.audit.entries()]
    found = [int(number.e164[-4:]) for number in numbers]
    assert sorted(int(entry.subject) for entry in entries) == found
    assert verify(entries) == len(found)
    return found


@pytest.mark.parametrize("fault", ["full", "broken"])
@pytest.mark.parametrize("stuck", [False, True], ids=["", "and stuck"])
async def test_a_failing_disk_undoes_what_it_could_not_keep(
    tmp_path: Path, clock: FakeClock, disk: Disk, fault: str, *, stuck: bool
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock, disk)
    await put(records, 1)
    setattr(disk, fault, True)
    disk.stuck = stuck
    results = await asyncio.gather(*(put(records, number) for number in range(2, 12)), return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * 10
    with pytest.raises(StoreUnavailable) as refused:
        await records.ready()
    assert "Nothing was changed" in refused.value.sentence
    assert await stored(records) == [1]
    disk.full = disk.broken = disk.stuck = False
    await records.ready()
    await put(records, 2)
    assert await stored(records) == [1, 2]
    await records.close()
    again = await EmbeddedRecords.open(tmp_path, clock)
    assert await stored(again) == [1, 2]
    await again.close()


async def test_who_saw_a_change_that_is_lost_hears_of_it_too(
    tmp_path: Path, clock: FakeClock, disk: Disk
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock, disk)
    disk.writing.shut()
    disk.full = True
    writer = asyncio.create_task(put(records, 1))
    await disk.writing.reached()
    reader = asyncio.create_task(stored(records))
    follower = asyncio.create_task(put(records, 2))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not reader.done()
    disk.writing.open()
    results = await asyncio.gather(writer, reader, follower, return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * 3
    assert await stored(records) == []
    await records.close()


async def test_transactions_that_come_while_the_disk_is_busy_share_the_next_write(
    tmp_path: Path, clock: FakeClock, disk: Disk
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock, disk)
    disk.writing.shut()
    first = asyncio.create_task(put(records, 1))
    await disk.writing.reached()
    others = [asyncio.create_task(put(records, number)) for number in range(2, 102)]
    await asyncio.sleep(0)
    assert not first.done()
    disk.writing.open()
    await asyncio.gather(first, *others)
    assert disk.appends == 2
    assert len(await stored(records)) == 101
    await records.close()


async def test_a_commit_happens_although_the_caller_has_gone_away(
    tmp_path: Path, clock: FakeClock, disk: Disk
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock, disk)
    disk.writing.shut()
    first, second = (asyncio.create_task(put(records, number)) for number in (1, 2))
    await disk.writing.reached()
    for task in (first, second):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    disk.writing.open()
    await records.close()
    again = await EmbeddedRecords.open(tmp_path, clock)
    assert await stored(again) == [1, 2]
    await again.close()


async def test_a_fold_that_fails_stops_nobody_and_is_tried_again_later(
    tmp_path: Path, clock: FakeClock
) -> None:
    obstacle = tmp_path / "snapshot.log.new"
    obstacle.mkdir()
    records = await EmbeddedRecords.open(tmp_path, clock, journal_bytes=500)
    await asyncio.gather(*(put(records, number) for number in range(1, 6)))
    for number in range(6, 20):
        await put(records, number)
    assert not (tmp_path / "snapshot.log").exists()
    obstacle.rmdir()
    await put(records, 20)
    assert not (tmp_path / "snapshot.log").exists()
    clock.move(61)
    await put(records, 21)
    await records.close()
    assert (tmp_path / "snapshot.log").exists()
    again = await EmbeddedRecords.open(tmp_path, clock)
    assert await stored(again) == list(range(1, 22))
    await again.close()


async def test_a_snapshot_holds_nothing_that_failed_while_it_was_begun(
    tmp_path: Path, clock: FakeClock, disk: Disk
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock, disk, journal_bytes=1)
    disk.opening.shut()
    await put(records, 1)
    await disk.opening.reached()
    failing = asyncio.create_task(put(records, 2))
    await asyncio.sleep(0)
    disk.where, disk.full = "journal", True
    disk.opening.open()
    with pytest.raises(StoreUnavailable):
        await failing
    await records.close()
    assert (tmp_path / "snapshot.log").exists()
    again = await EmbeddedRecords.open(tmp_path, clock)
    assert await stored(again) == [1]
    await again.close()


async def test_a_fold_that_was_killed_before_its_snapshot_leaves_two_segments_that_both_count(
    tmp_path: Path, clock: FakeClock
) -> None:
    (tmp_path / "snapshot.log.new").mkdir()
    records = await EmbeddedRecords.open(tmp_path, clock, journal_bytes=500)
    for number in range(1, 8):
        await put(records, number)
    await records.close()
    assert len(journal.segments(tmp_path)) == 2
    again = await EmbeddedRecords.open(tmp_path, clock)
    assert await stored(again) == list(range(1, 8))
    await put(again, 8)
    assert await stored(again) == list(range(1, 9))
    await again.close()


async def test_a_fold_that_was_killed_after_its_snapshot_leaves_a_segment_that_counts_no_more(
    tmp_path: Path, clock: FakeClock
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock)
    for number in range(1, 4):
        await put(records, number)
    await records.close()
    (old,) = journal.segments(tmp_path).values()
    text = old.read_bytes()
    records = await EmbeddedRecords.open(tmp_path, clock, journal_bytes=1)
    await put(records, 4)
    await records.close()
    assert old not in journal.segments(tmp_path).values()
    old.write_bytes(text)
    again = await EmbeddedRecords.open(tmp_path, clock)
    assert await stored(again) == [1, 2, 3, 4]
    assert old not in journal.segments(tmp_path).values()
    await again.close()


async def test_a_folder_that_cannot_be_used_is_said_so(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable) as refused:
        await EmbeddedRecords.open(tmp_path / "data", clock)
    assert str(tmp_path / "data") in refused.value.sentence


async def test_a_large_store_is_folded_while_transactions_go_on(tmp_path: Path, clock: FakeClock) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock, journal_bytes=20_000)
    await add_numbers(records, 300)
    async with records.transaction() as tx:
        for number in range(1, 301):
            await tx.audit.append(START, "switchboard", "number added", f"{number}", {})
    for start in range(301, 601, 20):
        await asyncio.gather(*(put(records, number) for number in range(start, start + 20)))
    await records.close()
    assert (tmp_path / "snapshot.log").stat().st_size > 20_000
    assert len(journal.segments(tmp_path)) == 1
    again = await EmbeddedRecords.open(tmp_path, clock)
    assert await stored(again) == list(range(1, 601))
    await again.close()
