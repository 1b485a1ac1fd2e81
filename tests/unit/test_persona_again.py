"""A change of persona tried again, or undone: nothing is forgotten, and giving comes before taking."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.change import change_parts
from cards.elements import Part
from cards.parts import finished
from services.domain.persona import DIAL_PLAN, Catalogue, Layer
from services.domain.step import Step, StepKind, StepStatus
from services.ports import Licences, VoiceConfiguration
from services.provisioning.facts import TASK
from services.provisioning.licensed import is_licensed, ways_to
from services.provisioning.persona_difference import change_of, number_need
from services.provisioning.persona_is import PersonaIs
from services.provisioning.persona_plan import plan_persona
from services.provisioning.promise import Promise
from services.provisioning.undoing import undo_order
from tests.fakes.persona_is import SKUS, found, persona
from tests.fakes.personas import CATALOGUE
from tests.unit.cards_personas import a_change
from tests.unit.cards_rules import texts

OLD = persona("Old", Layer.CALLING, "a", "b", "c", teams=("floor",))
NEW = persona("New", Layer.CALLING, "x", "y")
TWO = Catalogue(version=1, personas=(OLD, NEW))
ALL_OLD = {"a", "b", "c", "floor"}


def first_plan(is_there: PersonaIs) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    change = change_of(is_there, number_need(is_there, []), "", may_write=True)
    return plan_persona(is_there, change, None, may_write=True), change.drops


@given(st.integers(0, 6))
def test_after_any_part_of_it_the_rest_is_still_to_be_done(done: int) -> None:
    steps, drops = first_plan(found(TWO, "New", ALL_OLD))
    now, carried = set(ALL_OLD), list(steps)
    for place, step in enumerate(steps[:done]):
        if step.kind in {StepKind.JOIN_GROUP, StepKind.LEAVE_GROUP}:
            (now.add if step.kind is StepKind.JOIN_GROUP else now.discard)(step.target)
            carried[place] = replace(step, status=StepStatus.DONE, changed=True)
    again = found(TWO, "New", now, ends=drops)
    change = change_of(again, number_need(again, []), "", may_write=True)
    plan = plan_persona(again, change, None, may_write=True, before=carried)
    for step in plan:
        if step.kind is StepKind.LEAVE_GROUP and step.status is StepStatus.PLANNED:
            now.discard(step.target)
        if step.kind is StepKind.JOIN_GROUP and step.status is StepStatus.PLANNED:
            now.add(step.target)
    assert now == {"x", "y"}
    assert set(Promise.of_text(plan[-1].target).left) == ALL_OLD
    ours = {step.key for step in carried if step.changed}
    assert ours == {step.key for step in plan if step.changed}, "what was changed can still be undone"


def test_a_direct_policy_of_a_persona_that_is_half_gone_is_still_taken_away() -> None:
    mine = replace(OLD, policies={DIAL_PLAN: "Plan"}, direct=frozenset({DIAL_PLAN}))
    catalogue = Catalogue(version=1, personas=(mine, NEW))
    has = VoiceConfiguration(
        voice_enabled=True, numbers=(), account_type="user", policies={DIAL_PLAN: "Plan"}
    )
    again = found(catalogue, "New", {"b", "c", "x", "y"}, ends=("Old",), voice=has)
    change = change_of(again, number_need(again, []), "", may_write=True)
    plan = plan_persona(again, change, None, may_write=True)
    assert StepKind.REMOVE_POLICY in {step.kind for step in plan}


def test_the_check_at_the_end_asks_for_nothing_that_no_step_brings() -> None:
    base = persona("Base", Layer.BASE, "base", teams=("everybody",), licences=("MCOEV",))
    catalogue = Catalogue(version=1, personas=(base, NEW))
    plan, _ = first_plan(found(catalogue, "New", {"base"}))
    brought = {step.target for step in plan if step.kind is StepKind.JOIN_GROUP}
    promise = Promise.of_text(plan[-1].target)
    assert set(promise.groups) == {"base"} | brought
    assert "everybody" in brought
    assert promise.licences == tuple(s.target for s in plan if s.kind is StepKind.WAIT_FOR_LICENCE)


def test_what_requires_a_persona_that_ends_ends_with_it() -> None:
    held = {"Prov_Teams_Phone_Manchester", "Prov_Teams_Phone_Manchester_HR", "Prov_UK_Standard_Baseline"}
    moving = found(CATALOGUE, "London Calling", held)
    assert [one.name for one in moving.target] == ["UK Standard", "London Calling"]
    assert {one.name for one in moving.dropped} == {"Manchester Calling", "Manchester HR"}


def test_undoing_gives_back_before_it_takes_away() -> None:
    kinds = [
        StepKind.JOIN_GROUP,
        StepKind.SET_ATTRIBUTE,
        StepKind.BE_ADMITTED,
        StepKind.WAIT_FOR_LICENCE,
        StepKind.RELEASE_NUMBER,
        StepKind.ASSIGN_NUMBER,
        StepKind.ASSIGN_POLICY,
        StepKind.LEAVE_GROUP,
        StepKind.BE_DISMISSED,
        StepKind.REMOVE_POLICY,
        StepKind.VERIFY_PERSONA,
    ]
    plan = [Step(key=kind.value, kind=kind, subject="", target="") for kind in kinds]
    order = [StepKind(key) for key in undo_order(plan)]
    for before, after in (
        (StepKind.LEAVE_GROUP, StepKind.JOIN_GROUP),
        (StepKind.SET_ATTRIBUTE, StepKind.BE_DISMISSED),
        (StepKind.BE_DISMISSED, StepKind.RELEASE_NUMBER),
        (StepKind.ASSIGN_NUMBER, StepKind.RELEASE_NUMBER),
        (StepKind.RELEASE_NUMBER, StepKind.JOIN_GROUP),
        (StepKind.BE_DISMISSED, StepKind.JOIN_GROUP),
    ):
        assert order.index(before) < order.index(after)
    assert len(order) == len(kinds)


def test_every_kind_of_step_has_its_place_in_undoing() -> None:
    plan = [Step(key=kind.value, kind=kind, subject="", target="") for kind in StepKind]
    assert len(undo_order(plan)) == len(StepKind)


def test_a_licence_with_a_plan_switched_off_is_a_licence() -> None:
    sku = SKUS["mcoev"]
    assert is_licensed(ways_to(sku), Licences(plans=frozenset(), brought=((sku.sku_id, None),)))
    assert is_licensed(ways_to(sku), Licences(plans=sku.plans))
    assert not is_licensed(ways_to(sku), Licences(plans=frozenset({"another"})))
    assert is_licensed("a b+c", Licences(plans=frozenset({"b", "c"})))
    assert not is_licensed("a b+c", Licences(plans=frozenset({"b"})))


@pytest.mark.parametrize("rule", ['(user.city -match "^Lee")', 'user.extensionAttribute1 -eq "x"'])
def test_nothing_is_written_while_a_group_that_is_kept_follows_a_rule_that_is_not_understood(
    rule: str,
) -> None:
    base = persona("Base", Layer.BASE, "base")
    south = persona("South", Layer.CALLING, "south", attributes={"city": "London"})
    catalogue = Catalogue(version=1, personas=(base, south))
    rules = {"south": '(user.city -eq "London")', "base": rule}
    is_there = found(catalogue, "South", {"base"}, rules=rules)
    is_there = replace(is_there, person=replace(is_there.person, city="Leeds"))
    plan, _ = first_plan(is_there)
    assert StepKind.SET_ATTRIBUTE not in {step.kind for step in plan}
    (admitted,) = [step for step in plan if step.kind is StepKind.BE_ADMITTED]
    assert "city = London" in admitted.facts[TASK]


def test_a_change_that_is_different_by_now_has_another_mark() -> None:
    before = change_of(
        found(TWO, "New", ALL_OLD), number_need(found(TWO, "New", ALL_OLD), []), "", may_write=True
    )
    richer = Catalogue(version=2, personas=(OLD, replace(NEW, groups=("x", "y", "z"))))
    more = found(richer, "New", ALL_OLD)
    after = change_of(more, number_need(more, []), "", may_write=True)
    assert before.mark != after.mark
    assert before.mark == replace(before).mark


def test_a_direct_policy_that_says_the_same_as_the_groups_is_left_alone() -> None:
    has = VoiceConfiguration(
        voice_enabled=True, numbers=(), account_type="user", policies={DIAL_PLAN: "uk london"}
    )
    is_there = found(CATALOGUE, "London HR", set(), voice=has)
    plan, _ = first_plan(is_there)
    assert StepKind.REMOVE_POLICY not in {step.kind for step in plan}
    change = change_of(is_there, number_need(is_there, []), "", may_write=True)
    assert not any("hides" in warning for warning in change.warnings)


def shown(parts: list[Part]) -> str:
    return texts(finished("x", parts))


def test_the_cost_of_what_is_done_is_compared_with_before() -> None:
    change = a_change("x")
    assert "(now: GBP 7.50 a month)" in shown(change_parts(change, 600))
    done = shown(change_parts(change, 600, is_done=True))
    assert "(before: GBP 7.50 a month)" in done
    assert "now" not in done
