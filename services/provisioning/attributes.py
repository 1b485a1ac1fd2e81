"""Which attributes an account must change so that dynamic groups admit and dismiss as a persona wants it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.domain.membership_rule import Value, demands, understood
from services.ports import Group
from services.provisioning.persona_is import PersonaIs, groups_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributePlan:
    """``changes`` to make, and for the groups that these do not surely bring about, what people have to do.

    Both tasks are by group id: ``admit`` for groups to get into, ``dismiss`` for those to get out of.
    """

    changes: dict[str, str]
    admit: dict[str, str]
    dismiss: dict[str, str]


def attribute_plan(found: PersonaIs, *, may_write: bool) -> AttributePlan:
    """The plan for the dynamic groups that the change is about.

    Nothing is written where no dynamic group asks for it, or where it is not sure that every rule then admits
    the person whose group they are to enter or to keep. What is not written becomes a task with the exact
    change.
    """
    target = {name.casefold() for name in groups_of(found.target)}
    dynamic = [group for group in found.groups.values() if group.is_dynamic]
    wanted = [group for group in dynamic if group.name.casefold() in target]
    entered = [group for group in wanted if not found.is_in(group)]
    left = [group for group in dynamic if group.name.casefold() not in target and found.is_in(group)]
    if not entered and not left:
        return AttributePlan(changes={}, admit={}, dismiss={})
    changes = _changes(found, entered)
    after = {**found.attributes, **changes}
    sure = may_write and all(_admits(group, after) is True for group in wanted)
    return AttributePlan(
        changes=changes if sure else {},
        admit=_tasks(entered, found, changes, after, is_in=True, sure=sure),
        dismiss=_tasks(left, found, changes, after, is_in=False, sure=sure),
    )


def _changes(found: PersonaIs, entered: Iterable[Group]) -> dict[str, str]:
    """What the personas say of the account, and what rules that do not admit it then still demand."""
    said = {name: value for persona in found.taken for name, value in persona.attributes.items()}
    changes = {name: value for name, value in said.items() if found.attributes.get(name) != value}
    for group in entered:
        rule = understood(group.membership_rule or "")
        more = demands(rule, {**found.attributes, **changes}) if rule else None
        changes |= more or {}
    return changes


def _tasks(
    groups: Iterable[Group],
    found: PersonaIs,
    changes: dict[str, str],
    after: dict[str, Value],
    *,
    is_in: bool,
    sure: bool,
) -> dict[str, str]:
    """What people have to do for each group for which the changes, if they are made, do not suffice."""
    tasks: dict[str, str] = {}
    for group in groups:
        suffices = _admits(group, after) is is_in
        if suffices and (sure or not changes):
            continue
        name = found.person.display_name
        if suffices and changes:
            tasks[group.id] = f"Ask an Entra administrator to set for {name}: {_listed(changes)}. Then Retry."
        else:
            verb = "admits" if is_in else "no longer admits"
            tasks[group.id] = (
                f"Ask an Entra administrator to see to it that the rule of {group.name} {verb} {name}: "
                f"{group.membership_rule}. Then Retry."
            )
    return tasks


def _admits(group: Group, attributes: dict[str, Value]) -> bool | None:
    """Whether the group's rule admits such an account; None when the rule is not understood."""
    rule = understood(group.membership_rule or "")
    return rule.admits(attributes) if rule else None


def _listed(changes: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sorted(changes.items()))
