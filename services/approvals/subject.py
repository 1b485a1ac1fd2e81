"""What routing has to know of a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.domain.approval_rule import Facts
from services.domain.location import Cost, Location
from services.domain.person import Person
from services.domain.persona import Persona, attributes_of
from services.domain.persona_change import costs
from services.domain.request import RequestKind
from services.ports import Subscription
from services.provisioning.persona_is import PersonaIs
from services.provisioning.what_is import WhatIs


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who asks for what for whom. ``persona`` is None for a number alone."""

    kind: RequestKind
    requester_id: str
    beneficiary: Person
    persona: Persona | None = None
    facts: Facts = field(default_factory=Facts)

    @property
    def excluded(self) -> frozenset[str]:
        """Ids of those who decide nothing about it."""
        return frozenset({self.requester_id, self.beneficiary.id})


def number_subject(requester_id: str, person: Person, location: Location, what_is: WhatIs) -> Subject:
    """A request for a number."""
    skus = [sku for group in what_is.groups if not group.is_member for sku in group.skus]
    facts = _facts(person, (location.cost,), (sku for sku in skus if not sku.plans <= what_is.plans))
    return Subject(kind=RequestKind.NUMBER, requester_id=requester_id, beneficiary=person, facts=facts)


def persona_subject(requester_id: str, found: PersonaIs) -> Subject:
    """A request for a persona. What it costs is what all personas cost that the person then holds."""
    parts = dict.fromkeys(part for persona in found.target for part in persona.licences)
    lacking = [found.bought.get(part.casefold()) for part in parts if not found.has_sku(part)]
    return Subject(
        kind=RequestKind.PERSONA,
        requester_id=requester_id,
        beneficiary=found.person,
        persona=found.chosen,
        facts=_facts(found.person, costs(found.target), (sku for sku in lacking if sku is not None)),
    )


def _facts(person: Person, costs: tuple[Cost, ...], used: Iterable[Subscription]) -> Facts:
    return Facts(
        costs=costs,
        licences={sku.part_number: sku.free for sku in used},
        attributes=attributes_of(person),
    )
