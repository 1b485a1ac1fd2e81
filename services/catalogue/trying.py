"""Trying what a persona dials."""

from __future__ import annotations

from dataclasses import dataclass

from services.catalogue.dial_plan import BadPattern, translate
from services.domain.errors import BadInput
from services.domain.persona import DIAL_PLAN, Catalogue, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a dialled string becomes. ``rule`` is None, and ``result`` empty, when no rule matches."""

    plan: str
    rules: tuple[Rule, ...]
    result: str = ""
    rule: Rule | None = None


def try_dialling(catalogue: Catalogue, persona_name: str, dialled: str) -> Trial:
    """Dial as a persona, with its own dial plan or that of a persona it requires. Raises BadInput."""
    persona = catalogue.named(persona_name)
    if persona is None:
        known = ", ".join(one.name for one in catalogue)
        raise BadInput(what=f"There is no persona {persona_name}. There are: {known}.")
    bundle = reversed(catalogue.with_required(persona))  # its own plan goes before a required one's
    plan = next((one.policies[DIAL_PLAN] for one in bundle if DIAL_PLAN in one.policies), None)
    if plan is None:
        raise BadInput(what=f"{persona.name} has no dial plan.")
    rules = next(
        (rules for name, rules in catalogue.dial_plans.items() if name.casefold() == plan.casefold()), None
    )
    if rules is None:
        raise BadInput(what=f"The rules of the dial plan {plan} are not in the catalogue.")
    try:
        found = translate(rules, dialled)
    except BadPattern as error:
        raise BadInput(what=f"A rule of the dial plan {plan} cannot be applied: {error}.") from error
    if found is None:
        return Trial(plan=plan, rules=rules)
    return Trial(plan=plan, rules=rules, result=found[0], rule=found[1])
