"""Cards about personas, with one text in all the places where somebody may have typed it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cards.drift import drift_card
from cards.my_phone import my_phone_card
from cards.persona_form import persona_form_card
from cards.request import request_card
from cards.rollouts import rollouts_card
from services.domain.course import Course
from services.domain.drift import DriftReport, Finding
from services.domain.person import PersonRef
from services.domain.persona_change import Difference, PersonaChange, Thing
from services.domain.persona_form import PersonaChoice, PersonaForm
from services.domain.phone import LicenceHeld, PolicyHeld
from services.domain.request import RequestKind, RequestState
from services.domain.stage import Stage, asked
from services.rollout.progress import Progress
from tests.unit.cards_stories import CHRISTIE, NOW, PLAN, POUNDS, STORIES, a_phone, seen_by


def a_change(text: str, many: int = 1) -> PersonaChange:
    """One difference of each kind, gained, lost and exchanged."""
    pairs = (("", text or "?"), (text or "?", ""), (text or "?", text + "!"))
    every = [
        Difference(thing=thing, before=before, after=after, kind=text, note=text)
        for thing in Thing
        for before, after in pairs
    ]
    return PersonaChange(
        takes=(text,),
        drops=(text,),
        keeps=(text,) * many,
        differences=tuple(every * many),
        warnings=(text,) * 8 * many,
        costs_before=(POUNDS,),
        costs_after=(POUNDS, replace(POUNDS, currency="EUR")),
    )


def a_course(text: str, stages: int = 2) -> Course:
    """Several stages, the last of which asks many."""
    who = asked(PersonRef(id="megan", name=text), PersonRef(id="lee", name=text), why=text)
    stage = Stage(name=text, approvers=who, why=text)
    return Course(rule=text, stages=(*(stage,) * (stages - 1), replace(stage, approvers=who * 10)))


def a_persona_form(text: str, many: int = 1) -> PersonaForm:
    """With the persona chosen, and what it changes."""
    name = text.encode(errors="ignore").decode()[:78] or "?"  # the longest that a catalogue takes
    return PersonaForm(
        form_id="5e3d6f0a-8d0e-4f6e-9a52-1f6f6d1f0001",
        person=replace(CHRISTIE, display_name=text),
        choices=tuple(PersonaChoice(name=f"{name}{n}", description=text) for n in range(many)),
        persona=f"{name}0",
        change=a_change(text, many),
        plan=tuple(replace(step, subject=text) for step in PLAN) * many,
        course=a_course(text),
        purpose=text,
        problem=text,
    )


def a_roll_out(text: str) -> Progress:
    """One with somebody in every state."""
    return Progress(
        persona=text,
        asked_by=PersonRef(id="megan", name=text),
        began=NOW,
        states=dict.fromkeys(RequestState, 7),
        parked=("SB-000123",) * 40,
    )


def persona_cards_about(text: str, many: int = 1) -> list[dict[str, Any]]:
    """Every card about personas that shows something typed."""
    form = a_persona_form(text, many)
    requests = [
        replace(story(), kind=RequestKind.PERSONA, change=a_change(text, many)) for story in STORIES.values()
    ]
    finding = Finding(person=PersonRef(id="christie", name=text), persona=text, what=text, action=text)
    report = DriftReport(
        at=NOW, looked_at=many, findings=(finding,) * many, unread=(PersonRef(id="debra", name=text),) * many
    )
    phone = a_phone(
        personas=(text,) * many,
        licences=(LicenceHeld(product=text, group=text, fault=text),) * many,
        policies=tuple(PolicyHeld(kind=f"{n}{text}", name=text, group=text, hides=text) for n in range(many)),
    )
    return [
        persona_form_card(form),
        persona_form_card(replace(form, change=None, obstacle=text or "?")),
        *(
            request_card(seen_by(request, who, text), NOW)
            for request in requests
            for who in ("christie", "megan")
        ),
        drift_card(report),
        rollouts_card(NOW, [a_roll_out(text)] * many),
        my_phone_card(phone),
    ]
