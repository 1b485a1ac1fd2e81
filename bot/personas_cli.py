"""`python app.py personas …`: the catalogue, for admins. Each command loads only what it needs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from bot.drift_cli import drift
from bot.finding_words import company_settings, conclude, count, say, show_findings
from bot.terminal import console, run_work, sentences
from services.domain.errors import BadInput
from services.settings import Settings

if TYPE_CHECKING:
    from services.catalogue.changes import Change
    from services.domain.persona import Catalogue

personas = typer.Typer(no_args_is_help=True, help="The catalogue of personas.")
personas.command()(drift)

Book = Annotated[Path, typer.Argument(help="A workbook (.xlsx).", dir_okay=False)]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="The personas of the sandbox company.")]
Offline = Annotated[bool, typer.Option("--offline", help="Ask nothing of Microsoft 365.")]
Replace = Annotated[bool, typer.Option("--replace", help="Write over a workbook that is there.")]


@personas.command()
def check(offline: Offline = False, sandbox: Sandbox = False) -> None:
    """Say everything that is wrong with the catalogue, by itself and against Microsoft 365."""
    from bot.catalogue import check_catalogue

    settings = company_settings(sandbox=sandbox)
    findings = run_work(check_catalogue(settings, offline=offline), logging.ERROR)
    conclude(str(settings.personas), findings)


@personas.command("import")
def import_book(
    book: Book,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    offline: Offline = False,
    sandbox: Sandbox = False,
) -> None:
    """Take a workbook for the new catalogue. When anything in it is wrong, nothing is imported."""
    from bot.catalogue import import_workbook

    settings = company_settings(sandbox=sandbox)
    outcome = run_work(import_workbook(settings, book, offline=offline, dry_run=dry_run), logging.ERROR)
    show_findings(outcome.findings)
    if outcome.errors:
        say(f"Nothing was imported: {count(outcome.errors, 'error')}.", style="bold red")
        raise typer.Exit(1)
    _show_changes(outcome.changes)
    if not outcome.changes:
        say("Nothing is different: the catalogue stays as it is.")
    elif dry_run:
        say("That would change. Nothing was imported, because of --dry-run.")
    else:
        say(f"Imported: {settings.personas} is version {outcome.version} now.", style="bold green")


@personas.command()
def export(book: Book, replace: Replace = False, sandbox: Sandbox = False) -> None:
    """Write the catalogue as a workbook."""
    from services.catalogue.workbook_export import export as write

    catalogue = _catalogue(company_settings(sandbox=sandbox))
    with sentences():
        _check_free(book, replace=replace)
        write(catalogue, book)
    say(f"Wrote {count(len(catalogue.personas), 'persona')} to {book}.")


@personas.command()
def template(book: Book, replace: Replace = False) -> None:
    """Write an empty workbook that explains each column."""
    from services.catalogue.workbook_export import template as write

    with sentences():
        _check_free(book, replace=replace)
        write(book)
    say(f"Wrote {book}. Fill it in, then: python app.py personas import {book} --dry-run")


@personas.command("try")
def try_number(
    number: Annotated[str, typer.Argument(help="What somebody dials.")],
    persona: Annotated[str, typer.Option("--as", help="The persona who dials.")],
    sandbox: Sandbox = False,
) -> None:
    """Show what a dialled number becomes, and which rule does it."""
    from services.catalogue.dial_plan import stripped
    from services.catalogue.trying import try_dialling

    catalogue = _catalogue(company_settings(sandbox=sandbox))
    with sentences():
        trial = try_dialling(catalogue, persona, number)
    table = Table("", "Rule", "Pattern", "Translation", title=Text(f"Dial plan {trial.plan}"))
    for rule in trial.rules:
        mark = "→" if rule is trial.rule else ""
        table.add_row(mark, *(Text(text) for text in (rule.name, rule.pattern, rule.translation)))
    console.print(table)
    if trial.rule is None:
        say(f"No rule matches {stripped(number)}: Teams uses the plan of the person's country.")
    else:
        say(f"{stripped(number)} becomes {trial.result}, by the rule {trial.rule.name}.")


def _catalogue(settings: Settings) -> Catalogue:
    from services.catalogue.file import read
    from services.locations import Locations

    with sentences():
        return read(settings.personas, [location.name for location in Locations.read(settings.locations)])


def _check_free(book: Path, *, replace: bool) -> None:
    if book.exists() and not replace:
        raise BadInput(what=f"{book} is there already. Name another workbook, or add --replace.")


def _show_changes(changes: Sequence[Change]) -> None:
    if not changes:
        return
    table = Table("", "What", "Different in")
    for change in changes:
        table.add_row(change.how, *map(Text, (change.name, ", ".join(change.fields))))
    console.print(table)
