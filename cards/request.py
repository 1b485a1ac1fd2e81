"""The card of one request: one builder for all people and all states, so that no two cards disagree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cards.change import change_parts
from cards.elements import AdaptiveCard, Card, Column, ColumnSet, Execute, Part, ShowCard
from cards.inputs import InputText
from cards.parts import (
    Action,
    banner,
    bold,
    button,
    fact,
    finished,
    fitted,
    heading,
    line,
    run,
    said,
    subheading,
)
from cards.status import status_lines
from cards.verbs import Verb
from cards.words import (
    BUTTONS,
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
from services.domain.policy import names
from services.domain.request import PURPOSE_LIMIT, Request, RequestState, Stage, StageState
from services.domain.step import Step, StepStatus
from services.domain.view import Deed, RequestView

STEPS_SHOWN = 20
NOTICES_SHOWN = 5
LONG_PURPOSE = 120
BUTTONS_SHOWN = 6
"""Teams hides further ones; what the viewer may do comes first."""


NEVER_DONE = frozenset({RequestState.REJECTED, RequestState.EXPIRED, RequestState.CANCELLED})
"""Ended before anything was changed: a plan on the card would promise what will not happen."""

UNDOING = frozenset({RequestState.ROLLING_BACK, RequestState.ROLLED_BACK})
"""What was still planned will not happen any more."""

OVER = NEVER_DONE | {RequestState.ROLLED_BACK}
"""Ended without a number, so that the requester may ask again."""


def request_card(view: RequestView, now: datetime) -> Card:
    """The request as ``view.viewer_id`` may see it at ``now``; only ``view.deeds`` have buttons."""
    return fitted(lambda room: _card(view, now, room))


def _card(view: RequestView, now: datetime, room: int) -> Card:
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
    body += _approvals(request, room)
    body += _plan(request, now, room)
    if request.is_open:
        body.append(line(said(f"As of {when(now)}", is_subtle=True, size="small"), spacing="medium"))
    return finished(f"{title}: {word}.", body, _actions(view), _refresh(request))


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


def _approvals(request: Request, room: int) -> list[Part]:
    if not request.stages:
        return []
    parts: list[Part] = [subheading("Approval")]
    for stage in request.stages:
        parts.append(_stage(request, stage, room))
        if stage.unreached and stage is request.current_stage:
            lost = bold(names(stage.unreached), room)
            parts.append(line("ℹ Teams cannot reach ", lost, " yet. Ask them to open Switchboard there."))
    return parts


def _stage(request: Request, stage: Stage, room: int) -> Part:
    """Who decided what and when, or who is asked."""
    role = run(stage.why, room, is_subtle=True)
    if stage.state is StageState.WAITING:
        mark = "◔ Waiting for " if request.state is RequestState.PENDING else "○ Not decided: "
        return line(mark, bold(names(stage.approvers), room), " (", role, ")", spacing="small")
    mark = "✓ Approved by " if stage.state is StageState.APPROVED else "✕ Rejected by "
    by = bold(stage.decided_by.name, room) if stage.decided_by else said("Switchboard")
    at = f"), {when(stage.decided_at)}" if stage.decided_at else ")"
    return line(mark, by, " (", role, at, spacing="small")


def _plan(request: Request, now: datetime, room: int) -> list[Part]:
    if not request.plan or request.state in NEVER_DONE:
        return []
    before = request.state in {RequestState.DRAFT, RequestState.PENDING}
    parts: list[Part] = [subheading("Once approved" if before else "Setup")]
    parts += [_step(request, step, now, room) for step in request.plan[:STEPS_SHOWN]]
    left = len(request.plan) - STEPS_SHOWN
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


def _actions(view: RequestView) -> list[Action]:
    """The buttons of what the viewer may do, then the ways elsewhere."""
    request = view.request
    data = {"id": request.id, "version": request.version}
    actions: list[Action] = []
    if Deed.APPROVE in view.deeds:
        actions.append(button(Verb.APPROVE, data=data, style="positive"))
    if Deed.REJECT in view.deeds:
        actions.append(_reject(data))
    if Deed.RETRY in view.deeds:
        actions.append(button(Verb.RETRY, data=data, style="positive"))
    if Deed.ROLL_BACK in view.deeds:
        actions.append(button(Verb.ROLL_BACK, data=data, style="destructive"))
    if Deed.CANCEL in view.deeds:
        actions.append(button(Verb.CANCEL, data=data))
    return [*actions, *_elsewhere(view)][:BUTTONS_SHOWN]


def _reject(data: dict[str, Any]) -> ShowCard:
    """The reason has a card of its own: an input that is required must not hold up Approve."""
    reason = InputText(
        id="reason",
        label="Why do you reject it? The requester will read this.",
        is_multiline=True,
        is_required=True,
        max_length=PURPOSE_LIMIT,
        error_message="Say why you reject it: the requester will read it.",
    )
    confirm = button(Verb.REJECT, data=data, style="destructive", takes_inputs=True)
    inner = AdaptiveCard(body=[reason], actions=[confirm])
    return ShowCard(title=BUTTONS[Verb.REJECT], card=inner.to_inner(), style="destructive")


def _elsewhere(view: RequestView) -> list[Action]:
    request = view.request
    own = view.viewer_id in {request.requester.id, request.beneficiary.id}
    verbs: list[Verb] = []
    if own and request.state in OVER:
        verbs.append(Verb.PERSONA_FORM if request.change else Verb.NUMBER_FORM)
    if view.viewer_id == request.beneficiary.id and request.state is RequestState.COMPLETED:
        verbs.append(Verb.MY_PHONE)
    verbs += [Verb.MY_REQUESTS if own else Verb.APPROVALS, Verb.MENU]
    return [button(verb) for verb in verbs]
