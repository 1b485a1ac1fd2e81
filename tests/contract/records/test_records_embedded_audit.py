"""The audit file of the embedded records: whole after folds, and nobody edits it unnoticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.domain.audit import AuditEntry, verify
from services.domain.errors import AuditBroken
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.contract.records.samples import START


async def folded(folder: Path, clock: FakeClock, count: int = 60, *, first: int = 1) -> Path:
    """A folder with entries, most of them folded into the audit file; that file's path."""
    records = await EmbeddedRecords.open(folder, clock, journal_bytes=4000)
    for number in range(first, first + count):
        async with records.transaction() as tx:
            await tx.audit.append(START, "switchboard", "noted", f"SB-{number}", {"number": f"{number}"})
    await records.close()
    return folder / "audit.jsonl"


async def entries(folder: Path, clock: FakeClock) -> list[AuditEntry]:
    records = await EmbeddedRecords.open(folder, clock)
    try:
        async with records.transaction() as tx:
            return [entry async for entry in tx.audit.entries()]
    finally:
        await records.close()


async def test_the_chain_is_whole_after_many_folds_and_restarts(tmp_path: Path, clock: FakeClock) -> None:
    path = await folded(tmp_path, clock)
    for round_number in (1, 2):
        await folded(tmp_path, clock, first=1 + 60 * round_number)
    found = await entries(tmp_path, clock)
    assert verify(found) == 180
    assert [entry.subject for entry in found] == [f"SB-{number}" for number in range(1, 181)]
    moved = [json.loads(line) for line in path.read_text().splitlines()]
    assert 100 < len(moved) < 180
    assert [line["sequence"] for line in moved] == list(range(1, len(moved) + 1))


async def test_a_fold_that_was_killed_after_moving_entries_moves_none_twice(
    tmp_path: Path, clock: FakeClock
) -> None:
    path = await folded(tmp_path, clock, 3)
    assert path.read_bytes() == b""
    lines = [
        json.dumps({**vars_of(entry)}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for entry in await entries(tmp_path, clock)
    ]
    path.write_bytes(lines[0] + lines[1])
    assert verify(await entries(tmp_path, clock)) == 3
    path.write_bytes(lines[0] + lines[1] + lines[2][:30])
    assert verify(await entries(tmp_path, clock)) == 3
    await folded(tmp_path, clock, 60, first=4)
    assert verify(await entries(tmp_path, clock)) == 63


def vars_of(entry: AuditEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "what": entry.what,
        "subject": entry.subject,
        "facts": entry.facts,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def edited(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[4].replace(b"noted", b"notes"), *lines[5:]]


def cut_out(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], *lines[5:]]


def shortened(lines: list[bytes]) -> list[bytes]:
    return lines[:-1]


def emptied(lines: list[bytes]) -> list[bytes]:
    return lines[:0]


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[5], lines[4], *lines[6:]]


def scribbled(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], b"nothing to see here\n", *lines[5:]]


def repeated(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1]]


TAMPERING = [edited, cut_out, shortened, emptied, swapped, scribbled, repeated]


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
@pytest.mark.parametrize("goes_on", [False, True], ids=["", "and the log goes on"])
async def test_tampering_with_the_audit_file_is_found(
    tmp_path: Path, clock: FakeClock, tamper: object, *, goes_on: bool
) -> None:
    path = await folded(tmp_path, clock)
    path.write_bytes(b"".join(tamper(path.read_bytes().splitlines(keepends=True))))  # type: ignore[operator]
    if goes_on:
        await folded(tmp_path, clock, first=61)
    with pytest.raises(AuditBroken):
        verify(await entries(tmp_path, clock))


async def test_an_audit_file_whose_end_was_cut_off_is_found_though_nothing_waits_in_the_journal(
    tmp_path: Path, clock: FakeClock
) -> None:
    records = await EmbeddedRecords.open(tmp_path, clock, journal_bytes=1)
    async with records.transaction() as tx:
        for number in range(5):
            await tx.audit.append(START, "switchboard", "noted", f"{number}", {})
    await records.close()
    path = tmp_path / "audit.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 5
    path.write_bytes(b"".join(lines[:-1]))
    with pytest.raises(AuditBroken) as broken:
        verify(await entries(tmp_path, clock))
    assert broken.value.facts["sequence"] == 5
