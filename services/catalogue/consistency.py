"""What must hold between the fields of a catalogue, so that it can be used at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.catalogue import shape
from services.catalogue.mapping import policies
from services.written.findings import Finding, Path, repeated, twice

LISTS = ("groups", "licences", "call_queues", "teams", "requires", "excludes", "assigned_directly")


def faults(file: shape.File, locations: Iterable[str]) -> list[Finding]:
    """Everything that does not hold."""
    known = {name.casefold(): name for name in locations}
    found = [*_same_names(file)]
    for place, persona in enumerate(file.personas):
        found += _of_persona(("personas", place), persona, known)
    for plan, rules in file.dial_plans.items():
        for place, rule in enumerate(rules):
            found += _of_rule(("dial_plans", plan, place), rule)
    return found


def _same_names(file: shape.File) -> Iterator[Finding]:
    names = [persona.name for persona in file.personas]
    for place, first in repeated(names):
        yield Finding(
            path=("personas", place, "name"),
            what=f"Another persona has the name {names[first]} already.",
            advice="Give each persona a name of its own.",
        )
    plans = list(file.dial_plans)
    for place, first in repeated(plans):
        yield Finding(
            path=("dial_plans", plans[place]),
            what=f"The dial plan {plans[first]} is described twice.",
            advice="Write all of its rules under one name.",
        )


def _of_persona(at: Path, persona: shape.Persona, known: dict[str, str]) -> Iterator[Finding]:
    for field in LISTS:
        values = getattr(persona, field)
        for place, _ in repeated(values):
            yield twice((*at, field, place), values[place])
    for name, values in persona.eligible.items():
        for place, _ in repeated(values):
            yield twice((*at, "eligible", name, place), values[place])
    if persona.number is not None:
        yield from _of_number((*at, "number"), persona.number, known)
    given = policies(persona)
    for place, policy_type in enumerate(persona.assigned_directly):
        if policy_type not in given:
            yield Finding(
                path=(*at, "assigned_directly", place),
                what=f"{policy_type} is to be assigned directly, but the persona has no such policy.",
                advice=f"Name one of {', '.join(given)}." if given else "Name the policy too.",
            )


def _of_number(at: Path, number: shape.Number, known: dict[str, str]) -> Iterator[Finding]:
    for place, _ in repeated(number.types):
        yield twice((*at, "types", place), number.types[place])
    if number.location.casefold() not in known:
        yield Finding(
            path=(*at, "location"),
            what=f"There is no location {number.location}.",
            advice=f"The locations are {', '.join(known.values())}." if known else "No location is set up.",
        )


def _of_rule(at: Path, rule: shape.Rule) -> Iterator[Finding]:
    if bool(rule.sample) is not bool(rule.becomes):
        empty = "becomes" if rule.sample else "sample"
        yield Finding(
            path=(*at, empty),
            what="A sample and what it becomes belong together, and one of them is missing.",
            advice="Give both or none.",
        )
