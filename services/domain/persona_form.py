"""What the form for a change of persona shows: a model between use case and card."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.course import Course
from services.domain.person import Person
from services.domain.persona_change import PersonaChange
from services.domain.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaChoice:
    """A persona in the form's list."""

    name: str
    description: str
    is_eligible: bool = True
    is_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaForm:
    """The form for a change of persona.

    ``form_id`` becomes the request's id, so that handing in twice makes one request. ``choices`` are those
    whom the person may hold first. ``persona`` is the one that is looked at, or empty; ``change`` is what it
    gives and takes, and ``plan`` how. ``obstacle`` says why it cannot be chosen (then there is nothing to
    submit), ``problem`` what to correct in the input. ``course`` says who would have to approve.
    ``is_for_other``: somebody asks for ``person``, who is not the one who asks.
    """

    form_id: str
    person: Person
    choices: tuple[PersonaChoice, ...]
    persona: str = ""
    change: PersonaChange | None = None
    plan: tuple[Step, ...] = ()
    course: Course | None = None
    is_for_other: bool = False
    purpose: str = ""
    obstacle: str = ""
    problem: str = ""
