"""How far roll-outs are, for telecom admins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cards.elements import Card, Part
from cards.parts import banner, bold, button, fact, finished, fitted, heading, line, run, said
from cards.verbs import Verb
from cards.words import BUTTONS, STATES, count, when
from services.rollout.progress import Progress

SHOWN = 5
PARKED_SHOWN = 10


def rollouts_card(at: datetime, rollouts: Sequence[Progress]) -> Card:
    """Each roll-out under way, with how many people are how far."""
    return fitted(lambda room: _card(at, rollouts, room))


def _card(at: datetime, rollouts: Sequence[Progress], room: int) -> Card:
    body: list[Part] = [heading(BUTTONS[Verb.ROLLOUTS])]
    if not rollouts:
        body.append(line("No roll-out is under way."))
    for one in rollouts[:SHOWN]:
        body += _rollout(one, room)
    left = len(rollouts) - SHOWN
    if left > 0:
        body.append(line(said(f"… and {left} more.", is_subtle=True)))
    body.append(line(said(f"As of {when(at)}", is_subtle=True, size="small")))
    actions = [button(Verb.ROLLOUTS, title="Look again"), button(Verb.MENU)]
    return finished(f"Roll-outs under way: {len(rollouts)}.", body, actions)


def _rollout(one: Progress, room: int) -> list[Part]:
    people = count(one.people, "person", "people")
    done = f"{one.done} of {people} set up ({100 * one.done // one.people} %)"
    parts: list[Part] = [
        banner("accent", line(bold(one.persona, room)), line(done)),
        fact("Asked by", run(one.asked_by.name, room), said(f", {when(one.began)}", is_subtle=True)),
    ]
    for state, (mark, word, _) in STATES.items():
        if one.states.get(state):
            parts.append(fact(f"{mark} {word}", str(one.states[state])))
    if one.parked:
        shown = ", ".join(one.parked[:PARKED_SHOWN])
        more = f" and {len(one.parked) - PARKED_SHOWN} more" if len(one.parked) > PARKED_SHOWN else ""
        parts.append(line("⚠ Need attention: ", run(shown, 200), f"{more}. Type a reference to open it."))
    return parts
