"""Asking for somebody else: who it is for, then the same forms."""

from __future__ import annotations

from cards.behalf import behalf_card
from dialogs import number, persona
from dialogs.context import Answer, Desk
from services.domain.errors import Refused, TenantError
from services.domain.person import Actor
from services.number_requests import FormInput
from services.persona_requests import PersonaInput


async def ask_who(desk: Desk, actor: Actor) -> Answer:  # noqa: ARG001 - every conversation has one shape
    """Ask whom it is for."""
    return Answer(card=behalf_card())


async def number_for(desk: Desk, actor: Actor, who: str) -> Answer:
    """The form for a number for them, or what to correct."""
    try:
        person = await desk.behalf.found(actor, who)
    except (Refused, TenantError) as error:
        return Answer(card=behalf_card(who, error.sentence))
    return await number.show_form(desk, actor, FormInput(beneficiary=person.id))


async def persona_for(desk: Desk, actor: Actor, who: str) -> Answer:
    """The form for a change of persona for them, or what to correct."""
    try:
        person = await desk.behalf.found(actor, who)
    except (Refused, TenantError) as error:
        return Answer(card=behalf_card(who, error.sentence))
    return await persona.show_form(desk, actor, PersonaInput(beneficiary=person.id))
