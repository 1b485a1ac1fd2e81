"""What is wrong with a catalogue although it can be read: names, overlaps, personas that nobody can hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

from services.catalogue import approved, lint_rules, naming, reachable
from services.domain.approval_rule import Rulebook, no_rules
from services.domain.number import NumberType
from services.domain.persona import DIAL_PLAN, Catalogue, Persona
from services.written.findings import Finding, Level, Path


def lint(
    catalogue: Catalogue,
    *,
    unsound: Collection[int] = (),
    rulebook: Rulebook | None = None,
    offers: Mapping[str, Collection[NumberType]] | None = None,
) -> list[Finding]:
    """Everything that is wrong, in the order of the catalogue.

    ``unsound`` are places of personas of which a part could not be read: those are not compared with others.
    ``offers`` are the types of numbers that each location has, and ``rulebook`` is how approvals go.
    """
    found: list[Finding] = []
    rulebook = rulebook or no_rules()
    for place, persona in enumerate(catalogue):
        at: Path = ("personas", place)
        found += naming.names(at, persona)
        found += approved.findings(at, persona, rulebook)
        found += _number(at, persona, offers or {})
        if place not in unsound:
            found += naming.names_of_policies(at, persona)
            found += reachable.findings(at, persona, catalogue)
        found += _described(at, persona, catalogue)
    sound = [(place, one) for place, one in enumerate(catalogue) if place not in unsound]
    for (_, earlier), (place, later) in combinations(sound, 2):
        found += _overlap(("personas", place), earlier, later)
    return [*found, *lint_rules.findings(catalogue)]


def _number(at: Path, persona: Persona, offers: Mapping[str, Collection[NumberType]]) -> Iterator[Finding]:
    spec = persona.number
    if spec is None or spec.location not in offers:
        return
    offered = offers[spec.location]
    missing = [kind.value for kind in spec.types if kind not in offered]
    if missing:
        is_hopeless = len(missing) == len(spec.types)
        yield Finding(
            path=(*at, "number", "types"),
            level=Level.ERROR if is_hopeless else Level.WARNING,
            what=f"{spec.location} has no numbers of the type {', '.join(missing)}.",
            advice=f"It has {', '.join(kind.value for kind in offered)}.",
        )


def _described(at: Path, persona: Persona, catalogue: Catalogue) -> Iterator[Finding]:
    plan = persona.policies.get(DIAL_PLAN)
    if plan and plan.casefold() not in {name.casefold() for name in catalogue.dial_plans}:
        yield Finding(
            path=(*at, "dial_plan"),
            level=Level.WARNING,
            what=f"The rules of the dial plan {plan} are not described.",
            advice="Describe them, so that what people dial can be tried.",
        )


def _overlap(at: Path, earlier: Persona, later: Persona) -> Iterator[Finding]:
    if earlier.layer is not later.layer:
        return
    theirs = {group.casefold() for group in earlier.groups}
    shared = [place for place, group in enumerate(later.groups) if group.casefold() in theirs]
    if not shared:
        return
    same_groups = len(shared) == len(later.groups) == len(earlier.groups)
    if same_groups and _values(earlier) == _values(later):
        yield Finding(
            path=(*at, "groups"),
            what=f"It has the same groups as {earlier.name}, and the same people may hold it.",
            advice="Give it a group of its own, or make one persona of both.",
        )
        return
    yield Finding(
        path=(*at, "groups", shared[0]),
        level=Level.WARNING,
        what=f"{earlier.name} of the same layer has {', '.join(later.groups[one] for one in shared)} too.",
        advice="Then who is in the group cannot be told apart by it: give each persona a group of its own.",
    )


def _values(persona: Persona) -> dict[str, set[str]]:
    return {name: {value.casefold() for value in values} for name, values in persona.eligible.items()}
