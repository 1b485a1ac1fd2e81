"""Switchboard's command line."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from bot.personas_cli import personas
from bot.requests_cli import requests
from bot.rollout_cli import apply
from bot.rules_cli import rules
from bot.terminal import bars, console, run_work, sentences, settings_with
from services.settings import Mode

if TYPE_CHECKING:
    from services.sandbox.windows import Window
    from services.storage.moving import Tally

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Teams Phone self-service in chat: ask for a number, approve, dial.",
)
audit = typer.Typer(no_args_is_help=True, help="The audit log.")
cli.add_typer(audit, name="audit")
data_commands = typer.Typer(no_args_is_help=True, help="The records.")
cli.add_typer(data_commands, name="data")
cli.add_typer(personas, name="personas")
cli.add_typer(requests, name="requests")
requests.add_typer(rules, name="rules")
personas.command()(apply)

Folder = Annotated[Path | None, typer.Option(help="Where everything is kept (SWITCHBOARD_DATA).")]


@cli.command()
def run() -> None:
    """Run in production, set up by SWITCHBOARD_... variables."""
    from bot.production import run_production  # each command loads only what it needs

    settings = settings_with(mode=Mode.PRODUCTION)
    with sentences():
        settings.check_production()
    run_work(run_production(settings))


@cli.command()
def sandbox(
    port: Annotated[int | None, typer.Option(help="Port of the bot.", min=0, max=65535)] = None,
    tenant_port: Annotated[int | None, typer.Option(help="Port of the tenant.", min=0, max=65535)] = None,
    data: Folder = None,
    playground: Annotated[bool | None, typer.Option(help="Open the chat windows.")] = None,
) -> None:
    """Run on this machine alone: a sandbox tenant, the bot and three chat windows."""
    from bot.local import run_local

    settings = settings_with(
        mode=Mode.SANDBOX,
        host="127.0.0.1",
        port=port,
        tenant_port=tenant_port,
        data=data,
        playground=playground,
        write_attributes=True,  # so that the walkthrough's dynamic groups can be reached
    )
    run_work(run_local(settings, _show_windows))


@audit.command()
def verify(data: Folder = None) -> None:
    """Walk the audit log and say whether anything in it was changed or is missing."""
    from bot.wiring import verify_audit

    count = run_work(verify_audit(settings_with(data=data)))
    console.print(f"The audit log is whole: {count} entries.")


@data_commands.command()
def migrate(
    to: Annotated[str, typer.Option(help="The database: postgresql://user:password@host/name.")],
    data: Folder = None,
) -> None:
    """Copy the records of the data folder into PostgreSQL. May be run again; the folder stays as it is."""
    from bot.moving import migrate_records

    folder = settings_with(data=data).data
    with bars() as report:
        # A failure is told in one sentence, so warnings need not say it before.
        tallies = run_work(migrate_records(folder, to, report), logging.ERROR)
    _show_tallies(tallies)


def _show_tallies(tallies: Sequence[Tally]) -> None:
    table = Table("Records", "In the folder", "In the database before", "In the database now")
    for tally in tallies:
        table.add_row(tally.what, *(f"{count:,}" for count in (tally.source, tally.before, tally.now)))
    console.print(table)
    console.print(f"The audit log is whole: {tallies[-1].now} entries, the same in both.", style="bold green")
    console.print(
        "Next: set SWITCHBOARD_DATABASE_URL to that address and start Switchboard. The folder stays as it is."
    )


def _show_windows(bot_url: str, windows: Sequence[Window]) -> None:
    console.print(f"\nSwitchboard is ready at {bot_url}\n", style="bold green")
    if windows:
        table = Table("Open in a browser", "You are", "Type first")
        first = {"employee": "request a number", "manager": "approvals"}
        for window in windows:
            who = f"{window.sitter.name}, {window.sitter.role}"
            table.add_row(window.address, who, first.get(window.sitter.role, "menu"))
        console.print(table)
    console.print("Ctrl-C stops everything; what is under way goes on at the next start.")


if __name__ == "__main__":
    cli()
