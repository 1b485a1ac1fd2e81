"""`python app.py requests rules …`: the approval rules, for admins."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from bot.finding_words import company_settings, conclude, say
from bot.terminal import run_work

rules = typer.Typer(no_args_is_help=True, help="The approval rules.")


@rules.command()
def check(
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of Microsoft 365.")] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="The rules of the sandbox company.")] = False,
) -> None:
    """Say everything that is wrong with the approval rules, by themselves and against Microsoft 365."""
    from bot.rules import check_rules  # each command loads only what it needs

    settings = company_settings(sandbox=sandbox)
    findings = run_work(check_rules(settings, offline=offline), logging.ERROR)
    if findings is None:
        say(f"There is no {settings.approvals_file}: managers decide on everything.")
    else:
        conclude(str(settings.approvals_file), findings)
