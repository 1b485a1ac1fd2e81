"""How far roll-outs are, which is for telecom admins."""

from __future__ import annotations

from cards.notice import notice_card
from cards.rollouts import rollouts_card
from cards.verbs import Verb
from cards.words import BUTTONS
from dialogs.context import Answer, Desk
from services.domain.person import Actor

ADMINS_ONLY = "Only telecom admins are shown how far a roll-out is."


async def show_rollouts(desk: Desk, actor: Actor) -> Answer:
    """Each roll-out under way; the answer is about many people, so nobody else gets it."""
    if not desk.changes.is_admin(actor.id):
        buttons = [(BUTTONS[verb], verb) for verb in (Verb.MY_REQUESTS, Verb.MENU)]
        return Answer(card=notice_card("That is for telecom admins", ADMINS_ONLY, buttons))
    return Answer(card=rollouts_card(*await desk.rollouts.under_way()))
