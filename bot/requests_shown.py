"""One request on the terminal: its facts, its stages, what was asked, what is done, and its whole history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.terminal import plain
from cards.words import KINDS, STATES, STEP_STATUSES, money, phone, step_title, when
from services.approval_report import Visit, hours, visits
from services.domain.persona_change import Difference
from services.domain.policy import names
from services.domain.request import Request
from services.domain.stage import Need, Stage, StageState

SWITCHBOARD = "Switchboard"
"""Who did what no person did."""


def waits_for(request: Request) -> str:
    """Whom or what the request waits for; nothing when it waits for nobody."""
    if request.attention is not None:
        return f"{request.attention.step}: {request.attention.what_to_do}"
    stage = request.current_stage
    if stage is None:
        return ""
    if stage.state is StageState.PLANNED:
        return f"{stage.name}: about to be asked"
    asked = request.open_question
    answer = f"; an answer from {request.requester.name} to {asked.by.name}" if asked else ""
    return f"{names(stage.undecided)}{answer}"


def shown(request: Request, now: datetime) -> Iterator[RenderableType]:
    """Everything, part by part; a part with nothing in it is left out."""
    yield _table((), _facts(request), title=f"{request.ref}: {KINDS[request.kind].lower()}")
    stages = [_stage_row(visit, now) for visit in visits(request)]
    parts: tuple[tuple[str, Sequence[str], Iterable[Sequence[str | Text]]], ...] = (
        ("Stages", ("Stage", "Who was asked, and why", "Asked on", "Outcome", "Hours"), stages),
        ("Questions", ("Asked by", "Question", "Answer"), _questions(request)),
        ("What it changes", ("What", "Before", "After"), _changes(request)),
        ("Setup", ("Step", "Status", "Detail"), _steps(request)),
        ("History", ("When", "Who", "What", "Detail"), _history(request)),
    )
    for title, columns, rows in parts:
        listed = list(rows)
        if listed:
            yield _table(columns, listed, title=title)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str) -> Table:
    table = Table(*columns, title=plain(title, "bold"), title_justify="left", show_header=bool(columns))
    for row in rows:
        table.add_row(*(plain(cell) if isinstance(cell, str) else cell for cell in row))
    return table


def _lines(texts: Iterable[str]) -> Text:
    """A cell of several lines."""
    return Text("\n").join(plain(text) for text in texts)


def _facts(request: Request) -> Iterator[tuple[str, str | Text]]:
    yield "State", STATES[request.state][1]
    for what, value in (
        ("Waits for", waits_for(request)),
        ("For", request.beneficiary.name),
        ("Asked by", request.requester.name),
        ("Why", request.purpose),
        ("Persona", request.change.persona if request.change else ""),
        ("Location", request.location),
        ("Number", phone(request.number) if request.number else ""),
        ("Cost", money(request.cost)),
        ("Approval rule", request.approval),
        ("Roll-out", request.rollout),
        ("Asked for on", when(request.created_at)),
        ("Ends on", when(request.ends_at) if request.current_stage else ""),
        ("Changed on", when(request.updated_at)),
        ("Stopped because", request.attention.words if request.attention else ""),
    ):
        if value:
            yield what, value
    if request.notices:
        yield "To know", _lines(request.notices)


def _stage_row(visit: Visit, now: datetime) -> tuple[str | Text, ...]:
    stage = visit.stage
    took = visit.took
    if stage.state is StageState.WAITING and visit.outcome == StageState.WAITING.value and visit.asked_at:
        took = now - visit.asked_at
    return (
        _lines([stage.name, *(["all must approve"] if stage.need is Need.ALL else [])]),
        _lines(_asked(stage)),
        when(visit.asked_at) if visit.asked_at else "",
        _lines(_outcome(visit)),
        f"{hours(took)} so far" if took is not None and visit.took is None else hours(took),
    )


def _asked(stage: Stage) -> Iterator[str]:
    lost = {person.id for person in stage.unreached}
    for person in stage.former:
        yield f"{person.name} (handed it over)"
    for who in stage.approvers:
        why = who.why or stage.why
        reached = ", not reached by Teams" if who.id in lost else ""
        yield f"{who.name} ({why}{reached})"


def _outcome(visit: Visit) -> Iterator[str]:
    stage = visit.stage
    by = f" by {stage.decided_by.name}" if stage.decided_by else ""
    on = f" on {when(stage.decided_at)}" if stage.decided_at else ""
    yield f"{visit.outcome}{by}{on}"
    if stage.reason:
        yield f"“{stage.reason}”"
    for approval in stage.approvals:
        if approval.at != stage.decided_at:
            yield f"approved by {approval.by.name} on {when(approval.at)}"
    if stage.state is StageState.WAITING and stage.due_at is not None:
        yield f"to be decided by {when(stage.due_at)}"
    if stage.escalations:
        yield "escalated once" if stage.escalations == 1 else f"escalated {stage.escalations} times"


def _questions(request: Request) -> Iterator[tuple[str, str, str]]:
    for question in request.questions:
        asked = f"{question.by.name}, {when(question.at)}"
        told = (
            f" ({question.answered_by.name}, {when(question.answered_at)})"
            if (question.answered_by and question.answered_at)
            else ""
        )
        yield asked, question.text, f"{question.answer}{told}" if question.answer else "none yet"


def _changes(request: Request) -> Iterator[tuple[str, str, str]]:
    for difference in request.change.differences if request.change else ():
        yield _thing(difference), difference.before, difference.after


def _thing(difference: Difference) -> str:
    what = " ".join(part for part in (difference.thing.value, difference.kind) if part)
    return f"{what} ({difference.note})" if difference.note else what


def _steps(request: Request) -> Iterator[tuple[str, str, str]]:
    for step in request.plan:
        yield step_title(step), STEP_STATUSES[step.status][1], step.detail


def _history(request: Request) -> Iterator[tuple[str, str, str, str]]:
    for line in request.history:
        yield when(line.at), line.by.name if line.by else SWITCHBOARD, line.what, line.detail
