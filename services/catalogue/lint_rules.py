"""What is wrong with the rules of the dial plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.catalogue.dial_plan import BadPattern, compiled, stripped, translate, unknown_references
from services.catalogue.naming import hyphens
from services.domain.persona import DIAL_PLAN, Catalogue, Rule
from services.written.findings import Finding, Level, Path


def findings(catalogue: Catalogue) -> Iterator[Finding]:
    """Everything, plan by plan."""
    named = {persona.policies.get(DIAL_PLAN, "").casefold() for persona in catalogue}
    for plan, rules in catalogue.dial_plans.items():
        if plan.casefold() not in named:
            yield Finding(
                path=("dial_plans", plan),
                level=Level.WARNING,
                what=f"No persona has the dial plan {plan}.",
                advice="Name it in a persona, or take it away.",
            )
        yield from hyphens("dial plan", ("dial_plans", plan), plan)
        yield from _of_plan(("dial_plans", plan), rules)


def _of_plan(at: Path, rules: Sequence[Rule]) -> Iterator[Finding]:
    usable: list[Rule] = []
    names: set[str] = set()
    for place, rule in enumerate(rules):
        here = (*at, place)
        if rule.name.casefold() in names:
            yield Finding(
                path=(*here, "name"),
                what=f"Another rule of the plan is named {rule.name}.",
                advice="Give each rule a name of its own.",
            )
        names.add(rule.name.casefold())
        try:
            compiled(rule.pattern)
        except BadPattern as error:
            yield Finding(
                path=(*here, "pattern"),
                what=f"{rule.pattern} is no regular expression: {error}.",
                advice="Mend it; the guide at ucdialplans.com has examples.",
            )
            continue
        usable.append(rule)
        yield from _references(here, rule)
    for place, rule in enumerate(rules):
        if rule in usable and rule.sample and rule.becomes:
            yield from _sample((*at, place, "sample"), usable, rule)


def _references(at: Path, rule: Rule) -> Iterator[Finding]:
    for reference in unknown_references(rule):
        yield Finding(
            path=(*at, "translation"),
            what=f"The translation has {reference}, and the pattern has no such group.",
            advice="Put what belongs there into parentheses in the pattern.",
        )


def _sample(at: Path, rules: Sequence[Rule], rule: Rule) -> Iterator[Finding]:
    found = translate(rules, rule.sample)
    if found is None:
        yield Finding(
            path=at,
            what=f"No rule of the plan matches the sample {stripped(rule.sample)}.",
            advice=f"{rule.name} should make {rule.becomes} of it.",
        )
        return
    result, by = found
    if by is not rule:
        yield Finding(
            path=at,
            what=f"The sample {rule.sample} never gets to this rule: {by.name} takes it and makes {result}.",
            advice="Put this rule before that one, or make that pattern narrower.",
        )
    elif result != rule.becomes:
        yield Finding(
            path=at,
            what=f"The sample {rule.sample} becomes {result}, not {rule.becomes}.",
            advice="Mend the pattern, the translation or the sample.",
        )
