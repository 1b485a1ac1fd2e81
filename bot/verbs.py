"""The table: verb → strict payload → conversation. What is not in it is refused."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.payloads import (
    Answering,
    Asking,
    Choices,
    Decision,
    HandedIn,
    Handover,
    LookAt,
    Many,
    Nothing,
    NumberInput,
    Page,
    PersonaChosen,
    PersonaHandedIn,
    Who,
)
from cards.verbs import Verb
from dialogs import approvals, behalf, drift, home, number, persona, phone, requests, rollouts
from dialogs.context import Answer, Desk
from services.domain.errors import BadInput
from services.domain.person import Actor

Run = Callable[[Desk, Actor, Any], Coroutine[Any, Any, Answer]]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a verb takes and does. ``asks_tenant``: it may take longer than a client waits for an answer."""

    payload: type[Nothing]
    run: Run
    asks_tenant: bool = False


TABLE: dict[Verb, Entry] = {
    Verb.MENU: Entry(Nothing, lambda desk, actor, _: home.menu(desk, actor)),
    Verb.HELP: Entry(Nothing, lambda desk, actor, _: home.show_help(desk, actor)),
    Verb.NUMBER_FORM: Entry(
        NumberInput, lambda desk, actor, form: number.show_form(desk, actor, form.entered), asks_tenant=True
    ),
    Verb.NUMBER_SUBMIT: Entry(
        HandedIn, lambda desk, actor, form: number.submit(desk, actor, form.entered), asks_tenant=True
    ),
    Verb.PERSONA_FORM: Entry(
        PersonaChosen,
        lambda desk, actor, form: persona.show_form(desk, actor, form.entered),
        asks_tenant=True,
    ),
    Verb.PERSONA_SUBMIT: Entry(
        PersonaHandedIn,
        lambda desk, actor, form: persona.submit(desk, actor, form.entered, form.shown),
        asks_tenant=True,
    ),
    Verb.DRIFT: Entry(Nothing, lambda desk, actor, _: drift.show_drift(desk, actor), asks_tenant=True),
    Verb.DRIFT_AGAIN: Entry(Nothing, lambda desk, actor, _: drift.look_again(desk, actor), asks_tenant=True),
    Verb.ROLLOUTS: Entry(Nothing, lambda desk, actor, _: rollouts.show_rollouts(desk, actor)),
    Verb.MY_PHONE: Entry(Nothing, lambda desk, actor, _: phone.my_phone(desk, actor), asks_tenant=True),
    Verb.MY_REQUESTS: Entry(Nothing, lambda desk, actor, _: requests.mine(desk, actor)),
    Verb.APPROVALS: Entry(Page, lambda desk, actor, at: approvals.waiting(desk, actor, at.page)),
    Verb.APPROVE_MANY: Entry(
        Many, lambda desk, actor, many: approvals.approve_many(desk, actor, many.requests, many.page)
    ),
    Verb.REJECT_MANY: Entry(
        Many,
        lambda desk, actor, many: approvals.reject_many(desk, actor, many.requests, many.page, many.reason),
    ),
    Verb.PREFERENCES: Entry(Nothing, lambda desk, actor, _: approvals.preferences(desk, actor)),
    Verb.PREFERENCES_SUBMIT: Entry(
        Choices, lambda desk, actor, chosen: approvals.choose(desk, actor, chosen.entered), asks_tenant=True
    ),
    Verb.FOR_SOMEBODY: Entry(Nothing, lambda desk, actor, _: behalf.ask_who(desk, actor)),
    Verb.NUMBER_FOR: Entry(
        Who, lambda desk, actor, named: behalf.number_for(desk, actor, named.who), asks_tenant=True
    ),
    Verb.PERSONA_FOR: Entry(
        Who, lambda desk, actor, named: behalf.persona_for(desk, actor, named.who), asks_tenant=True
    ),
    Verb.SHOW: Entry(LookAt, lambda desk, actor, one: requests.show(desk, actor, one.id)),
    Verb.APPROVE: Entry(
        Decision, lambda desk, actor, one: requests.approve(desk, actor, one.id, one.version)
    ),
    Verb.REJECT: Entry(
        Decision, lambda desk, actor, one: requests.reject(desk, actor, one.id, one.version, one.reason)
    ),
    Verb.DELEGATE: Entry(
        Handover,
        lambda desk, actor, one: approvals.delegate(desk, actor, one.id, one.version, one.to),
        asks_tenant=True,
    ),
    Verb.ASK: Entry(
        Asking, lambda desk, actor, one: approvals.ask(desk, actor, one.id, one.version, one.question)
    ),
    Verb.ANSWER: Entry(
        Answering, lambda desk, actor, one: approvals.answer(desk, actor, one.id, one.version, one.answer)
    ),
    Verb.CANCEL: Entry(Decision, lambda desk, actor, one: requests.cancel(desk, actor, one.id, one.version)),
    Verb.RETRY: Entry(Decision, lambda desk, actor, one: requests.retry(desk, actor, one.id, one.version)),
    Verb.ROLL_BACK: Entry(
        Decision, lambda desk, actor, one: requests.roll_back(desk, actor, one.id, one.version)
    ),
}


def is_automatic(value: object) -> bool:
    """Whether the client asks by itself, because somebody looks at a card; nobody pressed anything."""
    return isinstance(value, dict) and value.get("trigger") == "automatic"


def entry_of(value: object) -> tuple[Entry, Nothing]:
    """The entry and the checked payload of an ``adaptiveCard/action``.

    Raises BadInput with a sentence for anything that is not exactly what the verb takes.
    """
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict) or action.get("type", "Action.Execute") != "Action.Execute":
        raise BadInput(what="This button is not one of Switchboard's. Type `menu` for a fresh card.")
    try:
        entry = TABLE[Verb(str(action.get("verb")))]
    except ValueError:
        raise BadInput(what="This button is not known here. Type `menu` for a fresh card.") from None
    if is_automatic(value) and entry is not TABLE[Verb.SHOW]:
        raise BadInput(what="A card that refreshes itself can only show a request. Nothing was changed.")
    try:
        data = action.get("data")
        return entry, entry.payload.model_validate({} if data is None else data)
    except ValidationError as error:
        faults = ", ".join(sorted({_fault(fault) for fault in error.errors()}))
        raise BadInput(what=f"The card's input cannot be used ({faults}). Nothing was changed.") from error


def _fault(fault: Any) -> str:
    """Name the field, shortened: an unknown one comes from outside and may be anything."""
    where = ascii(str(fault["loc"][0]))[1:41].rstrip("'") if fault["loc"] else "data"
    match fault["type"]:
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden":
            return f"{where} is not expected"
        case "string_too_long":
            return f"{where} is too long"
        case _:
            return f"{where} is not of the right form"
