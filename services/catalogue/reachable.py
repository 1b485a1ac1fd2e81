"""Personas that nobody can hold, because what the catalogue says of them contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator

from services.domain.persona import Catalogue, Persona
from services.written.findings import Finding, Level, Path


def findings(at: Path, persona: Persona, catalogue: Catalogue) -> Iterator[Finding]:
    """Every contradiction of one persona."""
    yield from _names(at, persona, catalogue)
    yield from _itself(at, persona)
    if persona.number and persona.number.tag:
        yield Finding(
            path=(*at, "number", "tag"),
            what="Numbers have no tags yet, so nobody can be given this persona.",
            advice="Leave the tag out until the inventory has tags.",
            level=Level.WARNING,
        )
    for required in catalogue.with_required(persona)[:-1]:
        yield from _together(at, persona, required)
        if persona in catalogue.with_required(required)[:-1]:
            yield Finding(
                path=(*at, "requires"),
                what=f"It requires {required.name}, which requires it in turn.",
                advice="Make one of the two stand by itself, or make them one persona.",
            )


def _names(at: Path, persona: Persona, catalogue: Catalogue) -> Iterator[Finding]:
    for field in ("requires", "excludes"):
        for place, name in enumerate(getattr(persona, field)):
            named = catalogue.named(name)
            if named is None:
                yield Finding(
                    path=(*at, field, place),
                    what=f"There is no persona {name}.",
                    advice="Name one of the catalogue, or take it away.",
                )
            elif named.key == persona.key:
                yield Finding(
                    path=(*at, field, place),
                    what=f"It {field} itself, so nobody can hold it.",
                    advice="Take its own name away.",
                )


def _itself(at: Path, persona: Persona) -> Iterator[Finding]:
    for name, value in persona.attributes.items():
        if name in persona.eligible and not persona.admits({**_first(persona), name: value}):
            yield Finding(
                path=(*at, "eligible", name),
                what=f"Who holds it has the {name} {value}, and such people may not hold it.",
                advice=f"Add {value} to the values, or take the {name} out of the attributes.",
            )


def _first(persona: Persona) -> dict[str, str]:
    return {name: values[0] for name, values in persona.eligible.items()}


def _together(at: Path, persona: Persona, required: Persona) -> Iterator[Finding]:
    def impossible(path: Path, why: str) -> Finding:
        return Finding(
            path=path,
            what=f"It requires {required.name}, and nobody can hold both: {why}.",
            advice="Change one of the two.",
        )

    if persona.rivals(required):
        same = persona.layer is required.layer
        why = f"both are of the layer {persona.layer.value}" if same else "one excludes the other"
        yield impossible((*at, "requires"), why)
    for name, value in persona.attributes.items():
        theirs = required.attributes.get(name, value)
        if theirs.casefold() != value.casefold():
            yield impossible((*at, "attributes", name), f"the {name} is {value} here and {theirs} there")
    for name, values in persona.eligible.items():
        theirs_too = {value.casefold() for value in required.eligible.get(name, values)}
        if theirs_too.isdisjoint(value.casefold() for value in values):
            why = f"they are for different values of {name}"
            yield impossible((*at, "eligible", name), why)
