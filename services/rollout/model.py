"""What a roll-out would do to whom, and how it went for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from services.domain.person import Person
from services.domain.persona import Persona
from services.domain.request import Request
from services.provisioning.persona_difference import NumberNeed
from services.provisioning.persona_is import PersonaIs

Report = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and of how many."""


class Verdict(StrEnum):
    """What a roll-out does with one row of its file."""

    CHANGES = "changes"
    UNDER_WAY = "under way already"
    HOLDS = "holds it already"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row. ``why`` is the reason for leaving it out.

    ``found`` and ``need`` are there for somebody who changes, ``request`` for somebody under way. ``tasks``
    are groups about which people will have to do something, because a rule fills them.
    """

    line: int
    key: str
    verdict: Verdict
    why: str = ""
    person: Person | None = None
    found: PersonaIs | None = None
    need: NumberNeed | None = None
    tasks: tuple[str, ...] = ()
    request: Request | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Something that the roll-out needs so many of, and how many there are."""

    what: str
    needed: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPlan:
    """A roll-out before it is confirmed. ``joins`` is how many join each group, and ``ends`` how many lose
    what: a persona, or a number that is given back. ``tasks`` is for how many people a group needs somebody
    to act.
    """

    id: str
    persona: Persona
    candidates: tuple[Candidate, ...]
    joins: tuple[tuple[str, int], ...] = ()
    ends: tuple[tuple[str, int], ...] = ()
    tasks: tuple[tuple[str, int], ...] = ()
    licences: tuple[Supply, ...] = ()
    numbers: tuple[Supply, ...] = ()

    def of(self, verdict: Verdict) -> tuple[Candidate, ...]:
        """The rows with that verdict."""
        return tuple(candidate for candidate in self.candidates if candidate.verdict is verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sponsors:
    """Who asked for a roll-out, and who approved it: two people, as for every request."""

    asked_by: Person
    approved_by: Person
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it went for one row."""

    line: int
    key: str
    name: str
    result: str
    detail: str = ""
    number: str = ""
    ref: str = ""


def out(candidate: Candidate, why: str) -> Candidate:
    """The candidate, left out for a reason."""
    return replace(candidate, verdict=Verdict.LEFT_OUT, why=why)
