"""Lists as files that a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet compute a cell (owasp.org, CSV injection)."""


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a CSV file for Excel and others, in UTF-8 with its mark. No cell of it is computed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    """With an apostrophe in front of what would be a formula; numbers in E.164 begin with a plus, too."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
