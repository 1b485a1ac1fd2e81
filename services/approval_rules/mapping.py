"""From the form in which approval rules are written to the domain's own."""

from __future__ import annotations

from services.approval_rules import shape
from services.domain.approval_rule import BUILT_IN, ApprovalRule, Asked, Condition, Role, Rulebook, StageRule
from services.domain.persona import ATTRIBUTES
from services.domain.stage import OnSilence, Timing

_BY_ALIAS = {field.alias or name: name for name, field in shape.Condition.model_fields.items()}


def from_shape(file: shape.File) -> Rulebook:
    """The domain's rulebook. The managers' rule is always there: built in, where the file has none."""
    rules = tuple(_rule(rule) for rule in file.rules)
    if all(rule.name.casefold() != BUILT_IN.name for rule in rules):
        rules = (*rules, BUILT_IN)
    return Rulebook(
        rules=rules,
        kinds=file.kinds,
        cost_centres=file.cost_centres,
        queues=file.queues,
        assistants=file.assistants,
        zone=file.zone,
        holidays={country: frozenset(days) for country, days in file.holidays.items()},
    )


def _rule(written: shape.Rule) -> ApprovalRule:
    return ApprovalRule(
        name=written.name,
        stages=tuple(_stage(stage) for stage in written.stages),
        not_needed=tuple(_condition(one) for one in written.not_needed),
    )


def _stage(written: shape.Stage) -> StageRule:
    return StageRule(
        name=written.name,
        asks=tuple(_asked(ask) for ask in written.asks),
        need=written.need,
        timing=Timing(
            limit_hours=written.limit or 0,
            remind_hours=tuple(sorted(written.remind)),
            on_silence=written.on_silence or OnSilence.ESCALATE,
        ),
        not_needed=tuple(_condition(one) for one in written.not_needed),
    )


def _asked(written: str | shape.OwnersOf | shape.MembersOf | shape.ThesePeople) -> Asked:
    match written:
        case shape.OwnersOf(group=group):
            return Asked(role=Role.GROUP_OWNERS, names=(group,))
        case shape.MembersOf(group=group):
            return Asked(role=Role.GROUP_MEMBERS, names=(group,))
        case shape.ThesePeople(people=people):
            return Asked(role=Role.PEOPLE, names=people)
        case _:
            return Asked(role=Role(written))


def _condition(written: shape.Condition) -> Condition:
    attributes = {name: getattr(written, _BY_ALIAS[name]) for name in ATTRIBUTES}
    return Condition(
        cost_at_most=written.cost_at_most,
        uses_licence=written.uses_licence,
        licences_left=written.licences_left,
        attributes={name: values for name, values in attributes.items() if values is not None},
    )
