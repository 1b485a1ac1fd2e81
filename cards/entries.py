"""One request among several: what is asked for, what waits, and the button that opens it."""

from __future__ import annotations

from collections.abc import Iterable

from cards.elements import Part, TextRun
from cards.parts import NAME, banner, bold, button, buttons, line, run, said, unmarked
from cards.stages import Runs, place_runs
from cards.verbs import Verb
from cards.words import BUTTONS, THEN, money, phone, when
from services.domain.request import Request
from services.domain.view import Deed, view_for


def decidable(requests: Iterable[Request], viewer_id: str) -> list[Request]:
    """Those that the person may decide, oldest first."""
    due = (
        request for request in requests if Deed.APPROVE in view_for(request, viewer_id, is_admin=False).deeds
    )
    return sorted(due, key=lambda request: request.created_at)


def what(request: Request, room: int) -> Runs:
    """What is asked for."""
    if request.change:
        return ["the persona ", bold(request.change.persona, room)]
    number = run(phone(request.number), room) if request.number else "a number"
    return [number, " in ", run(request.location, room)]


def who_asks(request: Request, room: int) -> list[TextRun | str]:
    """Who asks for what, and for whom."""
    asks: Runs = [bold(request.requester.name, room), " asks for ", *what(request, room)]
    if request.requester.id == request.beneficiary.id:
        return asks
    return [*asks, " for ", bold(request.beneficiary.name, room)]


def decision_entry(request: Request, room: int) -> Part:
    """One that waits for a decision, with what the decision rests on."""
    parts: list[Part] = [
        line(bold(request.ref), spacing="none"),
        line(*who_asks(request, min(room, NAME))),
        line("Why: ", run(request.purpose, room), spacing="small"),
    ]
    place = place_runs(request, room)
    if place:
        parts.append(line(*place, spacing="small"))
    question = request.open_question
    if question is not None:
        asked = bold(question.by.name, min(room, NAME))
        parts.append(line(asked, " asked, no answer yet: ", run(question.text, room), spacing="small"))
    cost = "" if request.change else f"{money(request.cost)}. "
    parts.append(line(said(f"{cost}{since(request)}", is_subtle=True), spacing="small"))
    return banner("emphasis", *parts)


def since(request: Request) -> str:
    """Since when it waits at this stage, until when, and what then."""
    stage = request.current_stage
    begun = stage.asked_at if stage and stage.asked_at else request.created_at
    waiting = f"Waiting since {when(begun)}"
    then = THEN.get(stage.timing.on_silence) if stage and stage.due_at else None
    if stage is None or stage.due_at is None or then is None or stage.due_at >= request.expires_at:
        return f"{waiting}, ends {when(request.ends_at)}."
    return f"{waiting}; after {when(stage.due_at)} {then}."


def open_button(request: Request) -> Part:
    """The way to the request's own card."""
    title = f"{BUTTONS[Verb.SHOW]} {request.ref}"
    return buttons(button(Verb.SHOW, title=title, data={"id": request.id, "version": request.version}))


def choice_title(request: Request, room: int) -> str:
    """The request in a list to choose from, as "SB-000123 Christie Cline, number in Manchester"."""
    where = f"number in {request.location}"
    thing = f"persona {request.change.persona}" if request.change else where
    limit = min(room, 60)
    return f"{request.ref} {unmarked(request.beneficiary.name, limit)}, {unmarked(thing, limit)}"
