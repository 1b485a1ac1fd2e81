"""One message a day about everything that waits for a person's decision, in place of single reminders."""

from __future__ import annotations

from collections.abc import Sequence

from cards.elements import Card, Part
from cards.entries import decidable, open_button, since, who_asks
from cards.parts import NAME, bold, button, finished, fitted, heading, line, said
from cards.stages import place_runs
from cards.verbs import Verb
from cards.words import count as counted
from services.domain.request import Request

SHOWN = 10
"""The oldest; the others are a button away."""


def digest_card(waiting: Sequence[Request], viewer_id: str, count: int) -> Card:
    """The oldest requests that wait for the person, of ``count`` in all, each with a button that opens it."""
    return fitted(lambda room: _card(waiting, viewer_id, count, room))


def _card(waiting: Sequence[Request], viewer_id: str, count: int, room: int) -> Card:
    verb = "waits" if count == 1 else "wait"
    words = f"Your approvals today: {counted(count, 'request', 'requests')} {verb} for your decision"
    requests = decidable(waiting, viewer_id)[:SHOWN]
    body: list[Part] = [heading(words)]
    for request in requests:
        body += _entry(request, min(room, NAME))
    left = count - len(requests)
    if left > 0 and requests:
        body.append(line(said(f"… and {left} more under Approvals.", is_subtle=True)))
    change = "You can end these messages under My approval settings."
    body.append(line(said(change, is_subtle=True, size="small")))
    actions = [button(Verb.APPROVALS, style="positive"), button(Verb.PREFERENCES), button(Verb.MENU)]
    return finished(f"{words}.", body, actions)


def _entry(request: Request, room: int) -> list[Part]:
    title = line(bold(request.ref), "  ", *who_asks(request, room))
    title.separator = True
    place = place_runs(request, room)
    times = [said(since(request), is_subtle=True)]
    return [title, line(*place, ". " if place else "", *times, spacing="small"), open_button(request)]
