"""The catalogue out of a workbook. openpyxl is imported by who calls, not by the running bot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.catalogue.cells import BadCell, parsed, text_of
from services.catalogue.columns import (
    DIAL_PLANS,
    PERSONA_COLUMNS,
    PERSONAS,
    PLAN,
    READ_ME,
    RULE_COLUMNS,
    VERSION,
    Column,
)
from services.catalogue.draft import draft
from services.domain.errors import BadInput
from services.domain.persona import Catalogue
from services.written.findings import Draft, Finding
from services.written.findings import Path as Spot
from services.written.texts import clean

_UNREADABLE = (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, ParseError)


def read_workbook(path: Path, locations: Iterable[str]) -> Draft[Catalogue]:
    """Read a workbook with its faults. Raises BadInput for a file that is no workbook."""
    try:
        book = load_workbook(path)
    except OSError as error:
        raise BadInput(what=f"The workbook {path} cannot be read: {error.strerror or error}.") from error
    except _UNREADABLE as error:
        raise BadInput(what=f"{path} is no workbook that can be read: save it as .xlsx.") from error
    reading = _Reading()
    raw = {
        "version": reading.version(_sheet(book, READ_ME)),
        "personas": reading.personas(_sheet(book, PERSONAS)),
        "dial_plans": reading.plans(_sheet(book, DIAL_PLANS)),
    }
    found = draft(raw, path.name, reading.locate, locations)
    return replace(found, faults=(*reading.faults, *reading.unsaid(found.faults)))


def _sheet(book: Workbook, name: str) -> Worksheet | None:
    wanted = _same(name)
    return next((sheet for sheet in book.worksheets if _same(sheet.title) == wanted), None)


MOST_ROWS = 20_000
"""More than any catalogue has. A stray space far below would have millions of empty cells looked at."""

READ_ME_ROWS = 200


def _same(header: str) -> str:
    """A header as it is compared: without regard to case and to spaces of any kind."""
    return "".join(clean(header).casefold().replace("_", " ").split())


@dataclass
class _Reading:
    """Takes the sheets apart, and remembers which cell everything came from."""

    faults: list[Finding] = field(default_factory=list)
    _cells: dict[Spot, str] = field(default_factory=dict)
    _bad: set[str] = field(default_factory=set)

    def locate(self, path: Spot) -> str:
        """The cell of the path, or of the nearest thing around it."""
        while path and path not in self._cells:
            path = path[:-1]
        return self._cells.get(path, "")

    def unsaid(self, faults: Iterable[Finding]) -> Iterator[Finding]:
        """The faults of cells of which nothing was said yet: one that cannot be read is not missing too."""
        return (fault for fault in faults if fault.where not in self._bad)

    def version(self, sheet: Worksheet | None) -> str:
        """Which version the workbook was made from; 1 where it does not say."""
        for row in sheet.iter_rows(max_col=2, max_row=READ_ME_ROWS) if sheet is not None else ():
            if len(row) > 1 and _same(str(row[0].value or "")) == _same(VERSION):
                self._cells["version",] = f"{READ_ME}!{row[1].coordinate}"
                return str(row[1].value or "1")
        return "1"

    def personas(self, sheet: Worksheet | None) -> list[dict[str, Any]]:
        """Every persona, in the order of the rows."""
        found: list[dict[str, Any]] = []
        self._cells["personas",] = f"{PERSONAS}!A2"
        for row in self._rows(sheet, PERSONAS, PERSONA_COLUMNS):
            found.append(self._fields(("personas", len(found)), row))
        return found

    def plans(self, sheet: Worksheet | None) -> dict[str, list[dict[str, Any]]]:
        """Every dial plan with its rules, in the order of the rows."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows(sheet, DIAL_PLANS, RULE_COLUMNS):
            value, where = row.pop(PLAN)
            plan = str(value)
            if not plan:
                self._say(where, "The name of the dial plan is missing.")
                plan = "?"
            rules = found.setdefault(plan, [])
            self._cells.setdefault(("dial_plans", plan), where)
            rules.append(self._fields(("dial_plans", plan, len(rules)), row))
        return found

    def _fields(self, at: Spot, row: dict[Column, tuple[Any, str]]) -> dict[str, Any]:
        """One row as a persona or a rule. Empty cells leave their field out."""
        fields: dict[str, Any] = {}
        for column, (value, where) in row.items():
            self._cells[(*at, *column.path)] = where
            self._cells.setdefault(at, where)
            *above, name = column.path
            if not value and not above:
                continue
            for part in above:
                self._cells.setdefault((*at, part), where)
            inside = fields.setdefault(str(above[0]), {}) if above else fields
            if value:
                inside[str(name)] = value
        return {name: value for name, value in fields.items() if value or name == "cost"}

    def _rows(
        self, sheet: Worksheet | None, name: str, columns: tuple[Column, ...]
    ) -> Iterator[dict[Column, tuple[Any, str]]]:
        """The rows below the headers that have anything in them: the value and the cell of each column."""
        if sheet is None:
            self._say(name, f"There is no sheet {name}. Take it from the template.")
            self._bad.add(f"{name}!A2")
            return
        for area in sheet.merged_cells.ranges:
            self._say(f"{name}!{area.coord}", "Cells are merged. Unmerge them, and fill in each of them.")
            self._bad |= {f"{name}!{cell.coordinate}" for row in sheet[area.coord] for cell in row}
        if sheet.max_row > MOST_ROWS:
            words = (
                f"The sheet goes on to row {sheet.max_row}. Delete the empty rows below the last one in use."
            )
            self._say(f"{name}!A{sheet.max_row}", words)
            return
        places = self._places(sheet, name, columns)
        for cells in sheet.iter_rows(min_row=2):
            row = {
                column: (self._value(column, cells[place], name), f"{name}!{cells[place].coordinate}")
                for column, place in places.items()
                if place < len(cells)
            }
            if any(value or where in self._bad for value, where in row.values()):
                yield row

    def _places(self, sheet: Worksheet, name: str, columns: tuple[Column, ...]) -> dict[Column, int]:
        """Which column of the sheet is which."""
        by_header = {_same(column.header): column for column in columns}
        places: dict[Column, int] = {}
        for place, cell in enumerate(next(sheet.iter_rows(max_row=1), ())):
            header = "" if cell.value is None else clean(str(cell.value))
            column = by_header.get(_same(header))
            if column is not None and column not in places:
                places[column] = place
            elif header:
                again = "There is such a column already" if column else "There is no such column"
                self._say(f"{name}!{cell.coordinate}", f"{again}: {header}.")
        missing = [column.header for column in columns if column.required and column not in places]
        if missing:
            self._say(f"{name}!A1", f"These columns are missing: {', '.join(missing)}.")
            self._bad.add(f"{name}!A2")
            return {}
        return places

    def _value(self, column: Column, cell: Cell | MergedCell, sheet: str) -> Any:
        """What a cell says; nothing, with a fault, when that cannot be told."""
        if isinstance(cell, MergedCell):
            return ""
        where = f"{sheet}!{cell.coordinate}"
        if cell.data_type == "f":
            self._say(where, "It is a formula. Put its value there.")
        elif cell.data_type == "e":
            self._say(where, f"It is an error of Excel's, {cell.value}.")
        else:
            return self._try(where, lambda: parsed(column, text_of(cell.value)))
        return ""

    def _try(self, where: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except BadCell as error:
            self._say(where, str(error))
            return ""

    def _say(self, where: str, what: str) -> None:
        self._bad.add(where)
        self.faults.append(Finding(path=(), where=where, what=what))
