"""From what is written to the domain's catalogue, with every fault of it at once.

What cannot be used is taken out or replaced, and the rest is looked at again: so one fault hides no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from services.catalogue import consistency, mapping
from services.catalogue.shape import File, Number, Persona, Rule
from services.domain.persona import Catalogue
from services.written.findings import Draft, Finding, Locate, Path, fields_of
from services.written.reasons import names_of_fields, path_of, reason
from services.written.texts import clean

CATALOGUE = "catalogue"
"""What the file is called in sentences."""

_FIELDS = names_of_fields(File, Persona, Number, Rule)

TRIES = 6
"""Each look takes out what the last one found; what pydantic looks at in stages shows up in later ones."""


def draft(raw: Any, source: str, locate: Locate, locations: Iterable[str]) -> Draft[Catalogue]:
    """The catalogue that was written. ``locations`` are names of those where there are numbers."""
    names = _names(raw)
    parsed, faults = _parsed(raw)
    whole = mapping.from_shape(parsed, locations)
    unsound = [fault.path[1] for fault in faults if len(fault.path) > 1 and fault.path[0] == "personas"]
    faults += consistency.faults(parsed, locations)
    return Draft(
        kind=CATALOGUE,
        source=source,
        value=_without_placeholders(whole) if faults else whole,
        locate=locate,
        name=lambda path: about(path, names),
        faults=tuple(
            replace(fault, where=locate(fault.path), about=about(fault.path, names))
            for fault in sorted(faults, key=lambda fault: _order(fault.path))
        ),
        unsound=frozenset(place for place in unsound if isinstance(place, int)),
    )


def about(path: Path, names: Sequence[str]) -> str:
    """What a path leads to, with the names of the personas in their order: ``Manchester Calling, groups``."""
    match path:
        case ("personas", int(place), *rest) if place < len(names):
            return ", ".join([names[place], *fields_of(rest)])
        case ("dial_plans", str(plan), int(place), *rest):
            return ", ".join([plan, f"rule {place + 1}", *fields_of(rest)])
        case ("dial_plans", *rest):
            return ", ".join(fields_of(rest))
        case _:
            return ", ".join(fields_of(path))


def _order(path: Path) -> tuple[int, int]:
    """What stands above first, then the personas and the dial plans, each in its order."""
    section = {"personas": 1, "dial_plans": 2}.get(str(path[0]) if path else "", 0)
    place = path[1] if len(path) > 1 else 0
    return section, place if isinstance(place, int) else 0


def _names(raw: Any) -> tuple[str, ...]:
    """What the personas are called, as far as that can be told before anything is checked."""
    personas = raw.get("personas") if isinstance(raw, dict) else None
    found = [one.get("name") if isinstance(one, dict) else None for one in _listed(personas)]
    return tuple(
        clean(name) if isinstance(name, str) and clean(name) else f"persona {place + 1}"
        for place, name in enumerate(found)
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _parsed(raw: Any) -> tuple[File, list[Finding]]:
    faults: dict[tuple[Path, str], Finding] = {}
    raw = deepcopy(raw)
    for _ in range(TRIES):
        try:
            return File.model_validate(raw), list(faults.values())
        except ValidationError as error:
            details = [(detail, path_of(detail)) for detail in error.errors()]
            for detail, path in details:
                if any(len(other) > len(path) and other[: len(path)] == path for _, other in details):
                    continue  # a list of nothing but faulty things is not empty
                faults.setdefault((path, detail["type"]), Finding(path=path, what=reason(detail, _FIELDS)))
                raw = _without(raw, path)
    return File.model_validate(_EMPTY), list(faults.values())


_NOTHING = "?"


def _placeholder(place: int) -> dict[str, Any]:
    return {
        "name": f"persona {place + 1}",
        "description": "?",
        "country": "ZZ",
        "layer": "base",
        "groups": [_NOTHING],
        "cost": {"amount": "0", "currency": "XXX"},
    }


def _placeholder_rule(place: int) -> dict[str, Any]:
    return {"name": f"rule {place + 1}", "pattern": "(?!)", "translation": _NOTHING}


def _without_placeholders(catalogue: Catalogue) -> Catalogue:
    """Groups that nobody wrote are not looked for."""
    return replace(
        catalogue,
        personas=tuple(
            replace(persona, groups=()) if persona.groups == (_NOTHING,) else persona for persona in catalogue
        ),
    )


_EMPTY = {"version": "1", "personas": [_placeholder(0)]}


def _without(raw: Any, path: Path) -> Any:
    """What is written, without what is faulty at ``path``."""
    if not isinstance(raw, dict):
        return deepcopy(_EMPTY)
    match path:
        case ("personas", int(place), *rest):
            _mend(raw["personas"], place, rest, _placeholder(place))
        case ("dial_plans", str(plan), int(place), *rest):
            _mend(raw["dial_plans"].get(plan, []), place, rest, _placeholder_rule(place))
        case ("dial_plans", str(plan)):
            raw["dial_plans"] = {
                name: rules for name, rules in raw["dial_plans"].items() if name.strip() != plan.strip()
            }
        case (str(name), *_):
            raw.pop(name, None)
            raw.update({key: deepcopy(value) for key, value in _EMPTY.items() if key == name})
    return raw


def _mend(things: list[Any], place: int, field: list[str | int], placeholder: dict[str, Any]) -> None:
    """Replace the faulty field of one thing in a list, or the thing itself when it has no fields."""
    thing = things[place] if place < len(things) else None
    if not isinstance(thing, dict) or not field:
        things[place : place + 1] = [placeholder]
        return
    _leave_out(thing, [str(part) for part in field], placeholder)


def _leave_out(fields: dict[str, Any], path: list[str], placeholder: dict[str, Any]) -> None:
    """Take out as little as can be: a field within a field, unless the outer one needs it."""
    name, *rest = path
    inner = fields.get(name)
    if rest and isinstance(inner, dict) and path != ["number", "location"]:
        _leave_out(inner, rest, placeholder.get(name, {}))
        return
    fields.pop(name, None)
    if name in placeholder:
        fields[name] = deepcopy(placeholder[name])
