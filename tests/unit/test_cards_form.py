"""The form for a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cards.number_form import number_form_card
from cards.persona_form import persona_form_card
from cards.verbs import Verb
from services.domain.course import Course
from services.domain.offer import NEXT_AVAILABLE, LocationChoice
from services.domain.person import Person
from tests.unit.cards_approvals import COST_CENTRE, QUEUES
from tests.unit.cards_personas import a_persona_form
from tests.unit.cards_rules import check, of_type, texts, verbs
from tests.unit.cards_stories import BY_MANAGER, a_form

Maker = Callable[[Any], dict[str, Any]]
DIEGO_SICILIANI = Person(
    id="diego", display_name="Diego Siciliani", user_principal_name="diego@contoso.example"
)


def inputs(card: dict[str, object]) -> dict[str, dict[str, object]]:
    """The card's inputs by id."""
    found = [*of_type(card, "Input.Text"), *of_type(card, "Input.ChoiceSet")]
    return {node["id"]: node for node in found}


def test_the_form_asks_for_purpose_location_and_number() -> None:
    card = number_form_card(a_form())
    check(card)
    asked = inputs(card)
    assert list(asked) == ["purpose", "location", "number"]
    assert asked["purpose"]["isRequired"] is True
    assert asked["purpose"]["maxLength"] == 500
    assert asked["location"]["value"] == "Manchester"
    assert asked["location"]["choices"] == [
        {"title": "Manchester (112 free)", "value": "Manchester"},
        {"title": "London (48 free)", "value": "London"},
        {"title": "Seattle (none free)", "value": "Seattle"},
    ]


def test_five_concrete_numbers_or_the_next_available_one_can_be_chosen() -> None:
    number = inputs(number_form_card(a_form()))["number"]
    assert number["value"] == NEXT_AVAILABLE
    choices = number["choices"]
    assert isinstance(choices, list)
    assert choices[0] == {"title": "Next available number", "value": NEXT_AVAILABLE}
    assert choices[1] == {"title": "+44 161 496 0117", "value": "+441614960117"}
    assert len(choices) == 6


def test_it_says_before_submitting_who_decides_what_it_costs_and_what_is_done() -> None:
    shown = texts(number_form_card(a_form()))
    for part in (
        "Megan Bowen (manager)",
        "GBP 7.50 a month",
        "1. Join the group Prov_Teams_Phone_Manchester",
    ):
        assert part in shown
    assert "Assign the number" in shown, "the number is not promised before the form is handed in"


def test_submit_and_refresh_take_the_inputs_and_the_way_out_does_not_wait_for_them() -> None:
    form = a_form()
    actions = {action["verb"]: action for action in of_type(number_form_card(form), "Action.Execute")}
    for verb in (Verb.NUMBER_SUBMIT, Verb.NUMBER_FORM):
        assert actions[verb]["data"] == {"id": form.form_id, "version": 0}
        assert "associatedInputs" not in actions[verb]
    assert actions[Verb.MENU]["associatedInputs"] == "none"


def test_a_problem_is_said_in_words_and_nothing_that_was_entered_is_lost() -> None:
    card = number_form_card(
        a_form(problem="+441614960118 has just been taken.", purpose="Customers call", choice="+441614960122")
    )
    check(card)
    assert "⚠ Please correct: +44 161 496 0118 has just been taken." in texts(card)
    assert inputs(card)["purpose"]["value"] == "Customers call"
    assert inputs(card)["number"]["value"] == "+441614960122"


def test_where_no_number_can_be_had_another_location_can_be_chosen_but_nothing_submitted() -> None:
    card = number_form_card(
        a_form(
            location="Seattle", numbers=(), plan=(), obstacle="No number is free in Seattle.", purpose="Calls"
        )
    )
    check(card)
    assert "⚠ Not possible here: No number is free in Seattle." in texts(card)
    assert Verb.NUMBER_SUBMIT not in verbs(card)
    assert Verb.NUMBER_FORM in verbs(card)
    assert "number" not in inputs(card)
    assert inputs(card)["purpose"]["value"] == "Calls"
    assert "isRequired" not in inputs(card)["purpose"] or not inputs(card)["purpose"]["isRequired"]


def test_with_one_location_there_is_nothing_to_look_up() -> None:
    card = number_form_card(a_form(locations=(LocationChoice(name="Manchester", free=3),)))
    check(card)
    assert Verb.NUMBER_FORM not in verbs(card)


@pytest.mark.parametrize("name", ["Site {} in Llanfairpwllgwyngyll", "東京都千代田区丸の内一丁目 {}"])
def test_hundreds_of_locations_fit_with_the_chosen_one_and_what_is_left_out_is_said(name: str) -> None:
    locations = tuple(LocationChoice(name=name.format(place), free=place % 2) for place in range(500))
    chosen = locations[498].name
    card = number_form_card(a_form(location=chosen, locations=locations))
    check(card)
    listed = inputs(card)["location"]["choices"]
    assert isinstance(listed, list)
    assert chosen in [choice["value"] for choice in listed]
    assert f"{500 - len(listed)} more locations do not fit here" in texts(card)


def test_several_approvals_are_foreseen_in_their_order() -> None:
    course = Course(rule="costly", stages=(BY_MANAGER, COST_CENTRE, QUEUES))
    card = number_form_card(a_form(course=course))
    check(card)
    shown = texts(card)
    for part in (
        "3, one after the other:",
        "1. Megan Bowen (manager)\n",
        "2. Lee Gu (owner of the cost centre)\n",
        "3. Lee Gu (owner of HR Helpline) and Debra Berger (owner of Front Desk), all of them\n",
    ):
        assert part in shown


def test_where_nobody_has_to_approve_the_form_says_why() -> None:
    course = Course(rule="cheap", not_needed="it costs at most 10 a month")
    shown = texts(number_form_card(a_form(course=course)))
    assert "No approval needed: it costs at most 10 a month" in shown
    assert "After the approval" not in shown
    assert "Then, Switchboard does this for you:" in shown


@pytest.mark.parametrize("make", [number_form_card, persona_form_card])
def test_a_form_for_somebody_else_says_for_whom_and_every_button_carries_it(make: Maker) -> None:
    form = a_form() if make is number_form_card else a_persona_form("x")
    own, others = make(form), make(replace(form, person=DIEGO_SICILIANI, is_for_other=True))
    check(others)
    assert texts(others).split("\n")[0].endswith(" for Diego Siciliani")
    for card, beneficiary in ((own, None), (others, "diego")):
        told = [one for one in of_type(card, "Action.Execute") if one["verb"] != Verb.MENU]
        assert {one["data"].get("beneficiary") for one in told} == {beneficiary}
