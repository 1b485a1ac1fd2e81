"""How commands say what is wrong with a file that admins write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.table import Column, Table
from rich.text import Text

from bot.terminal import console, settings_with
from services.settings import Mode, Settings

if TYPE_CHECKING:
    from services.written.findings import Finding


def company_settings(*, sandbox: bool) -> Settings:
    """The settings, with those of the sandbox company where it is that which is meant."""
    settings = settings_with(mode=Mode.SANDBOX if sandbox else None)
    if not settings.is_sandbox:
        return settings
    from bot.sandbox_settings import sandbox_settings

    return sandbox_settings(settings, settings.tenant_port)


def conclude(what: str, findings: Sequence[Finding]) -> None:
    """List the findings about something and count them; with errors, end with status 1."""
    show_findings(findings)
    errors = sum(finding.is_error for finding in findings)
    say(f"{what}: {count(errors, 'error')}, {count(len(findings) - errors, 'warning')}.")
    if errors:
        raise typer.Exit(1)


def show_findings(findings: Sequence[Finding]) -> None:
    """List the findings, if there are any."""
    if not findings:
        return
    where = Column("Where", no_wrap=True, overflow="fold")
    table = Table("", where, "What", "What is wrong", "What to do")
    for finding in findings:
        style = "red" if finding.is_error else "yellow"
        cells = (finding.where, finding.about, finding.what, finding.advice)
        table.add_row(Text(finding.level.value, style=style), *map(Text, cells))
    console.print(table)


def say(words: str, style: str = "") -> None:
    """One sentence."""
    console.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


def count(number: int, what: str) -> str:
    """So many of something."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
