"""The snapshot: all documents at one line of the journal, replaced as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from services.domain.audit import AuditEntry
from services.domain.errors import StoreDamaged
from services.storage.embedded.document import Stored
from services.storage.embedded.files import sync_folder
from services.storage.embedded.lines import Change, Line, encode, read
from services.storage.embedded.memory import Tables

FORMAT = 1
"""Of snapshot and journal. A later one is not read, so that an older Switchboard cannot spoil it."""

_NAME = "snapshot.log"
_HEAD, _END = "head", "end"
_LINE_BYTES = 32 * 1024
"""Documents are put together to lines of about this size. Between two lines other threads have their turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a snapshot is up to: the line of the journal, the segment that goes on, the last audit entry."""

    format: int = FORMAT
    number: int = 0
    segment: int = 1
    audit: AuditEntry | None = None
    written_at: str = ""


_HEADS: TypeAdapter[Head] = TypeAdapter(Head)


def write(folder: Path, head: Head, tables: Tables) -> int:
    """Put a new snapshot in the place of the old one; its size in bytes. Raises OSError."""
    path = folder / f"{_NAME}.new"
    try:
        with path.open("wb", buffering=0) as file:
            size = sum(_write_all(file.fileno(), line) for line in _lines(head, tables))
            os.fsync(file.fileno())
        path.replace(folder / _NAME)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return size


def load(folder: Path) -> tuple[Head, Tables, int]:
    """Head, tables and size in bytes; an empty one when there is no snapshot. Raises StoreDamaged."""
    path = folder / _NAME
    tables: Tables = {}
    if not path.exists():
        return Head(), tables, 0
    lines = read(path, 1, may_be_torn=False)
    head = _head(path, next(lines, None))
    count = 0
    last: Change | None = None
    for line in lines:
        for last in line.changes:
            if last.json is not None and last.table != _END:
                tables.setdefault(last.table, {})[last.key] = Stored(last.json)
                count += 1
    if last is None or last.table != _END or last.json != b"%d" % count:
        raise StoreDamaged(path=path, words="its end is missing")
    return head, tables, path.stat().st_size


def _head(path: Path, line: Line | None) -> Head:
    change = line.changes[0] if line and line.changes else None
    if change is None or change.table != _HEAD or change.json is None:
        raise StoreDamaged(path=path, words="line 1: its head is missing")
    try:
        head = _HEADS.validate_json(change.json)
    except ValidationError as error:
        raise StoreDamaged(path=path, words="line 1: its head cannot be read") from error
    if head.format > FORMAT:
        words = f"format {head.format} was written by a newer Switchboard, this one knows {FORMAT}"
        raise StoreDamaged(path=path, words=words)
    return head


def _lines(head: Head, tables: Tables) -> Iterator[bytes]:
    number, count, size = 1, 0, 0
    yield encode(number, [Change(_HEAD, "", _HEADS.dump_json(head))])
    line: list[Change] = []
    for name, table in tables.items():
        for key, stored in table.items():
            line.append(Change(name, key, stored.json))
            count += 1
            size += len(stored.json)
            if size >= _LINE_BYTES:
                number += 1
                yield encode(number, line)
                line, size = [], 0
    line.append(Change(_END, "", orjson.dumps(count)))
    yield encode(number + 1, line)


def _write_all(handle: int, data: bytes) -> int:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    return len(data)
