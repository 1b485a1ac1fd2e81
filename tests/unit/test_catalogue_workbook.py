"""The workbook: round trips exactly, is patient with how people type, and is refused as a whole."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook

from services.catalogue.changes import Change, changes_between, outdated
from services.catalogue.columns import PERSONA_COLUMNS, RULE_COLUMNS, Kind
from services.catalogue.file import parse
from services.catalogue.workbook import read_workbook
from services.catalogue.workbook_export import export, template
from services.domain.errors import BadInput
from services.domain.location import Cost
from services.domain.persona import Catalogue
from services.written.findings import Draft
from tests.unit.catalogue_samples import LOCATIONS, SMALL, catalogues, small

Edit = Callable[[Workbook], None]


def edited(tmp_path: Path, change: Edit) -> Draft:
    """The small catalogue, exported, changed by somebody in Excel, and read."""
    path = tmp_path / "book.xlsx"
    export(small(), path)
    book = load_workbook(path)
    change(book)
    book.save(path)
    return read_workbook(path, LOCATIONS)


def set_cell(sheet: str, cell: str, value: object) -> Edit:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


def said(draft: Draft) -> list[tuple[str, str]]:
    return [(fault.where, fault.what) for fault in draft.faults]


@settings(max_examples=40, deadline=None)
@given(catalogues())
def test_what_is_exported_is_what_is_imported(catalogue: Catalogue) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        export(catalogue, path)
        assert read_workbook(path, LOCATIONS).result() == catalogue


def test_excel_takes_nothing_for_a_formula(tmp_path: Path) -> None:
    text = SMALL.replace("description: Answers the queue", 'description: "=HYPERLINK(evil)"')
    catalogue = parse(text.replace("^5555$", "'-1+2'"), "personas.yaml", LOCATIONS).result()
    export(catalogue, tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    texts = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    assert {cell.value for cell in texts} >= {"=HYPERLINK(evil)", "+44161$1", r"^(\d{7})$", "-1+2"}
    for cell in texts:
        if cell.value[0] in "=+-@":
            assert (cell.data_type, cell.quotePrefix, cell.number_format) == ("s", True, "@")
    assert read_workbook(tmp_path / "book.xlsx", LOCATIONS).result() == catalogue


def test_the_template_explains_every_column(tmp_path: Path) -> None:
    template(tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    assert [cell.value for cell in book["Personas"][1]] == [column.header for column in PERSONA_COLUMNS]
    assert [cell.value for cell in book["DialPlans"][1]] == [column.header for column in RULE_COLUMNS]
    explained = {(row[0], row[1]) for row in book["Read me"].iter_rows(values_only=True)}
    assert explained >= {("Personas", column.header) for column in PERSONA_COLUMNS}
    assert said(read_workbook(tmp_path / "book.xlsx", LOCATIONS)) == [("Personas!A2", "It is empty.")]


def test_the_templates_own_examples_can_be_typed_in(tmp_path: Path) -> None:
    template(tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    for sheet, columns in (("Personas", PERSONA_COLUMNS), ("DialPlans", RULE_COLUMNS)):
        for place, column in enumerate(columns, start=1):
            book[sheet].cell(2, place, column.example or None)
    book["Personas"]["E2"].data_type = "s"
    book.save(tmp_path / "book.xlsx")
    (persona,) = read_workbook(tmp_path / "book.xlsx", LOCATIONS).result()
    assert persona.cost == Cost(amount=persona.cost.amount, currency="GBP")
    assert persona.attributes == {"city": "Manchester"}


def messy(book: Workbook) -> None:
    """As people leave a workbook: headers in another case, spaces of all kinds, Windows line ends."""
    sheet = book["Personas"]
    sheet.title = "  PERSONAS "
    book["DialPlans"].title = "dial plans"
    for cell in sheet[1]:
        cell.value = f"\u00a0{str(cell.value).upper()}  "
    sheet["A2"] = "\u00a0Manchester   Calling\u200b "
    sheet["C2"] = "GB "
    sheet["F2"] = "\r\n MCOEV \r\n"
    sheet["P2"] = " TeamsCallingPolicy=UK Manchester\u00a0; "
    sheet["R3"] = "Manchester HR;;"
    sheet["U3"] = "department = HR_x000D_\n"
    sheet.insert_rows(2)
    book["dial plans"]["E2"] = 4960000
    book["dial plans"]["F2"] = 441614960000
    book["dial plans"]["D4"] = " +44$1\t"


def test_how_people_type_is_no_fault(tmp_path: Path) -> None:
    draft = edited(tmp_path, messy)
    plain = SMALL.replace('"+441614960000"', "441614960000")
    assert draft.result() == parse(plain, "personas.yaml", LOCATIONS).result()
    assert draft.locate(("personas", 0, "groups", 0)) == "Personas!E3"


FAULTS: list[tuple[str, str, object, str]] = [
    ("Personas", "A3", "MANCHESTER calling", "Another persona has the name Manchester Calling already."),
    ("Personas", "B2", None, "It is missing."),
    ("Personas", "C2", "Britain", "It must be the ISO code of a country"),
    ("Personas", "D2", "voice", "It is 'voice', but must be one of 'base', 'calling' or 'department'."),
    ("Personas", "E2", " ; \n", "It is missing."),
    ("Personas", "G2", "Atlantis", "There is no location Atlantis."),
    ("Personas", "G2", None, "It is missing."),
    ("Personas", "H2", "directRouting\ndirectrouting", "It is 'directrouting', but must be one of"),
    ("Personas", "J2", "=A1", "It is a formula."),
    ("Personas", "K2", "#N/A", "It is an error of Excel's, #N/A."),
    ("Personas", "B2", True, "It is a truth value, not a text."),
    ("Personas", "B2", datetime(2026, 1, 1), "It is a date or a time"),  # noqa: DTZ001 - as Excel has them
    ("Personas", "P2", "UK Manchester", "UK Manchester is not of the form name = value."),
    ("Personas", "P2", "A = 1\nA = 2", "A stands there twice."),
    ("Personas", "P2", "TenantDialPlan = UK", "TenantDialPlan has a field of its own, dial_plan."),
    ("Personas", "Q2", "CallingLineIdentity", "the persona has no such policy."),
    ("Personas", "T2", "town = London", "town is no attribute that personas can use"),
    ("Personas", "Z2", "a lot", "It must be an amount, such as 6.50."),
    ("Personas", "AA2", None, "It is missing."),
    ("Personas", "D1", "Level", "There is no such column: Level."),
    ("Personas", "B1", "Name", "There is such a column already: Name."),
    ("DialPlans", "A3", None, "The name of the dial plan is missing."),
    ("DialPlans", "C2", None, "It is missing."),
    ("DialPlans", "F2", None, "A sample and what it becomes belong together"),
    ("Read me", "B8", "many", "It must be a whole number."),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "what"), FAULTS)
def test_each_fault_is_named_with_its_cell(
    tmp_path: Path, sheet: str, cell: str, value: object, what: str
) -> None:
    def change(book: Workbook) -> None:
        if sheet == "Read me":
            assert book[sheet]["A8"].value == "Catalogue version"
        book[sheet][cell] = value

    faults = said(edited(tmp_path, change))
    assert any(where == f"{sheet}!{cell}" and what in words for where, words in faults), faults


def test_merged_cells_are_named_and_hide_nothing_else(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["Personas"].merge_cells("C2:C3")
        book["Personas"]["D3"] = "voice"

    assert said(edited(tmp_path, change)) == [
        ("Personas!C2:C3", "Cells are merged. Unmerge them, and fill in each of them."),
        ("Personas!D3", "It is 'voice', but must be one of 'base', 'calling' or 'department'."),
    ]


def test_a_stray_space_a_million_rows_below_is_named_and_not_walked_to(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        book["DialPlans"]["A1048576"] = " "

    faults = dict(said(edited(tmp_path, change)))
    assert "Delete the empty rows below" in faults["DialPlans!A1048576"]


def test_a_sheet_that_is_not_there_is_told(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        del book["DialPlans"]

    assert said(edited(tmp_path, change)) == [
        ("DialPlans", "There is no sheet DialPlans. Take it from the template.")
    ]


def test_what_is_no_workbook_is_told_in_one_sentence(tmp_path: Path) -> None:
    text, archive = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    text.write_text("Name;Layer")
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("hello.txt", "hello")
    export(small(), tmp_path / "whole.xlsx")
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes((tmp_path / "whole.xlsx").read_bytes()[:3000])
    for path in (text, archive, torn, tmp_path / "none.xlsx", tmp_path):
        with pytest.raises(BadInput, match=re.escape(str(path))):
            read_workbook(path, LOCATIONS)


def test_a_value_too_long_for_a_cell_is_not_cut_off(tmp_path: Path) -> None:
    groups = ", ".join(f"Prov_{place}_{'x' * 900}" for place in range(40))
    text = SMALL.replace("[Prov_Teams_Phone_Manchester]", f"[{groups}]")
    with pytest.raises(BadInput, match="too long for a cell"):
        export(parse(text, "personas.yaml", LOCATIONS).result(), tmp_path / "book.xlsx")


def test_what_an_import_would_change_is_listed() -> None:
    before = small()
    text = (
        SMALL.replace("UK HR Manchester", "UK HR")
        .replace("name: Internal", "name: Inside")
        .replace("name: Manchester Calling", "name: Salford Calling")
    )
    after = parse(text, "personas.yaml", LOCATIONS).result()
    assert changes_between(before, after) == [
        Change("new", "Salford Calling"),
        Change("gone", "Manchester Calling"),
        Change("changed", "Manchester HR", ("policies",)),
        Change("changed", "dial plan UK Manchester", ("rules",)),
    ]
    assert changes_between(before, before) == []
    turned = Catalogue(version=7, personas=before.personas[::-1], dial_plans=before.dial_plans)
    assert changes_between(before, turned) == [Change("changed", "the order of the personas")]


def test_a_workbook_that_was_made_from_an_older_catalogue_is_warned_about(tmp_path: Path) -> None:
    draft = edited(tmp_path, lambda _: None)
    newer = Catalogue(version=9, personas=small().personas)
    (warning,) = outdated(draft, newer)
    assert warning.where == "Read me!B8"
    assert warning.what == "The workbook was made from version 7, and the catalogue is at 9."
    assert outdated(draft, small()) == []


def test_every_kind_of_column_is_in_use() -> None:
    assert {column.kind for column in PERSONA_COLUMNS} == set(Kind)
