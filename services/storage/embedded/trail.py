"""The audit trail: the last entry in memory, the entries themselves in a file of their own.

New entries travel in the journal with the commit that they belong to, and are kept here until a fold moves
them to the file; so they are durable together with what they tell about, and the file needs no second fsync.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from services.domain.audit import AuditEntry, chained
from services.domain.errors import AuditBroken, StoreDamaged
from services.storage.documents import Codec
from services.storage.embedded.appender import Appender
from services.storage.embedded.files import Opener, sync_folder

TABLE = "audit"
"""Under which the journal carries the entries; the key is the sequence."""

NAME = "audit.jsonl"
"""The file: one entry a line, as JSON, for anyone to read."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry on its way to the file."""

    sequence: int
    json: bytes


class TrailFile:
    """The file of the audit trail. Its methods block.

    ``last_line`` is what stood last when the file was opened, without its end; empty when nothing did.
    """

    def __init__(self, folder: Path, opener: Opener) -> None:
        self.path = folder / NAME
        self.last_line, size = _last_whole_line(self.path)
        self._file = Appender(self.path, size, opener)
        self._file.cut()
        sync_folder(folder)

    @property
    def size(self) -> int:
        """Durable bytes."""
        return self._file.size

    def append(self, lines: list[Line]) -> int:
        """Write entries, make them durable, and give the size. Raises OSError; then all is as before."""
        if lines:
            self._file.append(b"".join(line.json + b"\n" for line in lines))
        return self.size

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Trail:
    """What is known of the audit trail in memory.

    ``waiting`` are the entries that are not within the first ``file_size`` bytes of the file.
    """

    def __init__(self, last: AuditEntry | None, waiting: list[Line], file_size: int) -> None:
        self.last = last
        self.waiting = waiting
        self.file_size = file_size

    def append(self, at: datetime, actor: str, what: str, subject: str, facts: dict[str, str]) -> Line:
        """Chain an entry to the last one."""
        self.last = chained(self.last, at, actor, what, subject, dict(facts))
        line = Line(self.last.sequence, _json(self.last))
        self.waiting.append(line)
        return line

    def undo(self, count: int, last: AuditEntry | None) -> None:
        """Take back the last ``count`` entries; ``last`` was the last one before."""
        if count:
            del self.waiting[-count:]
            self.last = last

    def moved(self, sequence: int, file_size: int) -> None:
        """Forget the entries up to ``sequence``: they are in the file now, which has grown to that size."""
        self.file_size = file_size
        self.waiting = [line for line in self.waiting if line.sequence > sequence]


def _json(entry: AuditEntry) -> bytes:
    # Field by field, since a generic walk of the dataclass costs as much as the rest of a transaction. The
    # time is written just as the hash takes it, so that others can verify the file too.
    fields = {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "what": entry.what,
        "subject": entry.subject,
        "facts": entry.facts,
        "previous": entry.previous,
        "hash": entry.hash,
    }
    return bytes(memoryview(orjson.dumps(fields)))


CODEC = Codec(AuditEntry, NAME)


def read_entries(path: Path, size: int, waiting: list[Line]) -> Iterator[AuditEntry]:
    """The entries of the file's first ``size`` bytes and then the waiting ones, as stored.

    Raises AuditBroken for a line that is no entry.
    """
    left = size
    with path.open("rb") as file:
        for place, raw in enumerate(file, start=1):
            left -= len(raw)
            if left < 0:
                break
            yield _entry(raw, place)
    for line in waiting:
        yield _entry(line.json, line.sequence)


def _last_whole_line(path: Path) -> tuple[bytes, int]:
    """The last line that has an end, without it, and the size of the file up to there."""
    piece = 64 * 1024
    if not path.exists():
        return b"", 0
    with path.open("rb") as file:
        size = file.seek(0, 2)
        tail = b""
        while size > 0 and tail.count(b"\n") < 2:
            step = min(piece, size)
            size -= step
            file.seek(size)
            tail = file.read(step) + tail
    whole = tail[: tail.rfind(b"\n") + 1]
    line = whole[:-1].rpartition(b"\n")[2]
    return line, size + len(whole)


def _entry(raw: bytes, sequence: int) -> AuditEntry:
    try:
        return CODEC.decode_json(raw)
    except StoreDamaged as error:
        raise AuditBroken(sequence=sequence, words=f"its line in {NAME} cannot be read") from error
