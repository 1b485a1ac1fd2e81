"""Requests in lists: a person's own here, and those that wait for their decision."""

from __future__ import annotations

from collections.abc import Sequence

from cards.elements import Card, Part
from cards.entries import open_button, what
from cards.parts import NAME, bold, button, finished, fitted, heading, line, run, said
from cards.stages import Runs, waited_for
from cards.verbs import Verb
from cards.words import BUTTONS, STATES, when
from services.domain.request import Request
from services.domain.stage import StageState
from services.domain.view import Deed, view_for

SHOWN = 10
"""Requests on one card; further ones are counted."""


def my_requests_card(requests: Sequence[Request], viewer_id: str) -> Card:
    """What the person asked for or gets, newest first."""
    return fitted(lambda room: _mine(requests, viewer_id, room))


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
    entry: list[Part] = [title, _detail(request, viewer_id, room)]
    question = request.open_question
    if question is not None and Deed.ANSWER in view_for(request, viewer_id, is_admin=False).deeds:
        entry.append(line("⚠ ", bold(question.by.name, room), " asks you something.", spacing="small"))
    return [*entry, open_button(request)]


def _detail(request: Request, viewer_id: str, room: int) -> Part:
    """What, for or by whom, whom it waits for, and since when."""
    limit = min(room, NAME)
    detail: Runs = [*what(request, limit)]
    if request.beneficiary.id != viewer_id:
        detail += [", for ", bold(request.beneficiary.name, limit)]
    elif request.requester.id != viewer_id:
        detail += [", asked for you by ", bold(request.requester.name, limit)]
    stage = request.current_stage
    if stage and stage.state is StageState.WAITING:
        detail += [", waiting for ", run(waited_for(stage), room)]
    asked = said(f". Asked on {when(request.created_at)}.", is_subtle=True)
    return line(*detail, asked, spacing="small")


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
