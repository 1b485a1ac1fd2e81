"""`python app.py personas apply`: one persona for the people of a file, planned, confirmed, carried out."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from bot.serving import stopped
from bot.terminal import bars, console, plain, run_work, sentences, settings_with
from services.domain.errors import BadInput
from services.settings import Mode

if TYPE_CHECKING:
    from services.rollout.model import Outcome, RolloutPlan, Sponsors
    from services.rollout.people_file import Row
    from services.rollout.rollout import RollOut

SHOWN = 100
"""Rows with a reason that the plan shows; the outcomes list everybody."""


def apply(
    persona: Annotated[str, typer.Argument(help="The persona to give.")],
    people: Annotated[
        Path, typer.Argument(help="A CSV file with a column 'person': UPNs or object ids.", dir_okay=False)
    ],
    asked_by: Annotated[str, typer.Option(help="Who asked for it: a UPN or object id.")] = "",
    approved_by: Annotated[str, typer.Option(help="The admin who approves it; not who asked.")] = "",
    purpose: Annotated[str, typer.Option(help="What it is for; everybody reads it on their card.")] = "",
    report: Annotated[
        Path | None, typer.Option(help="Write the outcomes to this CSV file, too.", dir_okay=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the plan.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it begins.")] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="In the sandbox company.")] = False,
) -> None:
    """Give a persona to everyone in a file. Started again with the same file, it goes on where it was.

    Ends with status 1 when somebody in the file does not hold the persona in the end.
    """
    from bot.rolling_out import opened_roll_out
    from services.rollout.outcomes import HAS_IT, as_csv
    from services.rollout.people_file import read_people

    settings = settings_with(mode=Mode.SANDBOX if sandbox else None)
    with sentences():
        rows = read_people(_content(people), people.name)
        _check_writable(report)
    asked_by = asked_by or _asked("Who asked for this roll-out (address)?", "--asked-by", yes=yes)
    purpose = purpose or f"Roll-out of {persona}"

    async def work() -> list[Outcome]:
        async with opened_roll_out(settings, len(rows)) as roll_out:
            sponsors = await roll_out.sponsors(asked_by, approved_by, purpose)
            return await _planned(roll_out, persona, rows, sponsors, ask=not yes, dry_run=dry_run)

    found = run_work(work(), logging.ERROR)
    if not found:
        return
    _show_outcomes(found)
    if report is not None:
        with sentences():
            _write(report, as_csv(found))
        console.print(plain(f"The outcomes are in {report}."))
    if any(outcome.result not in HAS_IT for outcome in found):
        raise typer.Exit(1)


async def _planned(
    roll_out: RollOut, name: str, rows: tuple[Row, ...], sponsors: Sponsors, *, ask: bool, dry_run: bool
) -> list[Outcome]:
    """Plan, confirm, do; the outcomes, none where nothing was to be done."""
    chosen = roll_out.persona(name)
    with bars() as show:
        plan = await roll_out.plan(chosen, rows, sponsors, show)
    _show_plan(plan, sponsors)
    if dry_run:
        console.print("Nothing was changed, because of --dry-run.")
        return []
    if ask and not _confirmed(plan):
        console.print("Nothing was changed.")
        return []
    stop = stopped()  # the runs end at a checkpoint, and the outcomes so far are told
    with bars() as show:
        return list(await roll_out.carry_out(plan, sponsors, stop, show))


def _confirmed(plan: RolloutPlan) -> bool:
    from services.rollout.model import Verdict

    count, going_on = len(plan.of(Verdict.CHANGES)), len(plan.of(Verdict.UNDER_WAY))
    if not count and not going_on:
        return True  # nothing will be done; the outcomes say so
    more = f", and go on with {going_on}" if going_on else ""
    return typer.confirm(f"Give {plan.persona.name} to {_people(count)}{more}?")


def _show_plan(plan: RolloutPlan, sponsors: Sponsors) -> None:
    from services.rollout.model import Verdict

    table = Table("Roll-out of", Column(plain(plan.persona.name)))
    table.add_row("Asked for by", plain(sponsors.asked_by.display_name))
    table.add_row("Approved by", plain(sponsors.approved_by.display_name))
    for verdict in Verdict:
        table.add_row(verdict.value.capitalize(), _people(len(plan.of(verdict))))
    for group, count in plan.joins:
        table.add_row("Join", plain(f"{group}: {count}"))
    for what, count in plan.ends:
        table.add_row("Ends", plain(f"{what}: {count}"))
    for group, count in plan.tasks:
        table.add_row("Needs people", plain(f"{group} follows a rule: {count}", "yellow"))
    for kind, supplies in (("Licences", plan.licences), ("Numbers", plan.numbers)):
        for supply in supplies:
            style = "red" if supply.needed > supply.left else ""
            words = f"{supply.what}: {supply.needed} needed, {supply.left} left"
            table.add_row(kind, plain(words, style))
    console.print(table)
    _show_left_out(plan)


def _show_left_out(plan: RolloutPlan) -> None:
    from services.rollout.model import Verdict

    left_out = plan.of(Verdict.LEFT_OUT)
    if not left_out:
        return
    table = Table("Line", "Left out", "Why")
    for candidate in left_out[:SHOWN]:
        table.add_row(str(candidate.line), plain(candidate.key), plain(candidate.why))
    console.print(table)
    if len(left_out) > SHOWN:
        console.print(f"… and {len(left_out) - SHOWN} more. The outcomes list all of them.")


def _show_outcomes(found: Iterable[Outcome]) -> None:
    from services.rollout.outcomes import COLUMNS, RESULT_STYLES

    fixed = {"Line", "Result", "Number", "Request"}
    table = Table(*(Column(name, no_wrap=name in fixed, overflow="fold") for name in COLUMNS))
    counts: Counter[str] = Counter()
    for row in found:
        counts[row.result] += 1
        result = plain(row.result, RESULT_STYLES.get(row.result, "yellow"))
        cells = (plain(row.key), plain(row.name), result, plain(row.detail), row.number, row.ref)
        table.add_row(str(row.line), *cells)
    console.print(table)
    console.print(plain(", ".join(f"{count} {result}" for result, count in sorted(counts.items())) + "."))


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _asked(question: str, option: str, *, yes: bool) -> str:
    if yes or not sys.stdin.isatty():
        with sentences():
            raise BadInput(what=f"Somebody asks for a roll-out and somebody else approves it: add {option}.")
    return str(typer.prompt(question))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(what=f"{path} cannot be read ({error.strerror}).") from error


def _check_writable(report: Path | None) -> None:
    """Hours of work must not end with a report that cannot be written."""
    if report is not None and not report.parent.is_dir():
        raise BadInput(what=f"{report} cannot be written: there is no folder {report.parent}.")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(what=f"{path} cannot be written ({error.strerror}).") from error
