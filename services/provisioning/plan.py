"""The plan: from what is to what the request asks, as ordered steps. Pure: reads nothing, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.domain.errors import AlreadyHasNumber, GroupClosed, NoLicenceLeft, NumberNotOffered, Refused
from services.domain.location import CALLING_PLANS, TEAMS_PHONE_PLAN, Location
from services.domain.number import Number, NumberType
from services.domain.step import Step, StepKind, StepStatus
from services.provisioning.facts import EMERGENCY, in_flight, may_be_ours
from services.provisioning.what_is import GroupIs, WhatIs

TEAMS_PHONE = "Teams Phone"
CALLING_PLAN = "Calling Plan"
ASSIGN_KEY = StepKind.ASSIGN_NUMBER.value
VERIFY_KEY = StepKind.VERIFY.value
NUMBERED = frozenset({StepKind.ASSIGN_NUMBER, StepKind.VERIFY, StepKind.VERIFY_PERSONA})
"""Kinds of steps whose subject is the number that is promised."""


def plan_number(
    person_id: str, location: Location, number: Number, what_is: WhatIs, before: Sequence[Step] = ()
) -> tuple[Step, ...]:
    """The steps that give ``number`` to the person: groups, licences, the number, the check.

    What is there already is ``nothing to do``. ``before`` is the plan of an earlier run: what Switchboard
    changed then stays marked as changed, also when the location no longer needs it, so that it can be undone.
    Raises NumberNotOffered for a number of another location.
    """
    if number.location != location.name:
        raise NumberNotOffered(location=location.name)
    wanted = [_join(group) for group in what_is.groups]
    wanted += _licences(number, what_is)
    has_it = number.e164 in what_is.numbers
    wanted.append(made(StepKind.ASSIGN_NUMBER, ASSIGN_KEY, number.e164, number.e164, is_there=has_it))
    wanted.append(made(StepKind.VERIFY, VERIFY_KEY, number.e164, person_id, is_there=False))
    return leftovers(wanted, before) + tuple(carried(step, before) for step in wanted)


def plan_unread(number: Number | None, before: Sequence[Step]) -> tuple[Step, ...]:
    """The plan of before with nothing taken for granted, for when the tenant cannot be read.

    Each step looks for itself before it acts, so a plan that is out of date does no harm.
    """
    planned = tuple(step.now(StepStatus.PLANNED) for step in before)
    return with_number(planned, number) if number else planned


def with_number(plan: Iterable[Step], number: Number) -> tuple[Step, ...]:
    """The plan for another number; nothing is known yet about that one."""
    return tuple(_renumbered(step, number.e164) for step in plan)


def fitting_types(location: Location, plan: Iterable[Step]) -> tuple[NumberType, ...]:
    """Types that another number may have without a licence that the plan does not wait for."""
    waits = any(step.kind is StepKind.WAIT_FOR_LICENCE and step.subject == CALLING_PLAN for step in plan)
    return tuple(kind for kind in location.number_types if waits or kind is not NumberType.CALLING_PLAN)


def obstacle(what_is: WhatIs, location: Location) -> Refused | None:
    """What speaks against giving the person a number of the location, or None."""
    if what_is.numbers:
        return AlreadyHasNumber(name=what_is.person.display_name, number=what_is.numbers[0])
    for group in what_is.groups:
        if not group.is_member and not group.group.takes_members:
            return GroupClosed(group=group.group.name, location=location.name)
    needed = [(TEAMS_PHONE, frozenset({TEAMS_PHONE_PLAN}))]
    if set(location.number_types) == {NumberType.CALLING_PLAN}:
        needed.append((CALLING_PLAN, CALLING_PLANS))
    for name, plans in needed:
        if not plans & what_is.plans and what_is.free_units(plans) == 0:
            return NoLicenceLeft(licence=name, location=location.name)
    return None


def _join(found: GroupIs) -> Step:
    group = found.group
    key = f"{StepKind.JOIN_GROUP.value}:{group.id}"
    return made(StepKind.JOIN_GROUP, key, group.name, group.id, is_there=found.is_member)


def _licences(number: Number, what_is: WhatIs) -> list[Step]:
    steps = [_licence(TEAMS_PHONE, frozenset({TEAMS_PHONE_PLAN}), what_is)]
    if number.type is NumberType.CALLING_PLAN:
        steps.append(_licence(CALLING_PLAN, CALLING_PLANS, what_is))
    return steps


def _licence(name: str, plans: frozenset[str], what_is: WhatIs) -> Step:
    """``target`` lists the service plans any of which will do."""
    key = f"{StepKind.WAIT_FOR_LICENCE.value}:{name}"
    is_there = bool(plans & what_is.plans)
    return made(StepKind.WAIT_FOR_LICENCE, key, name, " ".join(sorted(plans)), is_there=is_there)


def made(kind: StepKind, key: str, subject: str, target: str, *, is_there: bool) -> Step:
    """A step of a new plan: planned, or nothing to do where it is so already."""
    status = StepStatus.NOTHING_TO_DO if is_there else StepStatus.PLANNED
    return Step(key=key, kind=kind, subject=subject, target=target, status=status)


def _renumbered(step: Step, e164: str) -> Step:
    if step.kind not in NUMBERED or step.subject == e164:
        return step
    target = e164 if step.kind is StepKind.ASSIGN_NUMBER else step.target
    facts = {name: value for name, value in step.facts.items() if name == EMERGENCY}
    return Step(key=step.key, kind=step.kind, subject=e164, target=target, facts=facts)


def carried(step: Step, before: Sequence[Step]) -> Step:
    """The step of a new plan with what an earlier run did about the same thing."""
    known = next((old for old in before if old.key == step.key and old.target == step.target), None)
    if known is None:
        return step
    if step.status is StepStatus.NOTHING_TO_DO:
        changed = may_be_ours(known)
        status = StepStatus.DONE if changed else step.status
        return replace(step, changed=changed, before=known.before if changed else step.before, status=status)
    was = known.before if known.changed else step.before
    return replace(step, changed=known.changed, before=was, facts={**step.facts, **in_flight(known)})


def leftovers(wanted: Sequence[Step], before: Sequence[Step]) -> tuple[Step, ...]:
    """What an earlier run changed and this plan does not need: done, and kept to be undone."""
    keys = {step.key for step in wanted}
    return tuple(old.now(StepStatus.DONE) for old in before if may_be_ours(old) and old.key not in keys)
