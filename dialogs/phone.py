"""What a person has now."""

from __future__ import annotations

from cards.my_phone import my_phone_card
from dialogs.context import Answer, Desk
from services.domain.person import Actor


async def my_phone(desk: Desk, actor: Actor) -> Answer:
    """Number, licence and policies, read from the tenant."""
    return Answer(card=my_phone_card(await desk.phones.phone_of(actor)))
