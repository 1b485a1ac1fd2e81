"""`python app.py requests rules …`: the approval rules, for admins."""

from __future__ import annotations

import logging
from typing import Annotated

import typer
from rich.table import Table

from bot.finding_words import company_settings, conclude, say
from bot.terminal import console, plain, run_work
from services.domain.course import Course
from services.domain.request import RequestKind

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


@rules.command()
def explain(
    person: Annotated[str, typer.Option("--for", help="Who gets it: a name, or the address of signing in.")],
    kind: Annotated[RequestKind, typer.Option(help="What is asked for.")] = RequestKind.NUMBER,
    by: Annotated[str, typer.Option(help="Who asks for it, where that is somebody else.")] = "",
    persona: Annotated[str, typer.Option(help="Which persona.")] = "",
    location: Annotated[str, typer.Option(help="Where the number is; empty for where the person is.")] = "",
    sandbox: Annotated[bool, typer.Option("--sandbox", help="The sandbox company, while it runs.")] = False,
) -> None:
    """Say who would be asked for a request now, and why they."""
    from bot.explaining import Asking, explain  # each command loads only what it needs

    asking = Asking(kind=kind, person=person, by=by, persona=persona, location=location)
    explained = run_work(explain(company_settings(sandbox=sandbox), asking), logging.ERROR)
    what = f"the persona {explained.subject.persona.name}" if explained.subject.persona else "a number"
    say(f"{explained.subject.beneficiary.display_name} would get {what}.", style="bold")
    if explained.course is None:
        say(explained.refusal, style="red")
        raise typer.Exit(1)
    _show_course(explained.course)
    if not explained.knows_deputies:
        say("Deputies that approvers have named in chat were not looked at: the records are in use or empty.")


def _show_course(course: Course) -> None:
    say(f"Rule: {course.rule}.")
    if not course.stages:
        say(f"No approval is needed: {course.not_needed}.")
        return
    table = Table("Stage", "Who is asked", "Why", "Needed", "Limit", "On silence")
    for place, stage in enumerate(course.stages, start=1):
        timing = stage.timing
        limit = f"{timing.limit_hours:g} working hours" if timing.limit_hours else "the request's own"
        silence = timing.on_silence.value if timing.limit_hours else "expire"
        for row, who in enumerate(stage.approvers):
            head = (f"{place}. {stage.name}",) if not row else ("",)
            tail = (stage.need.value, limit, silence) if not row else ("", "", "")
            table.add_row(*map(plain, (*head, who.name, who.why or stage.why, *tail)))
    console.print(table)
