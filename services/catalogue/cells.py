r"""What stands in one cell, and how several values share it: one a line, or with semicolons between.

A semicolon or a backslash that belongs to a value is written with a backslash before it.
"""

from __future__ import annotations

import re
from typing import Any

from services.catalogue.columns import Column, Kind
from services.written.texts import clean

_LINE_END = re.compile(r"_x000[DA]_|\r\n?|\n|\u2028|\u2029|\x0b|\x0c|\x85", re.IGNORECASE)
"""``_x000D_`` is how Excel writes a carriage return into its file."""
_PIECE = re.compile(r"\\[\\;]|[^;]|;", re.DOTALL)


class BadCell(ValueError):
    """A cell that cannot be understood; the message is a sentence."""


def text_of(value: object) -> str:
    """What a cell says, as text. Raises BadCell for what is neither text nor a number."""
    if value is None:
        return ""
    if isinstance(value, bool):
        raise BadCell("It is a truth value, not a text.")
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    raise BadCell("It is a date or a time, not a text. Format the cell as text and type it again.")


def parsed(column: Column, text: str) -> Any:
    """The value of a cell in the catalogue's form; empty where nothing stands. Raises BadCell."""
    if column.kind in {Kind.TEXT, Kind.AMOUNT}:
        return clean(_LINE_END.sub(" ", text))
    values = split(text)
    if column.kind is Kind.LIST:
        return values
    pairs = [_pair(value) for value in values]
    if column.kind is Kind.CHOICES:
        return {name: [value for other, value in pairs if other == name] for name, _ in pairs}
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadCell(f"{twice} stands there twice. Take one away.")
    return dict(pairs)


def _pair(value: str) -> tuple[str, str]:
    name, equals, rest = value.partition("=")
    if not (equals and name.strip() and rest.strip()):
        raise BadCell(f"{value} is not of the form name = value.")
    return clean(name), clean(rest)


def split(text: str) -> list[str]:
    """The values that share a cell."""
    values: list[str] = []
    for line in _LINE_END.split(text):
        value = ""
        for piece in _PIECE.findall(line):
            if piece == ";":
                values.append(value)
                value = ""
            else:
                value += piece[-1]
        values.append(value)
    return [value for value in map(clean, values) if value]


def written(column: Column, value: Any) -> str:
    """The cell's text for a value in the catalogue's form: what ``parsed`` reads again."""
    if not value:
        return ""
    if column.kind is Kind.LIST:
        lines = list(value)
    elif column.kind is Kind.PAIRS:
        lines = [f"{name} = {one}" for name, one in value.items()]
    elif column.kind is Kind.CHOICES:
        lines = [f"{name} = {one}" for name, values in value.items() for one in values]
    else:
        return str(value)
    return "\n".join(line.replace("\\", "\\\\").replace(";", "\\;") for line in lines)
