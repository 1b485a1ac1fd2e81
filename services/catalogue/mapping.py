"""Between the form in which a catalogue is written and the domain's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.catalogue import shape
from services.domain.location import Cost
from services.domain.persona import Catalogue, NumberSpec, Persona, Rule
from services.written.findings import Path


def from_shape(file: shape.File, locations: Iterable[str]) -> Catalogue:
    """The domain's catalogue. Locations are spelt as in ``locations``."""
    spelt = {name.casefold(): name for name in locations}
    return Catalogue(
        version=file.version,
        personas=tuple(_persona(one, spelt) for one in file.personas),
        dial_plans={plan: tuple(_rule(one) for one in rules) for plan, rules in file.dial_plans.items()},
    )


def policy_path(policy_type: str) -> Path:
    """Where a policy of the type is written, within its persona."""
    return shape.OWN_FIELDS.get(policy_type, ("policies", policy_type))


def _persona(written: shape.Persona, spelt: dict[str, str]) -> Persona:
    return Persona(
        name=written.name,
        description=written.description,
        country=written.country,
        layer=written.layer,
        groups=written.groups,
        cost=Cost(amount=written.cost.amount, currency=written.cost.currency),
        licences=written.licences,
        number=_number(written.number, spelt),
        policies=policies(written),
        direct=frozenset(written.assigned_directly),
        emergency_location=written.emergency.location,
        call_queues=written.call_queues,
        teams=written.teams,
        attributes=written.attributes,
        eligible=written.eligible,
        requires=written.requires,
        excludes=written.excludes,
        approval=written.approval,
        owner=written.owner,
    )


def _number(written: shape.Number | None, spelt: dict[str, str]) -> NumberSpec | None:
    if written is None:
        return None
    location = spelt.get(written.location.casefold(), written.location)
    return NumberSpec(location=location, types=written.types, tag=written.tag)


def policies(written: shape.Persona) -> dict[str, str]:
    """Every policy by its type: those of a field of their own, then the others."""
    found: dict[str, str] = {}
    for policy_type, (first, *rest) in shape.OWN_FIELDS.items():
        value = getattr(written, first)
        name = getattr(value, rest[0]) if rest else value
        if name:
            found[policy_type] = name
    return found | written.policies


def _rule(written: shape.Rule) -> Rule:
    return Rule(**{name: getattr(written, name) for name in shape.Rule.model_fields})


def to_raw(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as it is written, without what is empty. Reading it again gives the same catalogue."""
    return {
        "version": str(catalogue.version),
        "personas": [_without_blanks(_written(persona)) for persona in catalogue],
        "dial_plans": {
            plan: [_without_blanks(_written_rule(rule)) for rule in rules]
            for plan, rules in catalogue.dial_plans.items()
        },
    }


def _written(persona: Persona) -> dict[str, Any]:
    own = {path: persona.policies.get(kind, "") for kind, path in shape.OWN_FIELDS.items()}
    number = persona.number
    return {
        "name": persona.name,
        "description": persona.description,
        "country": persona.country,
        "layer": persona.layer.value,
        "cost": {"amount": str(persona.cost.amount), "currency": persona.cost.currency},
        "approval": persona.approval,
        "owner": persona.owner,
        "eligible": {name: list(values) for name, values in persona.eligible.items()},
        "requires": list(persona.requires),
        "excludes": list(persona.excludes),
        "groups": list(persona.groups),
        "licences": list(persona.licences),
        "number": number
        and _without_blanks(
            {"location": number.location, "types": [t.value for t in number.types], "tag": number.tag}
        ),
        "dial_plan": own["dial_plan",],
        "voice_routing_policy": own["voice_routing_policy",],
        "caller_id_policy": own["caller_id_policy",],
        "emergency": _without_blanks(
            {
                "location": persona.emergency_location,
                "calling_policy": own["emergency", "calling_policy"],
                "routing_policy": own["emergency", "routing_policy"],
            }
        ),
        "policies": {kind: name for kind, name in persona.policies.items() if kind not in shape.OWN_FIELDS},
        "assigned_directly": sorted(persona.direct),
        "call_queues": list(persona.call_queues),
        "teams": list(persona.teams),
        "attributes": dict(persona.attributes),
    }


def _written_rule(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in shape.Rule.model_fields}


def _without_blanks(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
