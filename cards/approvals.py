"""What waits for a person's decision, a page of it, to be decided one by one or several at once."""

from __future__ import annotations

from collections.abc import Sequence

from cards.deeds import reject_action
from cards.elements import Card, Part
from cards.entries import choice_title, decidable, decision_entry, open_button
from cards.inputs import Choice, InputChoiceSet
from cards.parts import (
    ROOM,
    Action,
    banner,
    bold,
    button,
    finished,
    first_that_fits,
    heading,
    line,
    run,
    said,
    subheading,
)
from cards.verbs import Verb
from cards.words import BUTTONS, count, readable
from services.domain.request import Request
from services.domain.waiting import PER_PAGE, Outcome, Waiting

SIZES = (*ROOM, 12)
"""Characters for each longer text: ten requests with ten outcomes need less room than any other card."""

UNKNOWN = "What else waits for your decision cannot be read at the moment. Please look again shortly."


def approvals_card(waiting: Waiting, viewer_id: str) -> Card:
    """One page, oldest first; requests that the person cannot decide are left out.

    On top is how it went with what they just decided together.
    """
    return first_that_fits(lambda room: _card(waiting, viewer_id, room), SIZES)


def _card(waiting: Waiting, viewer_id: str, room: int) -> Card:
    requests = decidable(waiting.requests, viewer_id)
    body: list[Part] = [heading(BUTTONS[Verb.APPROVALS])]
    if waiting.problem:
        words = run(readable(waiting.problem), max(room, 200))
        body.append(banner("attention", line(said("⚠ Please correct: ", weight="bolder"), words)))
    body += _outcomes(waiting.outcomes, room)
    body.append(_summary(waiting, requests))
    for request in requests:
        body += [decision_entry(request, room), open_button(request)]
    if len(requests) > 1:
        body += [subheading("Decide several at once"), _choices(requests, room)]
    told = f"Approvals: {waiting.count} waiting for you." if waiting.is_known else UNKNOWN
    return finished(told, body, _actions(waiting, requests))


def _outcomes(outcomes: Sequence[Outcome], room: int) -> list[Part]:
    if not outcomes:
        return []
    lines: list[Part] = []
    for one in outcomes:
        mark = "✓ " if one.is_done else "✕ "
        lines.append(line(mark, bold(one.ref), ": ", run(readable(one.words), room), spacing="small"))
    is_good = all(one.is_done for one in outcomes)
    return [banner("good" if is_good else "warning", *lines)]


def _summary(waiting: Waiting, requests: Sequence[Request]) -> Part:
    if not waiting.is_known:
        return line(UNKNOWN)
    if not requests and not waiting.count:
        return line("Nothing waits for your decision.")
    verb = "waits" if waiting.count == 1 else "wait"
    words = f"{count(waiting.count, 'request', 'requests')} {verb} for your decision."
    if not requests:
        return line(words, " None of them is on this page.")
    if waiting.pages == 1:
        return line(words)
    first = waiting.page * PER_PAGE + 1
    return line(words, f" {first}–{first + len(requests) - 1} of {waiting.count}, oldest first:")


def _choices(requests: Sequence[Request], room: int) -> Part:
    """Not required: with nothing chosen the answer says so, and the other buttons do not wait for it."""
    choices = [
        Choice(title=choice_title(request, room), value=f"{request.id}:{request.version}")
        for request in requests
    ]
    return InputChoiceSet(
        id="chosen",
        label="Choose the requests, then approve or reject them below.",
        style="expanded",
        is_multi_select=True,
        wrap=True,
        choices=choices,
    )


def _actions(waiting: Waiting, requests: Sequence[Request]) -> list[Action]:
    here = {"page": waiting.page}
    actions: list[Action] = []
    if len(requests) > 1:
        approve = button(Verb.APPROVE_MANY, data=here, style="positive", takes_inputs=True)
        actions += [approve, reject_action(Verb.REJECT_MANY, here)]
    if waiting.page > 0:
        actions.append(button(Verb.APPROVALS, title="Earlier", data={"page": waiting.page - 1}))
    if waiting.page + 1 < waiting.pages:
        actions.append(button(Verb.APPROVALS, title="Next", data={"page": waiting.page + 1}))
    return [*actions, button(Verb.PREFERENCES), button(Verb.MENU)]
