"""The file that names the people of a roll-out: one a row, by address or object id."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.domain.errors import BadInput

MOST = 5000
"""People of one roll-out."""

LARGEST = 5_000_000
"""Bytes."""

HEADERS = (
    "person",
    "user principal name",
    "userprincipalname",
    "upn",
    "email",
    "e-mail",
    "mail",
    "object id",
    "objectid",
    "id",
)
"""Names of the column that is read, in the order in which they are looked for."""

_KEY = re.compile(r"[^@\s/\\]+@[^@\s/\\]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the file. ``problem`` is why the row cannot be used, or empty."""

    line: int
    key: str
    problem: str = ""


def read_people(content: bytes, name: str) -> tuple[Row, ...]:
    """The rows of a CSV file, as Excel or anything else writes it. Raises BadInput."""
    if len(content) > LARGEST:
        raise BadInput(what=f"{name} is larger than {LARGEST // 1_000_000} MB: that is no list of people.")
    lines = _cells(_text(content), name)
    if not lines:
        raise BadInput(what=f"{name} names nobody.")
    column, rows = _column(lines, name)
    found: list[Row] = []
    first_line: dict[str, int] = {}
    for line, cells in rows:
        key = cells[column].strip() if column < len(cells) else ""
        if not key and not any(cell.strip() for cell in cells):
            continue
        found.append(Row(line=line, key=key, problem=_problem(key, first_line)))
        first_line.setdefault(key.casefold(), line)
    if not found:
        raise BadInput(what=f"{name} names nobody.")
    if len(found) > MOST:
        raise BadInput(what=f"{name} names {len(found)} people; one roll-out takes {MOST}. Divide it.")
    return tuple(found)


def _problem(key: str, first_line: dict[str, int]) -> str:
    if not key:
        return "the row names nobody"
    if not _KEY.fullmatch(key):
        return "this is neither an address (user principal name) nor an object id"
    if key.casefold() in first_line:
        return f"is in line {first_line[key.casefold()]} already"
    return ""


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # what Excel for Windows calls CSV


def _cells(text: str, name: str) -> list[tuple[int, list[str]]]:
    head = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise BadInput(what=f"{name}, line {reader.line_num}: {error}.") from error


def _column(lines: Sequence[tuple[int, list[str]]], name: str) -> tuple[int, Sequence[tuple[int, list[str]]]]:
    """Which column names people, and the rows below the header, if there is one."""
    names = [cell.strip().casefold() for cell in lines[0][1]]
    for header in HEADERS:
        if header in names:
            return names.index(header), lines[1:]
    keys = [turn for turn, cell in enumerate(names) if _KEY.fullmatch(cell)]
    if keys:
        return keys[0], lines
    raise BadInput(
        what=f"{name} needs a column 'person' with addresses (user principal names) or object ids."
    )
