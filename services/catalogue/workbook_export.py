"""The catalogue as a workbook, and the empty workbook to begin with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.catalogue.cells import written
from services.catalogue.columns import (
    DIAL_PLANS,
    PERSONA_COLUMNS,
    PERSONAS,
    PLAN,
    READ_ME,
    RULE_COLUMNS,
    VERSION,
    Column,
    Kind,
)
from services.catalogue.mapping import to_raw
from services.domain.errors import BadInput
from services.domain.number import NumberType
from services.domain.persona import Catalogue, Layer
from services.written.findings import Path as Spot

LAST_ROW = 1000
LONGEST_CELL = 32767
_HEAD = Font(bold=True, color="FFFFFF")
_FILL = PatternFill("solid", start_color="464775")
_TOP = Alignment(vertical="top", wrap_text=True)
_NOTES = (
    "This workbook describes personas: what each kind of user gets in Teams Phone.",
    "One row a persona on the sheet Personas, one row a rule on the sheet DialPlans.",
    "Several values in one cell: one a line (Alt+Enter), or with semicolons between.",
    "A semicolon that belongs to a value is written \\;",
    "No merged cells, no formulas, and no hyphens in names of personas, groups and policies.",
    "`personas import BOOK.xlsx --dry-run` says what is wrong, with sheet and cell, and imports nothing.",
)


def export(catalogue: Catalogue, path: Path) -> None:
    """Write the catalogue; importing the workbook gives the same one. Raises BadInput."""
    _save(_book(to_raw(catalogue)), path)


def template(path: Path) -> None:
    """Write a workbook without personas, which explains each column. Raises BadInput."""
    _save(_book({"version": "", "personas": [], "dial_plans": {}}), path)


def _save(book: Workbook, path: Path) -> None:
    try:
        book.save(path)
    except OSError as error:
        raise BadInput(what=f"The workbook {path} cannot be written: {error.strerror}.") from error


def _book(raw: dict[str, Any]) -> Workbook:
    book = Workbook()
    del book[book.sheetnames[0]]  # openpyxl's own first sheet
    personas = book.create_sheet(PERSONAS)
    _fill(personas, PERSONA_COLUMNS, raw["personas"])
    _choices(personas)
    rules = [{PLAN.header: plan, **rule} for plan, listed in raw["dial_plans"].items() for rule in listed]
    _fill(book.create_sheet(DIAL_PLANS), RULE_COLUMNS, rules)
    _explain(book.create_sheet(READ_ME), raw["version"])
    return book


def _fill(sheet: Worksheet, columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> None:
    _head(sheet, [column.header for column in columns])
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            _put(sheet.cell(number, place), column, _within(row, column))
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _within(row: dict[str, Any], column: Column) -> Any:
    if column is PLAN:
        return row[PLAN.header]
    value: Any = row
    for part in column.path:
        value = value.get(part) or {}
    return value


def _put(cell: Cell | MergedCell, column: Column, value: Any) -> None:
    cell.alignment = _TOP
    if column.kind is Kind.AMOUNT and value:
        cell.value = float(value)
        cell.number_format = "0.00"
        return
    _put_text(cell, written(column, value))


def _put_text(cell: Cell | MergedCell, text: str) -> None:
    """Put a text that stays one: Excel would take what begins with = + - or @ for a formula."""
    cell.number_format = "@"
    if not text:
        return
    if len(text) > LONGEST_CELL or ILLEGAL_CHARACTERS_RE.search(text):
        raise BadInput(what=f"A text is too long for a cell, or has signs that none can hold: {text[:40]}…")
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = True


def _head(sheet: Worksheet, headers: Sequence[str], row: int = 1) -> None:
    for place, header in enumerate(headers, start=1):
        cell = sheet.cell(row, place, header)
        cell.font, cell.fill, cell.alignment = _HEAD, _FILL, _TOP


def _choices(sheet: Worksheet) -> None:
    """Offer what may stand in a cell. Several types may share one, so others are let pass there."""
    offered: dict[Spot, list[str]] = {
        ("layer",): [layer.value for layer in Layer],
        ("number", "types"): [kind.value for kind in NumberType],
    }
    for place, column in enumerate(PERSONA_COLUMNS, start=1):
        if column.path not in offered:
            continue
        values = offered[column.path]
        rule = DataValidation("list", formula1=f'"{",".join(values)}"', allow_blank=True)
        rule.error = f"{column.header}: {', '.join(values)}"
        rule.showErrorMessage = column.kind is Kind.TEXT
        sheet.add_data_validation(rule)
        letter = get_column_letter(place)
        rule.add(f"{letter}2:{letter}{LAST_ROW}")


def _explain(sheet: Worksheet, version: str) -> None:
    for note in _NOTES:
        sheet.append([note])
    sheet.append([])
    sheet.append([VERSION, int(version) if version else None])
    sheet.append([])
    _head(sheet, ["Sheet", "Column", "Needed", "Several values", "Meaning", "Example"], sheet.max_row + 1)
    for name, columns in ((PERSONAS, PERSONA_COLUMNS), (DIAL_PLANS, RULE_COLUMNS)):
        for column in columns:
            several = column.kind not in {Kind.TEXT, Kind.AMOUNT}
            row = sheet.max_row + 1
            told = (name, column.header, "yes" if column.required else "", "yes" if several else "",
                    column.meaning, column.example)  # fmt: skip
            for place, text in enumerate(told, start=1):
                _put_text(sheet.cell(row, place), text)
    for letter, width in zip("ABCDEF", (20, 26, 8, 14, 80, 36), strict=True):
        sheet.column_dimensions[letter].width = width
