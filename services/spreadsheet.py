"""Lists as files that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

ENCODING = "utf-8-sig"
"""UTF-8 with the mark by which Excel tells it."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet compute a cell (owasp.org, CSV injection)."""

_LATER = re.compile(rf"([;\t\r\n] *)(?=[{re.escape(''.join(one for one in FORMULA if not one.isspace()))}])")
"""The same behind what would begin a cell where the list separator of Windows is no comma: there the quotes
around a text do not count, since they do not stand at the beginning of a cell."""


class Sheet:
    """A CSV file for Excel and others that grows line by line. No cell of it is computed.

    ``file`` is one that was opened with ENCODING and ``newline=""``.
    """

    def __init__(self, file: TextIO, columns: Sequence[str]) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(columns)

    def add(self, row: Iterable[str]) -> None:
        """Add a line."""
        self._writer.writerow([_safe(cell) for cell in row])


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a CSV file for Excel and others, in UTF-8 with its mark. No cell of it is computed."""
    text = io.StringIO(newline="")
    sheet = Sheet(text, columns)
    for row in rows:
        sheet.add(row)
    return text.getvalue().encode(ENCODING)


def _safe(cell: str) -> str:
    """With an apostrophe in front of what would be a formula; numbers in E.164 begin with a plus, too."""
    safe = _LATER.sub(r"\1'", cell)
    return f"'{safe}" if cell.lstrip(" ").startswith(FORMULA) else safe
