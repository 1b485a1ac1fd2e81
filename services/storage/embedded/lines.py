"""The lines of journal and snapshot: numbered, with a checksum, each all or nothing.

A line is ``<crc32>\\t<number>`` and then, for each change, ``\\t<table>\\t<key>\\t<document>``. Key and
document are JSON, in which tabs and line ends are always escaped; a removed document is ``-``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from services.domain.errors import StoreDamaged

_REMOVED = b"-"
_CHECKSUM_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Change:
    """A document's JSON text under its table and key; None when the document is gone."""

    table: str
    key: str
    json: bytes | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was read. ``end`` is the offset in bytes behind it."""

    number: int
    changes: list[Change]
    end: int


def encode(number: int, changes: Iterable[Change]) -> bytes:
    """The line with its line end."""
    parts = [str(number).encode()]
    for change in changes:
        parts += (change.table.encode(), orjson.dumps(change.key))
        parts.append(_REMOVED if change.json is None else change.json)
    body = b"\t".join(parts)
    return b"%08x\t%s\n" % (zlib.crc32(body), body)


def decode(line: bytes) -> tuple[int, list[Change]]:
    """Number and changes of a line without its line end. Raises ValueError when it is damaged."""
    checksum, body = line[:_CHECKSUM_LENGTH], line[_CHECKSUM_LENGTH + 1 :]
    if line[_CHECKSUM_LENGTH : _CHECKSUM_LENGTH + 1] != b"\t" or b"%08x" % zlib.crc32(body) != checksum:
        raise ValueError("its checksum does not fit")
    number, *parts = body.split(b"\t")
    if len(parts) % 3:
        raise ValueError("it is not complete")
    changes = [
        Change(table.decode(), orjson.loads(key), None if json == _REMOVED else json)
        for table, key, json in zip(parts[0::3], parts[1::3], parts[2::3], strict=True)
    ]
    return int(number), changes


def read(path: Path, first_number: int | None, *, may_be_torn: bool) -> Iterator[Line]:
    """The lines of a file, numbered without a gap from ``first_number`` (None: from wherever it begins).

    With ``may_be_torn`` a last line that was not written to its end is left out: nobody was told that it is
    there. Raises StoreDamaged with file and line for anything else that is not as it was written.
    """
    end = 0
    expected = first_number
    with path.open("rb") as file:
        for place, raw in enumerate(file, start=1):
            if may_be_torn and _is_torn(raw):
                if file.read(1):
                    raise StoreDamaged(path=path, words=f"line {place}: it is not complete")
                return
            try:
                number, changes = decode(raw.removesuffix(b"\n"))
            except ValueError as error:
                raise StoreDamaged(path=path, words=f"line {place}: {error}") from error
            if expected is not None and number != expected:
                words = f"line {place}: number {expected} is missing, {number} stands there"
                raise StoreDamaged(path=path, words=words)
            expected = number + 1
            end += len(raw)
            yield Line(number, changes, end)


def _is_torn(raw: bytes) -> bool:
    # A killed process leaves a line without its end; a power cut may also leave pages of zeros in it, which
    # JSON never contains.
    return not raw.endswith(b"\n") or b"\0" in raw
