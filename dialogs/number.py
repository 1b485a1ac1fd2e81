"""Asking for a number: the form, again with what to correct, and the request that comes of it."""

from __future__ import annotations

from dataclasses import replace

from cards.notice import notice_card
from cards.number_form import number_form_card
from cards.verbs import Verb
from cards.words import BUTTONS
from dialogs.context import Answer, Desk
from services.domain.approval_errors import NotForThem
from services.domain.errors import (
    AccountNotFit,
    AlreadyHasNumber,
    InventoryNotReady,
    NoApprover,
    OpenRequestExists,
    Refused,
    UnknownRequest,
)
from services.domain.person import Actor
from services.number_requests import FormInput

HOPELESS = (AlreadyHasNumber, AccountNotFit, InventoryNotReady, NoApprover, NotForThem)
"""What no other input would change: then there is no form to correct."""


async def show_form(desk: Desk, actor: Actor, entered: FormInput) -> Answer:
    """The form, or why there is none."""
    return await _form(desk, actor, entered)


async def submit(desk: Desk, actor: Actor, entered: FormInput) -> Answer:
    """The request's card, or the form again with what to correct and everything that was entered."""
    try:
        request = await desk.number_requests.submit(actor, entered)
    except OpenRequestExists as error:
        return await _open_request(desk, actor, error)
    except HOPELESS as error:
        return _no_form(error)
    except Refused as error:
        known = entered.location in {choice.name for choice in desk.locations}
        kept = replace(entered, location=entered.location if known else "")
        return await _form(desk, actor, kept, problem=error.sentence)
    return desk.show(actor, request)


async def _form(desk: Desk, actor: Actor, entered: FormInput, problem: str = "") -> Answer:
    """The form with a problem, if there is one; the open request in its place, or why there is no form.

    What speaks against the whole location is the form's to say, and is not said a second time.
    """
    try:
        form = await desk.number_requests.form(actor, entered)
    except OpenRequestExists as error:
        return await _open_request(desk, actor, error)
    except HOPELESS as error:
        return _no_form(error)
    return Answer(card=number_form_card(replace(form, problem="" if problem == form.obstacle else problem)))


async def _open_request(desk: Desk, actor: Actor, error: OpenRequestExists) -> Answer:
    """The open request in the place of the form, unless it is one that the actor has no part in."""
    try:
        request = await desk.requests.show(actor, str(error.facts["request_id"]))
    except UnknownRequest:
        return _no_form(error)
    return desk.show(actor, request, notice=error.sentence)


def _no_form(error: Refused) -> Answer:
    choices = [(BUTTONS[verb], verb) for verb in (Verb.MY_PHONE, Verb.MENU)]
    return Answer(card=notice_card("No new number for now", error.sentence, choices))
