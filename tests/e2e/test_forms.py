"""The form: what is checked before it is shown, and again when it is handed in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.channel import Person
from tests.channel.message import InvokeReply
from tests.e2e.world import PURPOSE, World, asks_for_a_number


async def hands_in(person: Person, on: str, **data: Any) -> InvokeReply:
    """Hand in a form that no client would send as it is."""
    action = {"type": "Action.Execute", "verb": "number.submit", "data": data}
    return await person.invokes("adaptiveCard/action", {"action": action}, replyToId=on)


async def test_the_form_knows_where_christie_works_and_what_will_happen(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    assert form.inputs["location"]["value"] == "Manchester"
    offered = [choice["value"] for choice in form.inputs["number"]["choices"]]
    assert len(offered) == 6
    assert "next" in offered
    assert form.inputs["purpose"]["maxLength"] == 500
    assert "Megan Bowen" in form.text
    assert "Prov_Teams_Phone_Manchester" in form.text
    assert "6.50" in form.text


async def test_another_location_shows_its_own_numbers_and_keeps_what_was_typed(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    await christie.presses("Show numbers there", {"location": "Birmingham", "purpose": PURPOSE}, on=form)
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    assert form.inputs["location"]["value"] == "Birmingham"
    assert form.inputs["purpose"]["value"] == PURPOSE
    assert all(
        c["value"].startswith("+44121") for c in form.inputs["number"]["choices"] if c["value"] != "next"
    )


async def test_a_location_whose_group_is_closed_or_that_is_full_says_so(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    for location, why in (
        ("London", "admits people by a rule"),
        ("Dublin", "No number is free in Dublin"),
        ("Berlin", "licence is left for Berlin"),
    ):
        reply = await christie.presses(
            "Show numbers there",
            {"location": location, "purpose": PURPOSE},
            on=form.id and christie.messages[-1],
        )
        assert why in str(reply.card), location
        assert '"Submit"' not in str(reply.card)


async def test_debra_in_london_is_admitted_by_the_rule(world: World) -> None:
    debra, adele = await world.arrives("Debra Berger"), await world.arrives("Adele Vance")
    await asks_for_a_number(debra)
    assert "+44 20 7946" in (await adele.sees(PURPOSE)).text


async def test_who_has_a_number_gets_no_second_one(world: World) -> None:
    megan = await world.arrives("Megan Bowen")
    await megan.types("request a number")
    await megan.sees("already has the number")
    await megan.types("my phone")
    await megan.sees("+44 161 496")


async def test_a_second_request_leads_to_the_open_one(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await asks_for_a_number(christie)
    await christie.sees("SB-000001")
    await christie.types("request a number")
    await christie.sees("You already have an open request, SB-000001")


@pytest.mark.parametrize("purpose", [PURPOSE, "", "x" * 501], ids=["good", "none", "endless"])
async def test_another_form_leads_to_the_open_request_whatever_it_says(world: World, purpose: str) -> None:
    christie = await world.arrives("Christie Cline")
    await asks_for_a_number(christie)
    card = await christie.sees("SB-000001")
    reply = await hands_in(christie, card.id, id=str(uuid4()), purpose=purpose, location="Manchester")
    assert "You already have an open request, SB-000001" in str(reply.card), reply.error
    assert "Cancel request" in str(reply.card), "it is the card of that request"


async def test_a_location_that_cannot_be_is_said_once(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    for location, why in (
        ("London", "admits people by a rule"),
        ("Dublin", "No number is free in Dublin"),
        ("Berlin", "licence is left for Berlin"),
    ):
        reply = await hands_in(christie, form.id, id=str(uuid4()), purpose=PURPOSE, location=location)
        assert str(reply.card).count(why) == 1, location
        assert "Not possible here" in str(reply.card)
        assert PURPOSE in str(reply.card)


async def test_two_things_that_speak_against_it_are_both_said(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    reply = await hands_in(christie, form.id, id=str(uuid4()), purpose=" ", location="London")
    assert "Please correct: " in str(reply.card)
    assert "Say in a few words" in str(reply.card)
    assert "Not possible here: " in str(reply.card)


async def test_handing_in_twice_makes_one_request(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    first = await christie.presses("Submit", {"purpose": PURPOSE}, on=form)
    second = await christie.presses_old("Submit", {"purpose": PURPOSE}, on=form)
    assert "SB-000001" in str(first.card)
    assert "SB-000001" in str(second.card)
    await christie.types("my requests")
    mine = await christie.sees("My requests")
    assert "SB-000002" not in mine.text


async def test_a_missing_or_endless_purpose_is_asked_for_again_and_nothing_is_lost(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    data = next(one["data"] for one in form.card["actions"] if one["title"] == "Submit")
    filled = {**data, "location": "Manchester", "number": "+441614960002"}
    for purpose, says in (
        ("   ", "Say in a few words"),
        ("\u2800\u3164", "Say in a few words"),
        ("x" * 501, "500 characters"),
    ):
        reply = await hands_in(christie, form.id, **filled, purpose=purpose)
        assert says in str(reply.card)
        assert "+441614960002" in str(reply.card)


async def test_a_number_that_the_tenant_gave_away_meanwhile_is_not_promised(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    taken = world.tenant.numbers.get("441614960001")
    assert taken is not None
    taken.assignment_status, taken.assignment_target_id = (
        "userAssigned",
        world.person("Alex Wilber").aad_object_id,
    )
    world.tenant.numbers.put(taken)
    world.tenant.commit()
    reply = await christie.presses("Submit", {"purpose": PURPOSE, "number": "+441614960001"}, on=form)
    assert "has just been taken" in str(reply.card)
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    assert "+441614960001" not in [choice["value"] for choice in form.inputs["number"]["choices"]]
    await christie.presses("Submit", {"purpose": PURPOSE}, on=form)
    await christie.sees("SB-000001")


async def test_blocked_and_promised_numbers_are_not_offered(world: World) -> None:
    christie, alex = await world.arrives("Christie Cline"), await world.arrives("Alex Wilber")
    await asks_for_a_number(christie)
    await alex.types("request a number")
    form = await alex.sees(lambda message: "Submit" in message.buttons)
    assert "+441614960000" not in [choice["value"] for choice in form.inputs["number"]["choices"]]
