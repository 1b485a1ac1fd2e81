"""Requests in a list: a person's own, and those that wait for their decision."""

from __future__ import annotations

from collections.abc import Sequence

from cards.elements import Card, Part, TextRun
from cards.parts import (
    banner,
    bold,
    button,
    buttons,
    finished,
    fitted,
    heading,
    line,
    run,
    said,
)
from cards.verbs import Verb
from cards.words import BUTTONS, STATES, count, money, phone, when
from services.domain.policy import names
from services.domain.request import Request
from services.domain.view import Deed, view_for

SHOWN = 10
"""Requests on one card; further ones are counted."""


def my_requests_card(requests: Sequence[Request], viewer_id: str) -> Card:
    """What the person asked for or gets, newest first."""
    return fitted(lambda room: _mine(requests, viewer_id, room))


def approvals_card(requests: Sequence[Request], viewer_id: str) -> Card:
    """What waits for the person's decision, oldest first; requests that they cannot decide are left out."""
    return fitted(lambda room: _approvals(requests, viewer_id, room))


def digest_card(waiting: Sequence[Request], viewer_id: str, count: int) -> Card:
    """The daily message about what waits for the person's decision: the oldest of ``count``."""
    return fitted(lambda room: _digest(waiting, viewer_id, count, room))


def _digest(waiting: Sequence[Request], viewer_id: str, total: int, room: int) -> Card:
    shown = [r for r in waiting if Deed.APPROVE in view_for(r, viewer_id, is_admin=False).deeds][:SHOWN]
    verb = "waits" if total == 1 else "wait"
    told = f"{count(total, 'request', 'requests')} {verb} for your decision."
    body: list[Part] = [heading(BUTTONS[Verb.APPROVALS]), line(told)]
    for request in shown:
        body += [_approvals_entry(request, room), _open(request)]
    return finished(told, body, [button(Verb.APPROVALS), button(Verb.MENU)])


def _mine(requests: Sequence[Request], viewer_id: str, room: int) -> Card:
    body: list[Part] = [heading(BUTTONS[Verb.MY_REQUESTS])]
    if not requests:
        body.append(line("You have not asked for anything yet."))
    for request in requests[:SHOWN]:
        body += _mine_entry(request, viewer_id, room)
    body += _more(requests)
    actions = [button(Verb.MENU)] if requests else [button(Verb.NUMBER_FORM), button(Verb.MENU)]
    return finished(f"My requests: {len(requests)}.", body, actions)


def _mine_entry(request: Request, viewer_id: str, room: int) -> list[Part]:
    mark, word, _ = STATES[request.state]
    title = line(bold(request.ref), f"  {mark} {word}")
    title.separator = True
    detail: list[TextRun | str] = [*_what(request)]
    if request.requester.id != viewer_id:
        detail += [", asked for you by ", bold(request.requester.name)]
    if request.current_stage:
        detail += [", waiting for ", run(names(request.current_stage.approvers), room)]
    asked = said(f". Asked on {when(request.created_at)}.", is_subtle=True)
    return [title, line(*detail, asked, spacing="small"), _open(request)]


def _approvals(requests: Sequence[Request], viewer_id: str, room: int) -> Card:
    due = (
        request for request in requests if Deed.APPROVE in view_for(request, viewer_id, is_admin=False).deeds
    )
    waiting = sorted(due, key=lambda request: request.created_at)
    body: list[Part] = [heading(BUTTONS[Verb.APPROVALS])]
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        body.append(line(f"{count(len(waiting), 'request', 'requests')} {verb} for your decision."))
    else:
        body.append(line("Nothing waits for your decision."))
    for request in waiting[:SHOWN]:
        body += [_approvals_entry(request, room), _open(request)]
    body += _more(waiting)
    return finished(f"Approvals: {len(waiting)} waiting for you.", body, [button(Verb.MENU)])


def _approvals_entry(request: Request, room: int) -> Part:
    cost = "" if request.change else f"{money(request.cost)}. "
    times = f"{cost}Waiting since {when(request.created_at)}, ends {when(request.expires_at)}."
    return banner(
        "emphasis",
        line(bold(request.ref), spacing="none"),
        line(bold(request.beneficiary.name), " asks for ", *_what(request)),
        line("Why: ", run(request.purpose, room), spacing="small"),
        line(said(times, is_subtle=True), spacing="small"),
    )


def _what(request: Request) -> list[TextRun | str]:
    """What is asked for."""
    if request.change:
        return ["the persona ", bold(request.change.persona)]
    return [run(phone(request.number) if request.number else "a number"), " in ", run(request.location)]


def _open(request: Request) -> Part:
    title = f"{BUTTONS[Verb.SHOW]} {request.ref}"
    return buttons(button(Verb.SHOW, title=title, data={"id": request.id, "version": request.version}))


def _more(requests: Sequence[Request]) -> list[Part]:
    left = len(requests) - SHOWN
    if left <= 0:
        return []
    return [
        line(
            said(
                f"… and {left} more. Type a reference, such as {requests[SHOWN].ref}, to open it.",
                is_subtle=True,
            )
        )
    ]
