"""Personas whose approval rule is not there, or asks somebody whom nothing names."""

from __future__ import annotations

from collections.abc import Iterator

from services.domain.approval_rule import Role, Rulebook
from services.domain.persona import Persona
from services.domain.request import RequestKind
from services.written.findings import Finding, Level, Path


def findings(at: Path, persona: Persona, rulebook: Rulebook) -> Iterator[Finding]:
    """Everything that is wrong with how a persona is approved."""
    if rulebook.named(persona.approval) is None:
        names = sorted(rule.name for rule in rulebook.rules)
        yield Finding(
            path=(*at, "approval"),
            what=f"There is no approval rule {persona.approval}.",
            advice=f"The rules are: {', '.join(names)}.",
        )
        return
    rule = rulebook.rule_for(RequestKind.PERSONA, persona.approval)
    stages = [{ask.role for ask in stage.asks} for stage in rule.stages]
    if any(Role.PERSONA_OWNER in roles for roles in stages) and not persona.owner:
        yield Finding(
            path=(*at, "owner"),
            level=_level(is_error={Role.PERSONA_OWNER} in stages),
            what=f"The approval rule {rule.name} asks the persona's owner, and it has none.",
            advice="Name the owner, or another rule.",
        )
    if any(Role.QUEUE_OWNERS in roles for roles in stages):
        yield from _queues(at, persona, rulebook, rule.name, is_error={Role.QUEUE_OWNERS} in stages)


def _queues(
    at: Path, persona: Persona, rulebook: Rulebook, rule: str, *, is_error: bool
) -> Iterator[Finding]:
    owned = {queue.casefold() for queue in rulebook.queues}
    without = [queue for queue in persona.call_queues if queue.casefold() not in owned]
    if not persona.call_queues:
        yield Finding(
            path=(*at, "approval"),
            level=_level(is_error=is_error),
            what=f"The approval rule {rule} asks queue owners, and the persona has no call queue.",
            advice="Name another rule.",
        )
    for queue in without:
        is_only = is_error and len(without) == len(persona.call_queues)
        yield Finding(
            path=(*at, "call_queues", persona.call_queues.index(queue)),
            level=_level(is_error=is_only),
            what=f"The approval rule {rule} asks queue owners, and {queue} has none.",
            advice="Name them under queues in the approvals file.",
        )


def _level(*, is_error: bool) -> Level:
    return Level.ERROR if is_error else Level.WARNING
