"""What is shown while something takes long, and when it could not be done just now."""

from __future__ import annotations

from typing import Any

from cards.elements import Card
from cards.parts import Action, button, finished, heading, line, run
from cards.verbs import Verb
from cards.words import readable

TITLE = "That did not work just now"
WAITING = "Looking at your account …"

Again = tuple[Verb, dict[str, Any]] | None
"""The verb with everything that was entered, so that nothing is typed twice; None for typed words."""


def again_card(sentence: str, again: Again) -> Card:
    """Why it could not be done, with a button that tries the same again."""
    body = [heading(TITLE), line(run(readable(sentence), 600))]
    return finished(f"Switchboard: {TITLE}", body, _buttons(again))


def wait_card(again: Again) -> Card:
    """What is shown while something takes a moment; the answer replaces it, or it is tried again."""
    body = [
        line("◔ ", run(WAITING)),
        line(run("Microsoft 365 takes its time. The answer comes here by itself.", is_subtle=True)),
    ]
    return finished("Switchboard: one moment, please.", body, _buttons(again))


def _buttons(again: Again) -> list[Action]:
    if again is None:
        return [button(Verb.MENU)]
    verb, data = again
    return [button(verb, title="Try again", data=data), button(Verb.MENU)]
