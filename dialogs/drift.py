"""Looking for drift from personas, which is for telecom admins."""

from __future__ import annotations

from cards.drift import drift_card
from cards.notice import notice_card
from cards.verbs import Verb
from cards.words import BUTTONS
from dialogs.context import Answer, Desk
from services.domain.drift import DriftReport
from services.domain.person import Actor

ADMINS_ONLY = "Only telecom admins can compare people with their personas."


async def show_drift(desk: Desk, actor: Actor) -> Answer:
    """What was seen last, the night before or on demand; a look now when nothing was seen yet."""
    return await _for_admins(desk, actor, desk.drift.last)


async def look_again(desk: Desk, actor: Actor) -> Answer:
    """Look at everyone now."""
    return await _for_admins(desk, actor, None)


async def _for_admins(desk: Desk, actor: Actor, seen: DriftReport | None) -> Answer:
    """An admin's answer names people, so nobody else gets it."""
    if not desk.changes.is_admin(actor.id):
        buttons = [(BUTTONS[verb], verb) for verb in (Verb.MY_PHONE, Verb.MENU)]
        return Answer(card=notice_card("That is for telecom admins", ADMINS_ONLY, buttons))
    return Answer(card=drift_card(seen or await desk.drift.look()))
