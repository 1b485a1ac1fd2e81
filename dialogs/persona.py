"""Changing the persona: the choice, what it would change, and the request that comes of it."""

from __future__ import annotations

from dataclasses import replace

from cards.notice import notice_card
from cards.persona_form import persona_form_card
from cards.verbs import Verb
from cards.words import BUTTONS
from dialogs.context import Answer, Desk
from services.domain.approval_errors import NotForThem
from services.domain.errors import (
    AccountNotFit,
    InventoryNotReady,
    NoApprover,
    OpenRequestExists,
    Refused,
    UnknownRequest,
)
from services.domain.person import Actor
from services.persona_requests import PersonaInput

HOPELESS = (AccountNotFit, InventoryNotReady, NoApprover, NotForThem)
"""What no other input would change: then there is no form to correct."""

LOOK_FIRST = "This is what {persona} would change. Press Submit if that is what you want."


async def show_form(desk: Desk, actor: Actor, entered: PersonaInput) -> Answer:
    """The form, or why there is none."""
    return await _form(desk, actor, entered)


async def submit(desk: Desk, actor: Actor, entered: PersonaInput, shown: str) -> Answer:
    """The request's card, or the form again with what to correct and everything that was entered.

    Somebody who chose another persona than the card shows has not seen what it changes: they see it first.
    """
    if entered.persona.strip().casefold() != shown.casefold():
        return await _form(desk, actor, entered, problem=LOOK_FIRST.format(persona=entered.persona))
    try:
        request = await desk.persona_requests.submit(actor, entered)
    except OpenRequestExists as error:
        return await _open_request(desk, actor, error)
    except HOPELESS as error:
        return _no_form(error)
    except Refused as error:
        return await _form(desk, actor, entered, problem=error.sentence)
    return desk.show(actor, request)


async def _form(desk: Desk, actor: Actor, entered: PersonaInput, problem: str = "") -> Answer:
    try:
        form = await desk.persona_requests.form(actor, entered)
    except OpenRequestExists as error:
        return await _open_request(desk, actor, error)
    except HOPELESS as error:
        return _no_form(error)
    said = "" if problem == form.obstacle else problem
    return Answer(card=persona_form_card(replace(form, problem=said or form.problem)))


async def _open_request(desk: Desk, actor: Actor, error: OpenRequestExists) -> Answer:
    """The open request in the place of the form, unless it is one that the actor has no part in."""
    try:
        request = await desk.requests.show(actor, str(error.facts["request_id"]))
    except UnknownRequest:
        return _no_form(error)
    return desk.show(actor, request, notice=error.sentence)


def _no_form(error: Refused) -> Answer:
    choices = [(BUTTONS[verb], verb) for verb in (Verb.MY_PHONE, Verb.MENU)]
    return Answer(card=notice_card("No change of persona for now", error.sentence, choices))
