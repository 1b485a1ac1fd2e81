"""Opening a data folder: snapshot, then journal, then what a crash may have left half done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.domain.audit import AuditEntry
from services.domain.errors import StoreDamaged
from services.storage.embedded import journal, snapshot
from services.storage.embedded.document import Stored
from services.storage.embedded.files import Opener
from services.storage.embedded.journal import Journal
from services.storage.embedded.memory import Tables
from services.storage.embedded.snapshot import Head
from services.storage.embedded.trail import CODEC, Line, Trail, TrailFile
from services.storage.embedded.trail import TABLE as AUDIT


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that a folder holds, ready to go on."""

    tables: Tables
    journal: Journal
    trail: Trail
    trail_file: TrailFile
    snapshot_size: int


@dataclass(slots=True)
class _Replayed:
    number: int
    segment: int
    size: int
    entries: list[Line]


def load(folder: Path, opener: Opener) -> Opened:
    """Read the folder. Blocks. Raises StoreDamaged, OSError."""
    head, tables, snapshot_size = snapshot.load(folder)
    segments = journal.segments(folder)
    _check_files(folder, segments, head, has_snapshot=snapshot_size > 0)
    replayed = _replay(tables, {n: path for n, path in segments.items() if n >= head.segment}, head)
    log = Journal(folder, replayed.segment, replayed.size, replayed.number, opener)
    try:
        log.forget_before(head.segment)
        trail_file = TrailFile(folder, opener)
    except OSError:
        log.close()
        raise
    trail = _trail(head, replayed.entries, trail_file)
    return Opened(tables, log, trail, trail_file, snapshot_size)


def _check_files(folder: Path, segments: dict[int, Path], head: Head, *, has_snapshot: bool) -> None:
    if has_snapshot and head.segment not in segments:
        raise StoreDamaged(path=folder, words=f"segment {head.segment} of the journal is missing")
    if not has_snapshot and segments and min(segments) > head.segment:
        raise StoreDamaged(path=folder, words="the snapshot is missing")


def _replay(tables: Tables, segments: dict[int, Path], head: Head) -> _Replayed:
    state = _Replayed(number=head.number, segment=head.segment, size=0, entries=[])
    numbers = {path: number for number, path in segments.items()}
    # A segment with nothing but a torn line is the one to go on with, cut to nothing.
    state.segment = max((n for n, path in segments.items() if path.stat().st_size), default=head.segment)
    for path, line in journal.replay(segments.values(), head.number + 1):
        state.number = line.number
        state.size = line.end if numbers[path] == state.segment else 0
        for change in line.changes:
            if change.table == AUDIT and change.json is not None:
                state.entries.append(Line(int(change.key), change.json))
            elif change.json is None:
                tables.get(change.table, {}).pop(change.key, None)
            else:
                tables.setdefault(change.table, {})[change.key] = Stored(change.json)
    return state


def _trail(head: Head, entries: list[Line], file: TrailFile) -> Trail:
    last: AuditEntry | None = CODEC.decode_json(entries[-1].json) if entries else head.audit
    # A fold that was killed may have moved entries already. They count as moved only up to one that stands
    # last in the file just as it does in the journal: so a file that was tampered with hides nothing.
    moved = next((line.sequence for line in entries if line.json == file.last_line), 0)
    return Trail(last, [line for line in entries if line.sequence > moved], file.size)
