"""From a request to its plan: one planner for each kind, which first looks at the tenant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.domain.number import Number
from services.domain.person import Person
from services.domain.persona import Catalogue, attributes_of
from services.domain.persona_change import PersonaChange
from services.domain.request import Request, RequestKind
from services.domain.step import Step, StepKind, StepStatus
from services.domain.titles import title
from services.locations import Locations
from services.ports import Directory, Telephony
from services.provisioning import words
from services.provisioning.facts import may_be_ours
from services.provisioning.outcome import Stuck
from services.provisioning.persona_is import PersonaIs
from services.provisioning.persona_plan import plan_persona
from services.provisioning.persona_survey import survey_persona
from services.provisioning.plan import plan_number
from services.provisioning.survey import survey

Planning = Callable[[Number | None, Sequence[Step]], tuple[Step, ...]]
"""Makes the plan from what was found, for the number that is promised, after the plan of an earlier run."""


GIVES_OR_TAKES = frozenset(
    {
        StepKind.JOIN_GROUP,
        StepKind.SET_ATTRIBUTE,
        StepKind.BE_ADMITTED,
        StepKind.ASSIGN_POLICY,
        StepKind.LEAVE_GROUP,
        StepKind.BE_DISMISSED,
        StepKind.REMOVE_POLICY,
    }
)


class Planner(Protocol):
    """Looks at the tenant for one kind of request."""

    async def look(self, request: Request, person: Person) -> Planning | Stuck:
        """How to plan the request, or why it cannot be planned.

        Raises TenantBusy, TenantRefused; LocationUnknown when its location is gone.
        """
        ...


@dataclass(frozen=True, slots=True)
class NumberPlanner:
    """Plans requests for a number."""

    directory: Directory
    telephony: Telephony
    locations: Locations

    async def look(self, request: Request, person: Person) -> Planning | Stuck:
        """Look at the groups of the location."""
        location = self.locations.named(request.location)
        found = await survey(self.directory, self.telephony, person, location)

        def planning(number: Number | None, before: Sequence[Step]) -> tuple[Step, ...]:
            if number is None:
                return tuple(before)
            return plan_number(person.id, location, number, found, before)

        return planning


@dataclass(frozen=True, slots=True)
class PersonaPlanner:
    """Plans changes of persona. ``may_write`` is whether attributes of accounts may be written."""

    directory: Directory
    telephony: Telephony
    catalogue: Callable[[], Catalogue]
    may_write: bool

    async def look(self, request: Request, person: Person) -> Planning | Stuck:
        """Look at the groups of the personas, as the catalogue has them now."""
        change = request.change
        catalogue = self.catalogue()
        chosen = catalogue.named(change.persona) if change else None
        if change is None or chosen is None:
            return words.persona_gone(change.persona if change else "The persona")
        found = await survey_persona(self.directory, self.telephony, person, catalogue, chosen, change.drops)
        objection = _objection(request, change, found)
        if objection is not None:
            return objection

        def planning(number: Number | None, before: Sequence[Step]) -> tuple[Step, ...]:
            e164 = number.e164 if number else None
            return plan_persona(found, change, e164, may_write=self.may_write, before=before)

        unseen = _unseen(planning(None, request.plan), request.plan)
        return words.does_more(person.display_name, unseen) if unseen else planning


def _objection(request: Request, change: PersonaChange, found: PersonaIs) -> Stuck | None:
    """Why it is not what was approved any more, or nothing.

    Whether the person may hold the personas is asked until something was changed: from then on their account
    may say otherwise because of this very change.
    """
    person = found.person
    closed = found.catalogue.not_for(found.chosen, attributes_of(person))
    if closed is not None and not any(may_be_ours(step) for step in request.plan):
        return words.not_eligible(person.display_name, closed.name, closed.eligibility)
    places = {one.number.location.casefold() for one in found.target if one.number}
    if request.number and request.location.casefold() not in places:
        return words.moved_number(found.chosen.name, request.location)
    ends = {persona.name for persona in found.dropped} - set(change.drops)
    if ends:
        return words.holds_more(person.display_name, sorted(ends))
    begins = {persona.name for persona in found.taken} - set(change.takes)
    if begins:
        return words.requires_more(found.chosen.name, sorted(begins))
    return None


def _unseen(plan: Sequence[Step], approved: Sequence[Step]) -> list[str]:
    """Titles of steps that give or take something and were not in the plan that was approved."""
    seen = {(step.key, step.subject, step.target) for step in approved}
    return [
        title(step)
        for step in plan
        if approved
        and step.kind in GIVES_OR_TAKES
        and step.status is StepStatus.PLANNED
        and (step.key, step.subject, step.target) not in seen
    ]


def planners(
    directory: Directory,
    telephony: Telephony,
    locations: Locations,
    catalogue: Callable[[], Catalogue],
    *,
    may_write: bool,
) -> Mapping[RequestKind, Planner]:
    """One for each kind."""
    return {
        RequestKind.NUMBER: NumberPlanner(directory, telephony, locations),
        RequestKind.PERSONA: PersonaPlanner(directory, telephony, catalogue, may_write),
    }
