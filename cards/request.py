"""The card of one request: one builder for all people and all states, so that no two cards disagree."""

from __future__ import annotations

from datetime import datetime

from cards.approval import approval_parts
from cards.change import TIGHTEST, change_parts
from cards.deeds import request_actions
from cards.elements import Card, Column, ColumnSet, Execute, Part
from cards.history import Extent, history_action
from cards.parts import (
    banner,
    bold,
    button,
    fact,
    finished,
    first_that_fits,
    heading,
    line,
    run,
    said,
    subheading,
)
from cards.questions import question_parts
from cards.status import status_lines
from cards.verbs import Verb
from cards.words import (
    KINDS,
    STATES,
    STEP_STATUSES,
    money,
    phone,
    phone_at_home,
    readable,
    step_title,
    when,
)
from services.domain.request import PURPOSE_LIMIT, Request, RequestState
from services.domain.step import Step, StepStatus
from services.domain.view import RequestView

STEPS_SHOWN = 20
STEPS_AT_LEAST = 8
NOTICES_SHOWN = 5
LONG_PURPOSE = 120

NEVER_DONE = frozenset({RequestState.REJECTED, RequestState.EXPIRED, RequestState.CANCELLED})
"""Ended before anything was changed: a plan on the card would promise what will not happen."""

UNDOING = frozenset({RequestState.ROLLING_BACK, RequestState.ROLLED_BACK})
"""What was still planned will not happen any more."""

SIZES = (
    (600, Extent()),
    (600, Extent(lines=25, room=60)),
    (600, Extent(lines=10, room=60)),
    (600, Extent(lines=5, room=40)),
    (200, Extent(lines=5, room=40)),
    (80, Extent(lines=5, room=24)),
    (24, Extent(lines=3, room=24)),
    (TIGHTEST, Extent(lines=2, room=16)),
)
"""Characters for each longer text, and how much of the history: tried in this order, so it shrinks first."""


def request_card(view: RequestView, now: datetime) -> Card:
    """The request as ``view.viewer_id`` may see it at ``now``; only ``view.deeds`` have buttons."""
    return first_that_fits(lambda size: _card(view, now, *size), SIZES)


def _card(view: RequestView, now: datetime, room: int, extent: Extent) -> Card:
    request = view.request
    mark, word, style = STATES[request.state]
    title = f"{KINDS[request.kind]} {request.ref}"
    body: list[Part] = [heading(title)]
    if view.notice:
        body.append(banner("emphasis", line("ℹ ", run(readable(view.notice), max(room, 200)))))
    body.append(banner(style, line(said(f"{mark} {word}", weight="bolder")), *status_lines(view, room)))
    body += [line("ℹ ", run(readable(sentence), room)) for sentence in request.notices[-NOTICES_SHOWN:]]
    body += _facts(request, room)
    if request.change:
        body += change_parts(request.change, room, is_done=request.state is RequestState.COMPLETED)
    body += approval_parts(request, room)
    body += question_parts(view, room)
    body += _plan(request, now, room)
    if request.is_open:
        body.append(line(said(f"As of {when(now)}", is_subtle=True, size="small"), spacing="medium"))
    actions = request_actions(view, history_action(request, now, extent))
    return finished(f"{title}: {word}.", body, actions, _refresh(request))


def _refresh(request: Request) -> Execute | None:
    """What brings the card up to date when it is looked at, until nothing more can happen to the request."""
    return button(Verb.SHOW, title="Refresh", data={"id": request.id}) if request.is_open else None


def _facts(request: Request, room: int) -> list[Part]:
    facts: list[Part] = [fact("For", bold(request.beneficiary.name, room))]
    if request.requester.id != request.beneficiary.id:
        facts.append(fact("Asked by", run(request.requester.name, room)))
    if request.number:
        at_home = phone_at_home(request.number)
        national = [said(f"  ({at_home})", is_subtle=True)] if at_home else []
        facts.append(fact("Number", run(phone(request.number)), *national))
    if request.change:
        facts.append(fact("Persona", bold(request.change.persona, room)))
    else:
        facts.append(fact("Location", run(request.location, room)))
    facts.append(_why(request.purpose))
    if not request.change:  # which says more of its cost
        facts.append(fact("Cost", money(request.cost)))
    return [*facts, fact("Asked on", when(request.created_at))]


def _why(purpose: str) -> Part:
    """In full: it is what the decision rests on. A long one takes the whole width, for phones."""
    text = run(purpose, PURPOSE_LIMIT)
    if len(purpose) <= LONG_PURPOSE:
        return fact("Why", text)
    return line(said("Why  ", is_subtle=True), text, spacing="small")


def _plan(request: Request, now: datetime, room: int) -> list[Part]:
    if not request.plan or request.state in NEVER_DONE:
        return []
    before = request.state in {RequestState.DRAFT, RequestState.PENDING}
    parts: list[Part] = [subheading("Once approved" if before else "Setup")]
    limit = STEPS_SHOWN if room > TIGHTEST else STEPS_AT_LEAST
    parts += [_step(request, step, now, room) for step in request.plan[:limit]]
    left = len(request.plan) - limit
    if left > 0:
        parts.append(line(said(f"… and {left} more steps.", is_subtle=True)))
    return parts


def _step(request: Request, step: Step, now: datetime, room: int) -> Part:
    mark, word, colour = STEP_STATUSES[step.status]
    planned = step.status is StepStatus.PLANNED
    if planned and request.state in UNDOING:
        word = "Not done"
    state = said(f"  {word}", is_subtle=True) if planned else said(f"  {word}", weight="bolder")
    items: list[Part] = [line(run(step_title(step), room), state)]
    if step.detail:
        items.append(line(run(step.detail, room, is_subtle=True), spacing="none"))
    if step.status is StepStatus.WAITING and step.next_try:
        soon = "any moment" if step.next_try <= now else when(step.next_try)
        items.append(line(said(f"Next look: {soon}", is_subtle=True), spacing="none"))
    marked = Column(width="24px", items=[line(said(mark, color=colour))])
    return ColumnSet(spacing="small", columns=[marked, Column(width="stretch", items=items, spacing="none")])
