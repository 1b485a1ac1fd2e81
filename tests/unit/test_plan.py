"""Plans: what is there already is left alone, and nothing that was done is forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.errors import AlreadyHasNumber, GroupClosed, NoLicenceLeft, NumberNotOffered
from services.domain.location import CALLING_PLANS, TEAMS_PHONE_PLAN, Location
from services.domain.number import Number, NumberType
from services.domain.step import ENDED, Step, StepKind, StepStatus
from services.ports import Group, Subscription
from services.provisioning.facts import ASKED, OPERATION
from services.provisioning.plan import fitting_types, obstacle, plan_number, plan_unread, with_number
from services.provisioning.what_is import GroupIs, WhatIs
from tests.fakes.voice_company import CHRISTIE, MANCHESTER, e164

NUMBER = Number(e164=e164(1), type=NumberType.DIRECT_ROUTING, location="Manchester", country="GB")
CALLING = replace(NUMBER, type=NumberType.CALLING_PLAN)
ORDER = (StepKind.JOIN_GROUP, StepKind.WAIT_FOR_LICENCE, StepKind.ASSIGN_NUMBER, StepKind.VERIFY)
PLAN_IDS = (TEAMS_PHONE_PLAN, *sorted(CALLING_PLANS))


def a_group(place: int, *, is_member: bool = False, open_: bool = True, units: int = 5) -> GroupIs:
    sku = Subscription(
        sku_id=f"sku-{place}",
        part_number="MCOEV",
        plans=frozenset({TEAMS_PHONE_PLAN}),
        enabled=units,
        consumed=0,
    )
    group = Group(id=f"group-{place}", name=f"Prov_{place}", is_dynamic=not open_, takes_members=open_)
    return GroupIs(group=group, is_member=is_member, skus=(sku,))


def what_is(*groups: GroupIs, plans: frozenset[str] = frozenset(), numbers: tuple[str, ...] = ()) -> WhatIs:
    return WhatIs(person=CHRISTIE, groups=groups, plans=plans, numbers=numbers)


@st.composite
def worlds(draw: st.DrawFn) -> WhatIs:
    members = draw(st.lists(st.booleans(), max_size=4))
    groups = tuple(a_group(place, is_member=member) for place, member in enumerate(members))
    plans = draw(st.frozensets(st.sampled_from(PLAN_IDS)))
    numbers = (e164(1),) if draw(st.booleans()) else ()
    return what_is(*groups, plans=plans, numbers=numbers)


numbers = st.sampled_from((NUMBER, CALLING))


@st.composite
def walked(draw: st.DrawFn) -> tuple[Number, tuple[Step, ...]]:
    """A plan that a run has worked on."""
    number = draw(numbers)
    steps = []
    for step in plan_number(CHRISTIE.id, MANCHESTER, number, draw(worlds())):
        asked = {ASKED: "2026-11-23T08:00:00+00:00", OPERATION: "op"} if draw(st.booleans()) else {}
        status = draw(st.sampled_from(StepStatus))
        steps.append(replace(step, status=status, changed=draw(st.booleans()), facts=asked, detail="x"))
    return number, tuple(steps)


@given(worlds(), numbers)
def test_groups_come_first_then_licences_then_the_number_then_the_check(
    world: WhatIs, number: Number
) -> None:
    plan = plan_number(CHRISTIE.id, MANCHESTER, number, world)
    order = [ORDER.index(step.kind) for step in plan]
    assert order == sorted(order)
    assert {step.kind for step in plan} >= {
        StepKind.WAIT_FOR_LICENCE,
        StepKind.ASSIGN_NUMBER,
        StepKind.VERIFY,
    }
    assert len({step.key for step in plan}) == len(plan)


@given(worlds(), numbers)
def test_exactly_what_is_there_already_has_nothing_to_do(world: WhatIs, number: Number) -> None:
    plan = plan_number(CHRISTIE.id, MANCHESTER, number, world)
    there = {f"join group:{found.group.id}" for found in world.groups if found.is_member}
    there |= {"wait for licence:Teams Phone"} if TEAMS_PHONE_PLAN in world.plans else set()
    there |= {"wait for licence:Calling Plan"} if CALLING_PLANS & world.plans else set()
    there |= {"assign number"} if world.numbers else set()
    for step in plan:
        assert (step.status is StepStatus.NOTHING_TO_DO) == (step.key in there)
        assert not step.changed


@given(worlds(), walked())
def test_planning_again_changes_nothing_and_forgets_nothing(
    world: WhatIs, before: tuple[Number, tuple[Step, ...]]
) -> None:
    number, walked_plan = before
    once = plan_number(CHRISTIE.id, MANCHESTER, number, world, walked_plan)
    assert plan_number(CHRISTIE.id, MANCHESTER, number, world, once) == once
    assert len({step.key for step in once}) == len(once)
    kept = {step.key for step in once if step.changed}
    assert kept >= {step.key for step in walked_plan if step.changed}


@given(walked(), numbers)
def test_a_plan_made_without_the_tenant_takes_nothing_for_granted(
    before: tuple[Number, tuple[Step, ...]], other: Number
) -> None:
    _, walked_plan = before
    plan = plan_unread(other, walked_plan)
    assert [step.key for step in plan] == [step.key for step in walked_plan]
    assert not {step.status for step in plan} & ENDED


def test_an_order_that_may_be_under_way_is_remembered_but_not_for_another_number() -> None:
    world = what_is(a_group(1))
    asked = tuple(
        replace(step, facts={ASKED: "2026-11-23T08:00:00+00:00", OPERATION: "op"})
        for step in plan_number(CHRISTIE.id, MANCHESTER, NUMBER, world)
    )
    again = {s.key: s for s in plan_number(CHRISTIE.id, MANCHESTER, NUMBER, world, asked)}
    assert again["assign number"].facts[OPERATION] == "op"
    other = replace(NUMBER, e164=e164(2))
    moved = {s.key: s for s in plan_number(CHRISTIE.id, MANCHESTER, other, world, asked)}
    assert moved["assign number"].facts == {}
    assert moved["join group:group-1"].facts[ASKED]


def test_a_number_that_arrived_after_it_was_ordered_counts_as_ours() -> None:
    before = plan_number(CHRISTIE.id, MANCHESTER, NUMBER, what_is(a_group(1)))
    ordered = tuple(replace(s, facts={ASKED: "2026-11-23T08:00:00+00:00"}) for s in before)
    plan = plan_number(CHRISTIE.id, MANCHESTER, NUMBER, what_is(a_group(1), numbers=(e164(1),)), ordered)
    assigned = next(step for step in plan if step.kind is StepKind.ASSIGN_NUMBER)
    assert (assigned.status, assigned.changed) == (StepStatus.DONE, True)


def test_a_group_that_was_joined_and_is_needed_no_more_stays_in_the_plan_to_be_undone() -> None:
    joined = replace(
        plan_number(CHRISTIE.id, MANCHESTER, NUMBER, what_is(a_group(7)))[0],
        changed=True,
        status=StepStatus.FAILED,
    )
    plan = plan_number(CHRISTIE.id, MANCHESTER, NUMBER, what_is(a_group(1)), (joined,))
    assert (plan[0].key, plan[0].changed, plan[0].status) == ("join group:group-7", True, StepStatus.DONE)
    assert plan[1].key == "join group:group-1"


def test_another_number_takes_the_place_in_the_number_steps_only() -> None:
    plan = plan_number(CHRISTIE.id, MANCHESTER, NUMBER, what_is(a_group(1)))
    other = with_number(plan, replace(NUMBER, e164=e164(2)))
    assert [step.key for step in other] == [step.key for step in plan]
    assert [(s.subject, s.target) for s in other[-2:]] == [(e164(2), e164(2)), (e164(2), CHRISTIE.id)]
    assert other[:-2] == plan[:-2]


def test_a_number_of_another_location_is_never_planned() -> None:
    with pytest.raises(NumberNotOffered, match="Manchester"):
        plan_number(CHRISTIE.id, MANCHESTER, replace(NUMBER, location="London"), what_is(a_group(1)))


def test_another_number_needs_no_licence_that_the_plan_does_not_wait_for() -> None:
    both = replace(MANCHESTER, number_types=(NumberType.CALLING_PLAN, NumberType.DIRECT_ROUTING))
    direct = plan_number(CHRISTIE.id, both, NUMBER, what_is(a_group(1)))
    calling = plan_number(CHRISTIE.id, both, CALLING, what_is(a_group(1)))
    assert fitting_types(both, direct) == (NumberType.DIRECT_ROUTING,)
    assert fitting_types(both, calling) == both.number_types


def only_calling() -> Location:
    return replace(MANCHESTER, number_types=(NumberType.CALLING_PLAN,))


def test_nothing_speaks_against_a_person_with_a_free_licence() -> None:
    assert obstacle(what_is(a_group(1)), MANCHESTER) is None


def test_who_has_a_number_gets_no_second_one() -> None:
    assert isinstance(obstacle(what_is(a_group(1), numbers=(e164(9),)), MANCHESTER), AlreadyHasNumber)


def test_a_group_with_a_rule_admits_only_who_is_in_it_already() -> None:
    assert isinstance(obstacle(what_is(a_group(1, open_=False)), MANCHESTER), GroupClosed)
    assert obstacle(what_is(a_group(1, open_=False, is_member=True)), MANCHESTER) is None


def test_without_a_licence_left_only_who_has_one_can_go_on() -> None:
    assert isinstance(obstacle(what_is(a_group(1, units=0)), MANCHESTER), NoLicenceLeft)
    licensed = what_is(a_group(1, units=0), plans=frozenset({TEAMS_PHONE_PLAN}))
    assert obstacle(licensed, MANCHESTER) is None
    against = obstacle(what_is(a_group(1), plans=frozenset({TEAMS_PHONE_PLAN})), only_calling())
    assert against is not None
    assert "Calling Plan" in against.sentence
