"""What is shown when something could not be done just now: why, and a button that tries the same again."""

from __future__ import annotations

from typing import Any

from cards.elements import Card
from cards.parts import button, finished, heading, line, run
from cards.verbs import Verb

TITLE = "That did not work just now"


def again_card(sentence: str, again: tuple[Verb, dict[str, Any]] | None) -> Card:
    """``again`` is the verb with everything that was entered, so that nothing is typed twice."""
    body = [heading(TITLE), line(run(sentence, 600))]
    actions = [button(Verb.MENU)]
    if again is not None:
        verb, data = again
        actions = [button(verb, title="Try again", data=data), *actions]
    return finished(f"Switchboard: {TITLE}", body, actions)
