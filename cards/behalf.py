"""Asking for somebody else: for whom, and for what."""

from __future__ import annotations

from cards.deeds import LONGEST_NAME, NAME_OR_ADDRESS
from cards.elements import Card, Part
from cards.inputs import InputText
from cards.parts import banner, button, finished, heading, line, plain, run, said
from cards.verbs import Verb
from cards.words import readable

TITLE = "Ask for somebody else"


def behalf_card(who: str = "", problem: str = "") -> Card:
    """The question for whom. ``who`` is what was entered, ``problem`` what to correct in it."""
    body: list[Part] = [heading(TITLE)]
    if problem:
        words = run(readable(problem), 400)
        body.append(banner("attention", line(said("⚠ Please correct: ", weight="bolder"), words)))
    name = InputText(
        id="who",
        label="For whom?",
        placeholder=NAME_OR_ADDRESS,
        value=plain(who, LONGEST_NAME),
        is_required=True,
        max_length=LONGEST_NAME,
        error_message="Say for whom you ask.",
    )
    new = "New hires who have never opened Teams are fine: the request is yours, and you have its card."
    body += [name, line(said(new, is_subtle=True), spacing="small")]
    number = button(Verb.NUMBER_FOR, style="positive", takes_inputs=True)
    actions = [number, button(Verb.PERSONA_FOR, takes_inputs=True), button(Verb.MENU)]
    return finished(f"{TITLE}: a name or an address.", body, actions)
