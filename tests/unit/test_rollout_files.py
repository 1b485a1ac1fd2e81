"""The file that names people, and the file that says how it went."""

from __future__ import annotations

import csv
import io

import pytest

from services.domain.errors import BadInput
from services.rollout.model import Outcome
from services.rollout.outcomes import COLUMNS, as_csv
from services.rollout.people_file import MOST, read_people

ID = "3cc038fe-57b3-5696-9489-0c72abdbdbe2"


def keys(content: str | bytes) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    return [row.key for row in read_people(raw, "people.csv") if not row.problem]


@pytest.mark.parametrize(
    "content",
    [
        "person\na@x.y\nb@x.y\n",
        "\ufeffperson\r\na@x.y\r\nb@x.y\r\n",
        "Name;Person\nAnna;a@x.y\nBert; b@x.y \n",
        "UPN\tName\na@x.y\tAnna\nb@x.y\tBert",
        'Display name,User Principal Name\n"O\'Neill, ""Zoë""",a@x.y\n,b@x.y\n',
        "a@x.y\nb@x.y\n",
        "Anna,a@x.y\nBert,b@x.y\n",
        "person\n\na@x.y\n  \n\nb@x.y\n\n",
    ],
)
def test_people_are_read_however_the_file_was_written(content: str) -> None:
    assert keys(content) == ["a@x.y", "b@x.y"]


def test_object_ids_and_windows_letters_are_read() -> None:
    assert keys(f"name,id\nX,{ID}\n") == [ID]
    assert keys("name,person\nJürgen,j@x.y\n".encode("cp1252")) == ["j@x.y"]


def test_each_row_that_names_nobody_says_why_and_where() -> None:
    rows = read_people(b"name,person\nA,a@x.y\nB,\nC,Christie Cline\nD,A@X.Y\nE,=cmd|x\n", "people.csv")
    problems = {row.line: row.problem for row in rows if row.problem}
    assert problems[3] == "the row names nobody"
    assert "neither an address" in problems[4]
    assert problems[5] == "is in line 2 already"
    assert "neither an address" in problems[6]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "names nobody"),
        (b"person\n", "names nobody"),
        (b"Name,Town\nAnna,Leeds\n", "needs a column 'person'"),
        (b'person\n"a@x.y\n', "line"),
        (b"x" * 6_000_000, "larger than"),
        (b"person\n" + b"".join(b"p%d@x.y\n" % turn for turn in range(MOST + 1)), "Divide it"),
        (b"PK\x03\x04\x00\x00workbook", "needs a column 'person'"),
    ],
)
def test_what_is_no_list_of_people_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read_people(content, "people.csv")


def test_a_spreadsheet_computes_nothing_of_the_report() -> None:
    evil = ("=HYPERLINK(1)", "+1+1", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1")
    rows = [
        Outcome(line=turn, key=text, name=text, result="set up", detail=text, number="+441614960000")
        for turn, text in enumerate(evil)
    ]
    raw = as_csv(rows)
    assert raw.startswith(b"\xef\xbb\xbf"), "Excel reads it as UTF-8"
    table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert tuple(table[0]) == COLUMNS
    for cells in table[1:]:
        assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
        assert cells[1].startswith("'")
    assert [cells[1].replace("'", "") for cells in table[1:]] == list(evil), "nothing is lost"
