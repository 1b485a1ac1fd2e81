"""`python app.py requests …`: looking back at requests, for admins. Each command loads only what it needs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from bot.terminal import console, plain, run_work, settings_with
from services.domain.request import Request, RequestState

if TYPE_CHECKING:
    from services.approval_report import Totals

requests = typer.Typer(no_args_is_help=True, help="Requests, and how long their approvals took.")

Folder = Annotated[Path | None, typer.Option(help="Where everything is kept (SWITCHBOARD_DATA).")]


@requests.command("list")
def list_requests(
    state: Annotated[
        RequestState | None, typer.Option(case_sensitive=False, help="Only those in this state.")
    ] = None,
    person: Annotated[
        str,
        typer.Option(help="Only those that somebody is on: part of a name or address, or an object id."),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    data: Folder = None,
) -> None:
    """List requests, the newest first."""
    from bot.looking_back import newest

    found = run_work(newest(settings_with(data=data), state, person.strip(), limit), logging.ERROR)
    if not found:
        _say("There are no such requests." if state or person else "There are no requests yet.")
        return
    _show_list(found)
    if len(found) == limit:
        _say(f"Those are the newest {limit}; there may be more: see --limit, --state and --person.")


@requests.command()
def show(
    reference: Annotated[list[str], typer.Argument(help="SB-000123, sb 123 or 123.")], data: Folder = None
) -> None:
    """Show everything about one request."""
    from bot.looking_back import by_reference
    from bot.requests_shown import shown
    from services.clock import SystemClock

    request = run_work(by_reference(settings_with(data=data), " ".join(reference)), logging.ERROR)
    for part in shown(request, SystemClock().now()):
        console.print(part)


@requests.command()
def report(
    to: Annotated[Path, typer.Option(help="The folder to write the report to.", file_okay=False)],
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only requests of this day (UTC) and later."),
    ] = None,
    data: Folder = None,
) -> None:
    """Write how long approvals took: requests.csv, stages.csv and the picture times.svg."""
    from bot.looking_back import write_report

    begin = since.replace(tzinfo=UTC) if since is not None else None
    totals = run_work(write_report(settings_with(data=data), to, begin), logging.ERROR)
    if not totals.requests:
        when = f" since {begin:%Y-%m-%d}" if begin else " yet"
        _say(f"Nobody has asked for anything{when}: the lists and the picture in {to} are empty.")
        return
    if totals.by_stage or any(totals.waiting.values()):
        _show_times(totals)
    if not totals.by_stage:
        _say("Nothing has been decided yet, so there are no times to tell.")
    _say(f"{_count(totals.requests, 'request')} with {_count(totals.stages, 'stage')}: see {to}.")


def _show_list(found: Sequence[Request]) -> None:
    from bot.requests_shown import waits_for
    from cards.words import KINDS, STATES, when
    from services.approval_report import is_waiting_since

    columns = ("Kind", "For", "Asked by", "State", "Waits for", "Since")
    table = Table(Column("Reference", no_wrap=True), *columns)
    for request in found:
        cells = (
            request.ref,
            KINDS[request.kind],
            request.beneficiary.name,
            request.requester.name,
            STATES[request.state][1],
            waits_for(request),
            when(is_waiting_since(request)),
        )
        table.add_row(*map(plain, cells))
    console.print(table)


def _show_times(totals: Totals) -> None:
    from services.approval_report import Times, hours

    names = {*totals.by_stage, *(name for name, count in totals.waiting.items() if count)}
    table = Table("Stage", "Decided", "Median hours", "Longest hours", "Waiting now", "Escalations")
    for name in sorted(names):
        times = totals.by_stage.get(name, Times())
        median, longest = (hours(times.median), hours(times.longest)) if times.count else ("", "")
        counts = (totals.waiting[name], totals.escalations[name])
        table.add_row(plain(name), str(times.count), median, longest, *map(str, counts))
    console.print(table)


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _say(words: str) -> None:
    console.print(plain(words), highlight=False, soft_wrap=True)
