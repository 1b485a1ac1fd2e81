"""Personas: named bundles of what a job needs. The catalogue of them is versioned and read from a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from services.domain.location import Cost
from services.domain.number import NumberType
from services.domain.person import Person


class Layer(StrEnum):
    """What part of a person's work a persona covers. A person holds at most one of each layer."""

    BASE = "base"
    CALLING = "calling"
    DEPARTMENT = "department"


DIAL_PLAN = "TenantDialPlan"
VOICE_ROUTING = "OnlineVoiceRoutingPolicy"
CALLER_ID = "CallingLineIdentity"
EMERGENCY_CALLING = "TeamsEmergencyCallingPolicy"
EMERGENCY_ROUTING = "TeamsEmergencyCallRoutingPolicy"
VOICE_APPLICATIONS = "TeamsVoiceApplicationsPolicy"

NOT_BY_GROUP = frozenset({VOICE_APPLICATIONS})
"""Policy types that Teams does not assign to groups (Teams PowerShell, New-CsGroupPolicyAssignment)."""

ATTRIBUTES = MappingProxyType(
    {
        "city": "City",
        "country": "Country",
        "department": "Department",
        "employeeType": "Employee type",
        "jobTitle": "Job title",
        "officeLocation": "Office",
    }
)
"""Attributes of a user that a persona may be bound to or may set: in Graph's spelling, and in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSpec:
    """Which number a persona brings: one of a location, of one of the types, with the tag if one is named.

    No types means every type that the location offers.
    """

    location: str
    types: tuple[NumberType, ...] = ()
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a dial plan: ``translation`` of what ``pattern`` matches, with ``$1`` for its groups.

    ``sample`` is a dialled number and ``becomes`` what it must become; both empty where none is given.
    """

    name: str
    pattern: str
    translation: str
    sample: str = ""
    becomes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One persona. ``name`` is the key, compared without regard to case.

    ``country`` is an ISO code. ``licences`` are part numbers of SKUs (``MCOEV``) that reach the person by the
    ``groups``, which are display names of Entra groups. ``policies`` maps a policy type in Graph's spelling
    to the policy's name; the dial plan, routing, caller ID and emergency policies are among them.
    ``direct`` are the types of those that no group carries, so that they are assigned to the person.
    ``emergency_location`` is the id of an emergency location, for numbers that need one. ``attributes`` are
    what the person's account says once they hold the persona; a dynamic group is reached by them.
    ``requires`` are names of personas that are taken on with this one (a department's calling persona).
    ``eligible`` maps an attribute to the values of which the person must have one. ``excludes`` are names of
    personas that cannot be held together with this one, besides those of the same layer. ``approval`` names
    the approval rule, and ``owner`` is the sign-in name of who decides where the rule asks the persona's
    owner; empty for nobody. ``number`` is None for a persona that says nothing about numbers.
    """

    name: str
    description: str
    country: str
    layer: Layer
    groups: tuple[str, ...]
    cost: Cost
    licences: tuple[str, ...] = ()
    number: NumberSpec | None = None
    policies: Mapping[str, str] = field(default_factory=dict)
    direct: frozenset[str] = frozenset()
    emergency_location: str = ""
    call_queues: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    eligible: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    approval: str = "manager"
    owner: str = ""

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return self.name.casefold()

    @property
    def memberships(self) -> tuple[str, ...]:
        """Names of the groups that the person is put into: a team has a group of the same name."""
        return (*self.groups, *self.teams)

    def admits(self, attributes: Mapping[str, str | None]) -> bool:
        """Whether somebody with these attributes may hold it."""
        return all(
            (attributes.get(name) or "").casefold() in {value.casefold() for value in values}
            for name, values in self.eligible.items()
        )

    @property
    def eligibility(self) -> str:
        """Who may hold it, in words."""
        return " and ".join(f"{name} is {' or '.join(values)}" for name, values in self.eligible.items())

    def rivals(self, other: Persona) -> bool:
        """Whether nobody can hold both."""
        if self.key == other.key:
            return False
        named = {name.casefold() for name in self.excludes}, {name.casefold() for name in other.excludes}
        return self.layer is other.layer or other.key in named[0] or self.key in named[1]

    def is_direct(self, policy_type: str) -> bool:
        """Whether the policy of the type is assigned to the person rather than to a group."""
        return policy_type in self.direct or policy_type in NOT_BY_GROUP


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All personas in their order. ``version`` grows with each change; ``dial_plans`` are rules by plan."""

    version: int
    personas: tuple[Persona, ...]
    dial_plans: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Persona]:
        return iter(self.personas)

    def named(self, name: str) -> Persona | None:
        """The persona of that name, without regard to case."""
        wanted = name.strip().casefold()
        return next((persona for persona in self.personas if persona.key == wanted), None)

    def after(self, held: Sequence[Persona], chosen: Persona) -> tuple[Persona, ...]:
        """What somebody holds once they have taken ``chosen`` on, with what it requires.

        What cannot be held with those is dropped, and so is what requires something that is dropped. Personas
        that are required but not in the catalogue are left out: that is a fault of the catalogue, which is
        said where it is read.
        """
        new = self.with_required(chosen)
        keys = {persona.key for persona in new}
        kept = [
            persona
            for persona in held
            if persona.key not in keys and not any(persona.rivals(taken) for taken in new)
        ]
        return (*self._supported(kept, held, new), *new)

    def _supported(
        self, kept: Sequence[Persona], held: Iterable[Persona], new: Sequence[Persona]
    ) -> Sequence[Persona]:
        """Those of ``kept`` that do not require a held persona which ends: they end with it."""
        stays = {persona.key for persona in (*kept, *new)}
        ended = {persona.key for persona in held} - stays
        left = [p for p in kept if not any(name.casefold() in ended for name in p.requires)]
        return left if len(left) == len(kept) else self._supported(left, held, new)

    def not_for(self, chosen: Persona, attributes: Mapping[str, str | None]) -> Persona | None:
        """The first of the persona and what it requires that somebody with these attributes may not hold."""
        taken = (chosen, *self.with_required(chosen))
        return next((persona for persona in taken if not persona.admits(attributes)), None)

    def with_required(self, chosen: Persona) -> tuple[Persona, ...]:
        """A persona after everything that it requires, directly or through others."""
        found: dict[str, Persona] = {}

        def visit(persona: Persona, above: frozenset[str]) -> None:
            for name in persona.requires:
                required = self.named(name)
                if required is not None and required.key not in above:
                    visit(required, above | {required.key})
            found.setdefault(persona.key, persona)

        visit(chosen, frozenset({chosen.key}))
        return tuple(found.values())


def no_personas() -> Catalogue:
    """The catalogue of an organisation that has none yet."""
    return Catalogue(version=0, personas=())


def attributes_of(person: Person) -> dict[str, str | None]:
    """A person's attributes in Graph's spelling, as far as personas speak of them."""
    return {
        "city": person.city,
        "country": person.country,
        "department": person.department,
        "employeeType": person.employee_type,
        "jobTitle": person.job_title,
        "officeLocation": person.office_location,
    }
