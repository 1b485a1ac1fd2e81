"""What is wrong with approval rules although they can be read: rules that are missing, and nobody to ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import phonenumbers

from services.domain.approval_rule import Role, Rulebook, StageRule
from services.domain.request import RequestKind
from services.written.findings import Finding, Level, Path

OF_PERSONA = frozenset({Role.PERSONA_OWNER, Role.QUEUE_OWNERS})
"""Roles that only a persona says who they are."""


def lint(rulebook: Rulebook, *, unsound: Collection[int] = ()) -> list[Finding]:
    """Everything that is wrong by itself. ``unsound`` are places of rules that could not be read."""
    stages = [
        (("rules", place, "stages", at), stage)
        for place, rule in enumerate(rulebook.rules)
        if place not in unsound
        for at, stage in enumerate(rule.stages)
    ]
    return [
        *_kinds(rulebook),
        *_countries(rulebook),
        *_numbers(rulebook, unsound),
        *_owners(stages, Role.COST_CENTRE_OWNER, "cost_centres", rulebook.cost_centres, bool(unsound)),
        *_owners(stages, Role.QUEUE_OWNERS, "queues", rulebook.queues, bool(unsound)),
    ]


def _kinds(rulebook: Rulebook) -> Iterator[Finding]:
    for kind, name in rulebook.kinds.items():
        if rulebook.named(name) is None:
            yield Finding(
                path=("kinds", kind.value),
                what=f"There is no rule {name}.",
                advice=f"The rules are: {', '.join(rule.name for rule in rulebook.rules)}.",
            )


def _countries(rulebook: Rulebook) -> Iterator[Finding]:
    for country in rulebook.holidays:
        if country not in phonenumbers.SUPPORTED_REGIONS:
            yield Finding(
                path=("holidays", country),
                what=f"There is no country {country}.",
                advice="Write its ISO code: GB, not UK, for the United Kingdom.",
            )


def _numbers(rulebook: Rulebook, unsound: Collection[int]) -> Iterator[Finding]:
    """Requests for a number are about no persona, so nobody can be told from one."""
    wanted = rulebook.rule_for(RequestKind.NUMBER)
    place = next((at for at, rule in enumerate(rulebook.rules) if rule is wanted), None)
    if place is None or place in unsound:
        return
    for at, stage in enumerate(wanted.stages):
        for spot, asked in enumerate(stage.asks):
            if asked.role in OF_PERSONA:
                is_hopeless = all(one.role in OF_PERSONA for one in stage.asks)
                yield Finding(
                    path=("rules", place, "stages", at, "asks", spot),
                    level=Level.ERROR if is_hopeless else Level.WARNING,
                    what=f"Requests for a number go by this rule, and they have no {asked.role.value}.",
                    advice="Give them a rule of their own under kinds.",
                )


def _owners(
    stages: Sequence[tuple[Path, StageRule]],
    role: Role,
    field: str,
    owned: Mapping[str, tuple[str, ...]],
    is_part: bool,
) -> Iterator[Finding]:
    """Owners who are asked for and not named, or named and never asked for."""
    asking = [
        (*at, "asks", spot)
        for at, stage in stages
        for spot, asked in enumerate(stage.asks)
        if asked.role is role
    ]
    if not owned:
        for path in asking:
            yield Finding(
                path=path,
                what=f"It asks {role.value}, and the file names none.",
                advice=f"Write them under {field}.",
            )
    elif not asking and not is_part:
        yield Finding(
            path=(field,),
            level=Level.WARNING,
            what=f"No rule asks {role.value}.",
            advice="Ask them in a stage, or take this away.",
        )
