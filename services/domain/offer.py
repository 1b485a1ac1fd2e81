"""What the form for a number shows: a model between use case and card."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.course import Course
from services.domain.location import Cost
from services.domain.person import Person
from services.domain.step import Step

NEXT_AVAILABLE = "next"
"""The choice of "whichever number is next" instead of a concrete one."""

OFFERED_NUMBERS = 5
"""How many concrete numbers a form offers at most."""


COUNTED = 1000
"""How far free numbers are counted. Nobody chooses by more, and a million would have to be walked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationChoice:
    """A location in the form's list with how many numbers are free there; COUNTED stands for "or more"."""

    name: str
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberForm:
    """The form for a number.

    ``form_id`` becomes the request's id, so that handing in twice makes one request. ``numbers`` are at most
    five offered numbers in E.164 of ``location``. ``choice`` and ``purpose`` are what was entered so far.
    ``obstacle`` says why the location cannot be chosen (then there is nothing to submit), ``problem`` what to
    correct in the input. ``plan`` is what would be done; ``course`` says who would have to approve.
    ``is_for_other``: somebody asks for ``person``, who is not the one who asks.
    """

    form_id: str
    person: Person
    location: str
    locations: tuple[LocationChoice, ...]
    numbers: tuple[str, ...]
    cost: Cost
    plan: tuple[Step, ...] = ()
    course: Course | None = None
    is_for_other: bool = False
    choice: str = NEXT_AVAILABLE
    purpose: str = ""
    obstacle: str = ""
    problem: str = ""
