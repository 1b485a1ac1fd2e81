"""The plan of a change of persona: adds before it removes, and takes nothing that a kept persona needs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.location import Cost
from services.domain.number import Number, NumberType
from services.domain.persona import CALLER_ID, DIAL_PLAN, Catalogue, Layer
from services.domain.persona_change import PersonaChange
from services.domain.step import Step, StepKind, StepStatus
from services.ports import VoiceConfiguration
from services.provisioning.facts import EMERGENCY, TASK
from services.provisioning.persona_difference import change_of, number_need
from services.provisioning.persona_is import PersonaIs, groups_of
from services.provisioning.persona_plan import plan_persona
from services.provisioning.plan import with_number
from services.provisioning.promise import Promise
from tests.fakes.persona_is import DEBRA, found, persona, plan
from tests.fakes.personas import CATALOGUE, hr

GROUPS = tuple("abcdef")
LINE = NumberType.DIRECT_ROUTING

PERSONAS = st.lists(
    st.builds(
        lambda layer, groups: (layer, tuple(groups)),
        st.sampled_from(list(Layer)),
        st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True),
    ),
    min_size=1,
    max_size=6,
)


@given(PERSONAS, st.sets(st.sampled_from(GROUPS)), st.integers(0, 5))
def test_the_person_ends_in_the_groups_of_all_that_they_hold(
    drawn: list[tuple[Layer, tuple[str, ...]]], member_of: set[str], which: int
) -> None:
    catalogue = Catalogue(
        version=1, personas=tuple(persona(f"p{n}", layer, *g) for n, (layer, g) in enumerate(drawn))
    )
    is_there = found(catalogue, f"p{which % len(drawn)}", member_of)
    wanted = set(groups_of(is_there.target))

    steps = plan(is_there)
    now, left_any = set(member_of), False
    for step in steps:
        if step.kind is StepKind.JOIN_GROUP:
            assert not left_any, "a group is joined after another was left"
            now.add(step.target)
        if step.kind is StepKind.LEAVE_GROUP:
            left_any = True
            assert step.target not in wanted, "a group is left that is needed"
            now.discard(step.target)
    assert wanted <= now
    ended = set(groups_of(is_there.dropped)) - wanted
    assert now == (member_of | wanted) - ended, "what belongs to no persona that ends is left alone"
    promise = Promise.of_text(steps[-1].target)
    assert set(promise.groups) == wanted
    assert set(promise.left) == ended


@given(PERSONAS, st.sets(st.sampled_from(GROUPS)), st.integers(0, 5))
def test_what_is_taken_on_is_held_with_nothing_that_it_excludes(
    drawn: list[tuple[Layer, tuple[str, ...]]], member_of: set[str], which: int
) -> None:
    catalogue = Catalogue(
        version=1, personas=tuple(persona(f"p{n}", layer, *g) for n, (layer, g) in enumerate(drawn))
    )
    is_there = found(catalogue, f"p{which % len(drawn)}", member_of)
    assert not any(one.rivals(other) for one in is_there.taken for other in is_there.target)


LONDON = '(user.city -eq "London")'


def of_kind(steps: tuple[Step, ...], kind: StepKind) -> list[Step]:
    return [step for step in steps if step.kind is kind]


def moving(rules: dict[str, str], **more: object) -> PersonaIs:
    """From the north to the south, whose group is filled by a rule."""
    catalogue = Catalogue(
        version=1,
        personas=(
            persona("North", Layer.CALLING, "north", attributes={"city": "Leeds"}),
            persona("South", Layer.CALLING, "south", attributes={"city": "London"}),
        ),
    )
    person = replace(DEBRA, city="Leeds")
    return found(catalogue, "South", {"north"}, person=person, rules=rules, **more)


def test_a_rule_that_surely_admits_is_reached_by_the_account() -> None:
    steps = plan(moving({"south": LONDON}))
    (change,) = of_kind(steps, StepKind.SET_ATTRIBUTE)
    assert (change.subject, change.before, change.target) == ("city", "Leeds", "London")
    (admitted,) = of_kind(steps, StepKind.BE_ADMITTED)
    assert TASK not in admitted.facts
    assert steps.index(change) < steps.index(admitted)


@pytest.mark.parametrize(
    ("rule", "may_write", "task"),
    [
        (LONDON, False, "set for Debra Berger: city = London"),
        ('user.extensionAttribute1 -eq "x"', True, "the rule of south admits Debra Berger"),
        ('(user.jobTitle -contains "Lead")', True, 'admits Debra Berger: (user.jobTitle -contains "Lead")'),
    ],
)
def test_what_is_not_sure_or_not_allowed_is_a_task_with_the_exact_change(
    rule: str, may_write: bool, task: str
) -> None:
    is_there = moving({"south": rule})
    (admitted,) = of_kind(plan(is_there, may_write=may_write), StepKind.BE_ADMITTED)
    assert task in admitted.facts[TASK]
    warnings = change_of(is_there, number_need(is_there, []), "", may_write=may_write).warnings
    assert any(task in warning for warning in warnings)


def test_an_account_is_not_changed_where_that_would_cost_a_persona_that_is_kept() -> None:
    is_there = moving({"south": LONDON, "base": '(user.city -eq "Leeds")'})
    base = persona("Base", Layer.BASE, "base")
    catalogue = replace(is_there.catalogue, personas=(*is_there.catalogue.personas, base))
    south = catalogue.named("South")
    assert south is not None
    is_there = found(
        catalogue,
        "South",
        {"north", "base"},
        person=is_there.person,
        rules={"south": LONDON, "base": '(user.city -eq "Leeds")'},
    )
    steps = plan(is_there)
    assert not of_kind(steps, StepKind.SET_ATTRIBUTE)
    assert TASK in of_kind(steps, StepKind.BE_ADMITTED)[0].facts


def test_an_account_is_left_alone_where_no_rule_asks_for_a_change() -> None:
    assert not of_kind(plan(moving({})), StepKind.SET_ATTRIBUTE)


def test_a_direct_policy_that_hides_a_groups_is_taken_away_and_said_before() -> None:
    hidden = VoiceConfiguration(
        voice_enabled=True, numbers=(), account_type="user", policies={CALLER_ID: "Mine"}
    )
    is_there = found(CATALOGUE, "London HR", set(), voice=hidden)
    (removed,) = of_kind(plan(is_there), StepKind.REMOVE_POLICY)
    assert (removed.target, removed.before) == (CALLER_ID, "Mine")
    warnings = change_of(is_there, number_need(is_there, []), "", may_write=True).warnings
    assert any("Mine is assigned directly and hides UK HR London" in warning for warning in warnings)


def test_a_policy_that_no_group_carries_is_assigned_and_goes_with_its_persona() -> None:
    mine = persona("Mine", Layer.CALLING, "a", policies={DIAL_PLAN: "Plan"}, direct=frozenset({DIAL_PLAN}))
    yours = persona("Yours", Layer.CALLING, "b")
    catalogue = Catalogue(version=1, personas=(mine, yours))
    (assigned,) = of_kind(plan(found(catalogue, "Mine", set())), StepKind.ASSIGN_POLICY)
    assert (assigned.subject, assigned.target) == ("Plan", DIAL_PLAN)

    has = VoiceConfiguration(
        voice_enabled=True, numbers=(), account_type="user", policies={DIAL_PLAN: "plan"}
    )
    has = replace(has, policies={DIAL_PLAN: "Plan"})
    (removed,) = of_kind(plan(found(catalogue, "Yours", {"a"}, voice=has)), StepKind.REMOVE_POLICY)
    assert removed.subject == "Plan"
    others = replace(has, policies={DIAL_PLAN: "Somebody's decision"})
    assert not of_kind(plan(found(catalogue, "Yours", {"a"}, voice=others)), StepKind.REMOVE_POLICY)


def test_a_licence_that_is_not_bought_or_has_run_out_is_said_before() -> None:
    odd = persona("Odd", Layer.CALLING, "a", licences=("MCOEV", "GOLD"))
    is_there = found(Catalogue(version=1, personas=(odd,)), "Odd", set())
    change = change_of(is_there, number_need(is_there, []), "", may_write=True)
    assert [warning for warning in change.warnings if "licence is left" in warning] == [
        "No Teams Phone Standard licence is left: the setup will wait until there is one.",
        "No GOLD licence is left: the setup will wait until there is one.",
    ]
    known, unknown = of_kind(plan(is_there), StepKind.WAIT_FOR_LICENCE)
    assert TASK not in known.facts
    assert "buy GOLD" in unknown.facts[TASK]


def test_the_last_agent_of_a_queue_is_told_so() -> None:
    is_there = found(
        CATALOGUE,
        "Manchester HR",
        {"Prov_Teams_Phone_London", "Prov_Teams_Phone_London_HR"},
        alone=frozenset({"Prov_Teams_Phone_London_HR"}),
    )
    change = change_of(is_there, number_need(is_there, []), "", may_write=True)
    assert any("London HR will have no agent" in warning for warning in change.warnings)


def test_costs_are_compared_with_what_is_held_now() -> None:
    is_there = found(
        CATALOGUE, "London HR", {"Prov_Teams_Phone_Manchester", "Prov_Teams_Phone_Manchester_HR"}
    )
    change = change_of(is_there, number_need(is_there, []), "", may_write=True)
    assert change.costs_before == (Cost(amount=Decimal("6.50"), currency="GBP"),)
    assert change.costs_after == (Cost(amount=Decimal("7.80"), currency="GBP"),)
    assert set(change.drops) == {"Manchester Calling", "Manchester HR"}
    assert change.takes == ("London Calling", "London HR")


def test_a_new_plan_knows_what_an_earlier_run_changed() -> None:
    is_there = found(CATALOGUE, "London HR", set())
    first = plan(is_there)
    joined = replace(of_kind(first, StepKind.JOIN_GROUP)[0], status=StepStatus.DONE, changed=True)
    before = tuple(joined if step.key == joined.key else step for step in first)
    after = replace(is_there, memberships={joined.target: joined.target})
    again = plan_persona(after, PersonaChange(takes=("London HR",)), None, may_write=True, before=before)
    kept = next(step for step in again if step.key == joined.key)
    assert (kept.status, kept.changed) == (StepStatus.DONE, True)


def test_circles_in_what_personas_require_end() -> None:
    one = replace(hr("London"), name="One", requires=("Two",))
    two = replace(hr("Leeds"), name="Two", requires=("One", "Nowhere"))
    catalogue = Catalogue(version=1, personas=(one, two))
    assert [p.name for p in catalogue.with_required(one)] == ["Two", "One"]


def test_a_number_is_given_with_the_emergency_location_of_the_persona() -> None:
    place = "11111111-0000-4000-8000-000000000000"
    here = persona("Here", Layer.CALLING, "a", emergency_location=place)
    is_there = found(Catalogue(version=1, personas=(here,)), "Here", set())
    change = PersonaChange(takes=("Here",))
    (order,) = of_kind(
        plan_persona(is_there, change, "+441614960000", may_write=True), StepKind.ASSIGN_NUMBER
    )
    assert order.facts[EMERGENCY] == place
    other = with_number((order,), Number(e164="+441614960001", type=LINE, location="Here", country="GB"))
    assert (other[0].target, other[0].facts[EMERGENCY]) == ("+441614960001", place)


def test_what_is_required_and_held_already_is_said_to_stay() -> None:
    is_there = found(CATALOGUE, "Manchester HR", {"Prov_Teams_Phone_Manchester"})
    change = change_of(is_there, number_need(is_there, []), "", may_write=True)
    assert change.keeps == ("Manchester Calling",)
    assert change.takes == ("Manchester Calling", "Manchester HR")
