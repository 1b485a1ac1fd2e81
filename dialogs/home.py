"""Welcome, menu, help, and what to say when a message was not understood."""

from __future__ import annotations

from collections.abc import Sequence

from cards.menu import help_card, menu_card, welcome_card
from cards.notice import notice_card
from cards.verbs import Verb
from cards.words import BUTTONS
from dialogs.context import Answer, Desk
from services.domain.person import Actor


async def menu(desk: Desk, actor: Actor) -> Answer:
    """The menu, with what waits for the person."""
    waiting, open_ref = await desk.requests.pending_for(actor)
    return Answer(card=menu_card(actor.name, waiting, open_ref))


async def welcome(desk: Desk, actor: Actor) -> Answer:
    """What somebody sees who has just got the app."""
    waiting, open_ref = await desk.requests.pending_for(actor)
    return Answer(card=welcome_card(actor.name, waiting, open_ref))


async def show_help(desk: Desk, actor: Actor) -> Answer:  # noqa: ARG001 - every conversation has this shape
    """What can be typed."""
    return Answer(card=help_card())


def not_understood(choices: Sequence[Verb]) -> Answer:
    """The nearest choices for a message that was not understood."""
    buttons = [(BUTTONS[verb], verb) for verb in choices]
    return Answer(card=notice_card("Did you mean one of these?", "I did not understand that.", buttons))


def unknown_button() -> Answer:
    """What to say to a button that is not of any card that Switchboard sends."""
    buttons = [(BUTTONS[Verb.MENU], Verb.MENU)]
    return Answer(card=notice_card("That button is out of use", "Nothing was changed.", buttons))
