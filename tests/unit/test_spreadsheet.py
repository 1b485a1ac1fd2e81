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
    assert read(as_csv(("Name",), [(cell,)])) == [["Name"], [f"'{cell}"]]


def test_other_text_stays_as_it_is() -> None:
    row = ["Дебра", 'says "hello", twice', "two\nlines", "a = b", ""]
    assert read(as_csv("ABCDE", [row]))[1] == row


def read(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8 by this mark"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
