"""What is different between two catalogues, by persona and by dial plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from services.domain.persona import Catalogue, Persona
from services.written.findings import Draft, Finding, Level


def outdated(draft: Draft[Catalogue], before: Catalogue) -> list[Finding]:
    """A warning when the workbook was made from an older catalogue than the one that it is to replace."""
    made_from = draft.value.version
    if made_from >= before.version:
        return []
    words = f"The workbook was made from version {made_from}, and the catalogue is at {before.version}."
    advice = "Look whether anything that was changed since would be lost."
    return draft.located([Finding(path=("version",), level=Level.WARNING, what=words, advice=advice)])


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``how`` is ``new``, ``changed`` or ``gone``; ``fields`` are those that differ."""

    how: str
    name: str
    fields: tuple[str, ...] = ()


def changes_between(before: Catalogue, after: Catalogue) -> list[Change]:
    """Every difference but that of the version: what is there after first, then what is gone."""
    old = {persona.key: persona for persona in before}
    new = {persona.key: persona for persona in after}
    found = _compared(old, new, lambda key: (new.get(key) or old[key]).name)
    for key in new:
        if key in old and old[key] != new[key]:
            found.append(Change("changed", new[key].name, _fields(old[key], new[key])))
    plans = _compared(before.dial_plans, after.dial_plans, lambda plan: f"dial plan {plan}")
    for plan, rules in after.dial_plans.items():
        if plan in before.dial_plans and before.dial_plans[plan] != rules:
            plans.append(Change("changed", f"dial plan {plan}", ("rules",)))
    both = [key for key in old if key in new]
    if not found and both != [key for key in new if key in old]:
        found.append(Change("changed", "the order of the personas"))
    return [*found, *plans]


def _compared(old: Iterable[str], new: Iterable[str], name: Callable[[str], str]) -> list[Change]:
    before, after = list(old), list(new)
    return [
        *(Change("new", name(key)) for key in after if key not in before),
        *(Change("gone", name(key)) for key in before if key not in after),
    ]


def _fields(old: Persona, new: Persona) -> tuple[str, ...]:
    return tuple(
        field.name.replace("_", " ")
        for field in fields(Persona)
        if getattr(old, field.name) != getattr(new, field.name)
    )
