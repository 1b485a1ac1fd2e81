"""Lists for spreadsheets: what stands in them is never computed."""

from __future__ import annotations

import csv
import io

import pytest

from services.spreadsheet import as_csv


@pytest.mark.parametrize(
    "cell",
    ['=HYPERLINK("http://x","y")', "+441614960117", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"],
)
def test_what_would_be_a_formula_is_text(cell: str) -> None:
    _, (written,) = read(as_csv(("Name",), [(cell,)]))
    assert written.startswith("'")
    assert written.replace("'", "") == cell


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("text", ["Calls;=1+1;", "Calls; @SUM(A1)", "Calls\n=1+1", "Calls\t-1", "=1;=1"])
def test_no_separator_of_a_country_makes_a_cell_that_is_computed(text: str, separator: str) -> None:
    """As a spreadsheet reads it: quotes count at the beginning of a cell alone."""
    lines = io.StringIO(as_csv(("Ref", "Why"), [("SB-000001", text)]).decode("utf-8-sig"), newline="")
    cells = [cell.strip(" ") for row in csv.reader(lines, delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_names_in_a_list_stay_as_they_are() -> None:
    row = ["Lee; Joni; a - b; c=d", "UK-HR", "x;y\r\nz"]
    assert read(as_csv("ABC", [row]))[1] == row


def test_other_text_stays_as_it_is() -> None:
    row = ["Дебра", 'says "hello", twice', "two\nlines", "a = b", ""]
    assert read(as_csv("ABCDE", [row]))[1] == row


def read(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8 by this mark"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
