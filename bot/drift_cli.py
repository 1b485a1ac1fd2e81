"""`python app.py personas drift`: everyone whom Switchboard gave a persona, compared with what they have."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.terminal import console, run_work, sentences, settings_with
from services.domain.errors import BadInput
from services.settings import Mode

if TYPE_CHECKING:
    from services.domain.drift import DriftReport
    from services.domain.person import PersonRef

COLUMNS = ("Person", "Object id", "Persona", "What differs", "What to do")


def drift(
    person: Annotated[str, typer.Option(help="Only this person: a UPN or object id.")] = "",
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write the list to this CSV file, too.", dir_okay=False)
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Where everything is kept (SWITCHBOARD_DATA).")] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="In the sandbox company.")] = False,
) -> None:
    """List who differs from the personas that Switchboard gave them, and what to do about it.

    Nothing is changed. Ends with status 1 when somebody differs or could not be looked at.
    """
    from bot.drifting import look_for_drift

    settings = settings_with(mode=Mode.SANDBOX if sandbox else None, data=data)
    with sentences():
        _check_writable(csv)
    with console.status("Comparing people with their personas …"):
        report = run_work(look_for_drift(settings, person), logging.ERROR)
    rows = _rows(report)
    _show(report, rows)
    if csv is not None:
        with sentences():
            _write(csv, rows)
        _say(f"The list is in {csv}.")
    if report.findings or report.unread:
        raise typer.Exit(1)


def _rows(report: DriftReport) -> list[tuple[str, ...]]:
    """One for each finding, and one for each person who was not compared: a list that is kept says all."""
    from cards.words import difference, readable

    found = [
        (one.person.name, one.person.id, one.persona, difference(one), readable(one.action))
        for one in report.findings
    ]
    unread = _row_for_each(report.unread, "Could not be looked at.", "Look again later.")
    changing = _row_for_each(report.changing, "Not compared: a change is under way.", "Nothing.")
    return [*found, *unread, *changing]


def _row_for_each(people: Sequence[PersonRef], what: str, action: str) -> list[tuple[str, ...]]:
    return [(who.name, who.id, "", what, action) for who in people]


def _show(report: DriftReport, rows: Sequence[tuple[str, ...]]) -> None:
    if rows:
        table = Table(*(column for column in COLUMNS if column != "Object id"))
        last = ""
        for name, person_id, *rest in rows:
            table.add_row(*map(_plain, (name if person_id != last else "", *rest)))
            last = person_id
        console.print(table)
    if report.findings:
        table = Table("Persona", "Differences")
        for persona, number in report.by_persona.items():
            table.add_row(_plain(persona or "The account"), str(number))
        console.print(table)
    was = "person was" if report.compared == 1 else "people were"
    _say(f"{report.compared} {was} compared with their personas. {report.people} of them differ.")


def _plain(text: str) -> Text:
    """Text of somebody else's: no markup in it counts, and no control character."""
    return Text("".join(c if c.isprintable() else " " for c in text))


def _say(words: str) -> None:
    console.print(words, markup=False, highlight=False, soft_wrap=True)


def _check_writable(path: Path | None) -> None:
    """Minutes of looking must not end with a list that cannot be written."""
    if path is not None and not path.parent.is_dir():
        raise BadInput(what=f"{path} cannot be written: there is no folder {path.parent}.")


def _write(path: Path, rows: Sequence[tuple[str, ...]]) -> None:
    from services.spreadsheet import as_csv

    try:
        path.write_bytes(as_csv(COLUMNS, rows))
    except OSError as error:
        raise BadInput(what=f"{path} cannot be written ({error.strerror}).") from error
