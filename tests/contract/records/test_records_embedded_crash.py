"""The embedded records when processes are killed, and when there are two of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.domain.audit import verify
from services.domain.errors import DataFolderInUse, StoreDamaged
from services.storage.embedded import EmbeddedRecords, journal
from tests.clock import FakeClock
from tests.contract.records.samples import START, TYPES, a_number, a_request, add_numbers, employee

ROOT = Path(__file__).resolve().parents[3]


def worker(mode: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.contract.records.worker", mode, str(folder)]


def run(mode: str, folder: Path) -> list[str]:
    done = subprocess.run(
        worker(mode, folder), cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.splitlines()


def kill_after(folder: Path, acknowledged: int) -> list[int]:
    """Let a process commit, kill it after so many acknowledged commits, and give all that it acknowledged."""
    with subprocess.Popen(worker("commit", folder), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(acknowledged)]
        process.kill()
        lines += process.stdout.readlines()
    return [int(line) for line in lines if line.endswith("\n")]


async def whole(folder: Path, clock: FakeClock) -> set[int]:
    """The numbers of the requests in the folder, after checking that each is there with all that belongs."""
    records = await EmbeddedRecords.open(folder, clock)
    async with records.transaction() as tx:
        entries = [entry async for entry in tx.audit.entries()]
        assert verify(entries) == len(entries)
        there = {int(entry.subject.removeprefix("request-")) for entry in entries}
        assert await tx.numbers.count() == len(entries) == len(there)
        assert {note.request_id for note in await tx.posts.take_stale(10_000)} == {
            f"request-{number}" for number in there
        }
        for number in there:
            request = await tx.requests.open_of(employee(number).id)
            assert request == a_request(number, by=employee(number))
            assert await tx.numbers.get(a_number(number).e164) == a_number(number, held_for=request.id)
    await records.close()
    return there


async def test_every_acknowledged_commit_outlives_a_kill_in_the_middle_of_others(
    tmp_path: Path, clock: FakeClock
) -> None:
    acknowledged: set[int] = set()
    for commits in (3, 150, 47, 260):
        acknowledged |= set(kill_after(tmp_path, commits))
        there = await whole(tmp_path, clock)
        assert there >= acknowledged
    assert (tmp_path / "snapshot.log").exists()


async def test_a_full_disk_loses_nothing_and_is_got_over_when_there_is_room(
    tmp_path: Path, clock: FakeClock
) -> None:
    *lines, complaint, last = run("fill", tmp_path)
    assert "cannot be written now" in complaint
    assert "file too large" in complaint
    assert len(lines) > 5
    assert await whole(tmp_path, clock) == {int(line) for line in [*lines, last]}


async def test_a_second_switchboard_on_the_same_folder_is_told_so_at_once(
    tmp_path: Path, clock: FakeClock
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock)
    assert run("open", tmp_path) == [
        f"The data folder {tmp_path} is in use by another Switchboard. Stop that one, or use another folder."
    ]
    with pytest.raises(DataFolderInUse):
        await EmbeddedRecords.open(tmp_path, clock)
    await add_numbers(records, 1)
    await records.close()
    assert run("open", tmp_path) == ["open"]


async def filled(folder: Path, clock: FakeClock, commits: int, *, first: int = 1) -> Path:
    """A folder with that many commits in its journal, one number each; the journal's path."""
    records = await EmbeddedRecords.open(folder, clock)
    for number in range(first, first + commits):
        async with records.transaction() as tx:
            await tx.numbers.put([a_number(number)])
            await tx.audit.append(START, "switchboard", "number added", f"{number}", {})
    await records.close()
    (path,) = journal.segments(folder).values()
    return path


async def numbers_in(folder: Path, clock: FakeClock) -> int:
    records = await EmbeddedRecords.open(folder, clock)
    async with records.transaction() as tx:
        offered = await tx.numbers.offered("Manchester", TYPES, START, 100)
        assert [number.e164 for number in offered] == [a_number(n + 1).e164 for n in range(len(offered))]
        assert verify([entry async for entry in tx.audit.entries()]) == len(offered)
    await records.close()
    return len(offered)


async def test_a_last_line_that_was_cut_at_any_byte_is_as_if_it_never_was(
    tmp_path: Path, clock: FakeClock
) -> None:
    path = await filled(tmp_path, clock, 3)
    text = path.read_bytes()
    begin = text.rstrip(b"\n").rfind(b"\n") + 1
    for cut in range(begin, len(text)):
        path.write_bytes(text[:cut])
        assert await numbers_in(tmp_path, clock) == 2, f"cut after {cut} bytes"
        assert path.read_bytes() == text[:begin]
    path.write_bytes(text)
    assert await numbers_in(tmp_path, clock) == 3


async def test_a_page_that_a_power_cut_left_empty_ends_the_journal(tmp_path: Path, clock: FakeClock) -> None:
    path = await filled(tmp_path, clock, 3)
    text = path.read_bytes()
    begin = text.rstrip(b"\n").rfind(b"\n") + 1
    path.write_bytes(text[: begin + 20] + bytes(40) + text[begin + 60 :])
    assert await numbers_in(tmp_path, clock) == 2


async def test_after_a_torn_line_the_journal_goes_on(tmp_path: Path, clock: FakeClock) -> None:
    path = await filled(tmp_path, clock, 2)
    path.write_bytes(path.read_bytes()[:-7])
    await filled(tmp_path, clock, 3, first=2)
    assert await numbers_in(tmp_path, clock) == 4


@pytest.mark.parametrize("place", [0, 3, 9, 12, 40, -1])
async def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path, clock: FakeClock, place: int) -> None:
    path = await filled(tmp_path, clock, 4)
    lines = path.read_bytes().splitlines(keepends=True)
    changed = bytearray(lines[1])
    changed[place] ^= 1
    path.write_bytes(lines[0] + bytes(changed) + b"".join(lines[2:]))
    with pytest.raises(StoreDamaged) as refused:
        await EmbeddedRecords.open(tmp_path, clock)
    assert str(path) in refused.value.sentence
    assert "line 2" in refused.value.sentence
    path.write_bytes(b"".join(lines))
    assert await numbers_in(tmp_path, clock) == 4


async def test_a_line_that_is_missing_in_the_middle_is_noticed(tmp_path: Path, clock: FakeClock) -> None:
    path = await filled(tmp_path, clock, 4)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"".join(lines[2:]))
    with pytest.raises(StoreDamaged) as refused:
        await EmbeddedRecords.open(tmp_path, clock)
    assert "line 2: number 2 is missing" in refused.value.sentence


async def folded(folder: Path, clock: FakeClock) -> Path:
    """A folder with a snapshot of some numbers; the snapshot's path."""
    records = await EmbeddedRecords.open(folder, clock, journal_bytes=1000)
    await add_numbers(records, 400)
    await records.close()
    return folder / "snapshot.log"


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda lines: [*lines[:-2], lines[-1]], "is missing"),
        (lambda lines: lines[:-1], "its end is missing"),
        (lambda lines: [*lines[:-1], lines[-1][:-20]], "line 4"),
        (lambda lines: [lines[0], lines[1].replace(b"free", b"held", 1), *lines[2:]], "line 2"),
        (lambda lines: lines[1:], "line 1"),
        (lambda _: [], "line 1"),
    ],
)
async def test_a_damaged_snapshot_is_never_taken_for_the_truth(
    tmp_path: Path, clock: FakeClock, damage: object, words: str
) -> None:
    path = await folded(tmp_path, clock)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 4
    path.write_bytes(b"".join(damage(lines)))  # type: ignore[operator]
    with pytest.raises(StoreDamaged) as refused:
        await EmbeddedRecords.open(tmp_path, clock)
    assert str(path) in refused.value.sentence
    assert words in refused.value.sentence


async def test_a_journal_that_was_deleted_is_noticed(tmp_path: Path, clock: FakeClock) -> None:
    await folded(tmp_path, clock)
    for path in journal.segments(tmp_path).values():
        path.unlink()
    with pytest.raises(StoreDamaged):
        await EmbeddedRecords.open(tmp_path, clock)


async def test_a_snapshot_that_was_deleted_is_noticed(tmp_path: Path, clock: FakeClock) -> None:
    snapshot = await folded(tmp_path, clock)
    snapshot.unlink()
    with pytest.raises(StoreDamaged):
        await EmbeddedRecords.open(tmp_path, clock)


async def test_a_folder_of_a_newer_switchboard_is_left_alone(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await folded(tmp_path, clock)
    monkeypatch.setattr("services.storage.embedded.snapshot.FORMAT", 0)
    with pytest.raises(StoreDamaged) as refused:
        await EmbeddedRecords.open(tmp_path, clock)
    assert "newer Switchboard" in refused.value.sentence
