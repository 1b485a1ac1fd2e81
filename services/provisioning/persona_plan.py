"""The plan of a change of persona. Pure: reads nothing, changes nothing.

Groups are joined before others are left, a number is given before the groups of the old one go, and what only
holds once the old groups are gone (a policy that two groups carry) is waited for at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.domain.licence import product
from services.domain.persona import Persona
from services.domain.persona_change import PersonaChange
from services.domain.step import Step, StepKind
from services.ports import Group
from services.provisioning.attributes import AttributePlan, attribute_plan
from services.provisioning.facts import EMERGENCY, TASK
from services.provisioning.licensed import ways_to
from services.provisioning.persona_is import PersonaIs, groups_of
from services.provisioning.plan import ASSIGN_KEY, carried, leftovers, made
from services.provisioning.promise import Promise

RELEASE_KEY = StepKind.RELEASE_NUMBER.value
VERIFY_PERSONA_KEY = StepKind.VERIFY_PERSONA.value
BUY = "Ask a telecom admin to buy {licence}, or to correct the persona. Then Retry."


def plan_persona(
    found: PersonaIs,
    change: PersonaChange,
    number: str | None,
    *,
    may_write: bool,
    before: Sequence[Step] = (),
) -> tuple[Step, ...]:
    """The steps to the personas that are taken on. What is there already is ``nothing to do``.

    ``number`` is promised, or None where none is given. ``before`` is the plan of an earlier run: what
    Switchboard changed then stays marked as changed, so that it can be undone.
    """
    attributes = attribute_plan(found, may_write=may_write)
    wanted = [
        *_joins(found, attributes),
        *_licences(found),
        *_number(found, change, number),
        *_direct_policies(found),
        *_leaves(found, attributes),
        *_removed_policies(found),
        *_group_policies(found),
        _check(found, number),
    ]
    return leftovers(wanted, before) + tuple(carried(step, before) for step in wanted)


def policies_of(personas: Sequence[Persona]) -> dict[str, tuple[str, bool]]:
    """Name of the policy of each type, and whether it is assigned directly; the last persona has its way."""
    return {
        policy_type: (name, persona.is_direct(policy_type))
        for persona in personas
        for policy_type, name in persona.policies.items()
    }


def _joins(found: PersonaIs, attributes: AttributePlan) -> Iterator[Step]:
    groups = [found.group(name) for name in _brought(found)]
    for group in groups:
        if not group.is_dynamic:
            yield _about(StepKind.JOIN_GROUP, group, is_there=found.is_in(group))
    for name, value in sorted(attributes.changes.items()):
        key = f"{StepKind.SET_ATTRIBUTE.value}:{name}"
        step = made(StepKind.SET_ATTRIBUTE, key, name, value, is_there=False)
        yield replace(step, before=str(found.attributes.get(name) or ""))
    for group in groups:
        if group.is_dynamic:
            task = attributes.admit.get(group.id, "")
            yield _about(StepKind.BE_ADMITTED, group, is_there=found.is_in(group), task=task)


def _brought(found: PersonaIs) -> list[str]:
    """Groups of what is taken on, and what somebody lacks of the personas that they keep."""
    taken = groups_of(found.taken)
    known = {name.casefold() for name in taken}
    kept = (name for name in groups_of(found.target) if name.casefold() not in known)
    return [*taken, *(name for name in kept if not found.is_in(found.group(name)))]


def _licences(found: PersonaIs) -> Iterator[Step]:
    taken = [part for persona in found.taken for part in persona.licences]
    kept = [part for persona in found.target for part in persona.licences if not found.has_sku(part)]
    for part_number in dict.fromkeys((*taken, *kept)):
        sku = found.bought.get(part_number.casefold())
        kind, name = StepKind.WAIT_FOR_LICENCE, product(part_number)
        has_it = found.has_sku(part_number)
        step = made(kind, f"{kind.value}:{part_number}", name, ways_to(sku) if sku else "", is_there=has_it)
        yield step if sku else replace(step, facts={TASK: BUY.format(licence=name)})


def _number(found: PersonaIs, change: PersonaChange, number: str | None) -> Iterator[Step]:
    old = change.old_number
    if old:
        is_gone = old not in found.numbers
        yield made(StepKind.RELEASE_NUMBER, RELEASE_KEY, old, old, is_there=is_gone)
    if number:
        is_theirs = number in found.numbers
        step = made(StepKind.ASSIGN_NUMBER, ASSIGN_KEY, number, number, is_there=is_theirs)
        places = [persona.emergency_location for persona in found.taken if persona.emergency_location]
        yield replace(step, facts={EMERGENCY: places[-1]}) if places else step


def _direct_policies(found: PersonaIs) -> Iterator[Step]:
    taken = policies_of(found.taken)
    for policy_type, (name, is_direct) in sorted(policies_of(found.target).items()):
        lacks = found.policies.get(policy_type, "").casefold() != name.casefold()
        if not is_direct or not (lacks or policy_type in taken):
            continue
        had = found.policies.get(policy_type, "") if policy_type in found.direct else ""
        kind = StepKind.ASSIGN_POLICY
        is_there = had.casefold() == name.casefold()
        step = made(kind, f"{kind.value}:{policy_type}", name, policy_type, is_there=is_there)
        yield replace(step, before=had)


def _leaves(found: PersonaIs, attributes: AttributePlan) -> Iterator[Step]:
    wanted = {name.casefold() for name in groups_of(found.target)}
    for name in groups_of(found.dropped):
        if name.casefold() in wanted:
            continue
        group = found.group(name)
        kind = StepKind.BE_DISMISSED if group.is_dynamic else StepKind.LEAVE_GROUP
        yield _about(kind, group, is_there=not found.is_in(group), task=attributes.dismiss.get(group.id, ""))


def _removed_policies(found: PersonaIs) -> Iterator[Step]:
    """Direct assignments that would hide what a group brings, or that came with a persona that ends."""
    target = policies_of(found.target)
    ended = policies_of(found.dropped)
    for policy_type in sorted(found.direct):
        name = found.policies[policy_type]
        wanted, is_direct = target.get(policy_type, (name, True))
        hides = not is_direct and wanted.casefold() != name.casefold()
        came_with = policy_type in ended and ended[policy_type] == (name, True) and policy_type not in target
        if hides or came_with:
            kind = StepKind.REMOVE_POLICY
            step = made(kind, f"{kind.value}:{policy_type}", name, policy_type, is_there=False)
            yield replace(step, before=name)


def _group_policies(found: PersonaIs) -> Iterator[Step]:
    for policy_type, (name, is_direct) in sorted(policies_of(found.target).items()):
        if not is_direct:
            kind = StepKind.WAIT_FOR_POLICY
            is_there = found.policies.get(policy_type, "").casefold() == name.casefold()
            yield made(kind, f"{kind.value}:{policy_type}", name, policy_type, is_there=is_there)


def _check(found: PersonaIs, number: str | None) -> Step:
    wanted = groups_of(found.target)
    left = [
        name for name in groups_of(found.dropped) if name.casefold() not in set(map(str.casefold, wanted))
    ]
    promise = Promise(
        groups=tuple(found.group(name).id for name in wanted),
        left=tuple(found.group(name).id for name in left),
        licences=tuple(
            ways_to(sku)
            for part in dict.fromkeys(part for persona in found.target for part in persona.licences)
            if (sku := found.bought.get(part.casefold()))
        ),
        policies={kind: name for kind, (name, _) in policies_of(found.target).items()},
    )
    kind = StepKind.VERIFY_PERSONA
    return made(kind, VERIFY_PERSONA_KEY, number or "", promise.as_text(), is_there=False)


def _about(kind: StepKind, group: Group, *, is_there: bool, task: str = "") -> Step:
    step = made(kind, f"{kind.value}:{group.id}", group.name, group.id, is_there=is_there)
    return replace(step, facts={TASK: task}) if task and not is_there else step
