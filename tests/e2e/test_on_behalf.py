"""Asking for somebody else: who may, who is told, and that nobody approves what they asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.domain.request import RequestState
from services.sandbox.company.cast import person_id
from tests.channel import Person
from tests.e2e.approving import MANAGER, rulebook, the_request
from tests.e2e.world import PURPOSE, World, open_world

RULES = rulebook(MANAGER, assistants=("Prov_Teams_Phone_Birmingham",))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, rules=lambda: RULES) as world:
        yield world


async def asks_for(person: Person, name: str) -> None:
    await person.types("for somebody else")
    card = await person.sees("somebody else")
    await person.presses("Request a number", {"who": name}, on=card)
    form = await person.sees(lambda m: "Submit" in m.buttons, within=10)
    assert name in form.text
    await person.presses("Submit", {"purpose": PURPOSE}, on=form)


async def test_a_manager_asks_for_a_new_hire_who_has_never_opened_teams(world: World) -> None:
    megan, miriam = await world.arrives("Megan Bowen"), await world.arrives("Miriam Graham")
    await asks_for(megan, "Christie Cline")
    mine = await megan.sees("SB-000001")
    assert "Christie Cline" in mine.text
    assert "Approve" not in mine.buttons, "nobody approves what they asked for"
    waiting = await miriam.sees(lambda m: "Approve" in m.buttons)
    assert "Megan Bowen has a part in the request" in waiting.text
    await miriam.presses("Approve", on=waiting)
    await megan.sees("can dial now", within=20)
    request = await the_request(world)
    assert (request.requester.name, request.beneficiary.name) == ("Megan Bowen", "Christie Cline")
    assert await world.numbers_of("Christie Cline")


async def test_the_beneficiary_is_told_also_when_they_come_later(world: World) -> None:
    megan, _ = await world.arrives("Megan Bowen"), await world.arrives("Miriam Graham")
    await asks_for(megan, "Christie Cline")
    await megan.sees("SB-000001")
    christie = await world.arrives("Christie Cline")
    told = await christie.sees(PURPOSE, within=10)
    assert "Megan Bowen" in told.text
    assert "Approve" not in told.buttons


async def test_an_assistant_asks_for_anybody_and_others_for_nobody(world: World) -> None:
    lynne = await world.arrives("Lynne Robbins")
    await lynne.types("for somebody else")
    await lynne.presses("Request a number", {"who": "Christie Cline"}, on=await lynne.sees("somebody else"))
    await lynne.sees("You cannot ask for Christie Cline")
    member = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{person_id('Lynne Robbins')}"}
    state = await world.state()
    group = next(g["id"] for g in state["groups"] if g["displayName"] == "Prov_Teams_Phone_Birmingham")
    await world.graph("POST", f"groups/{group}/members/$ref", member)
    await asks_for(lynne, "Christie Cline")
    await lynne.sees("SB-000001")


async def test_a_form_with_somebody_elses_id_is_checked_again(world: World) -> None:
    """The card says for whom it is; what comes back may say anything."""
    alex = await world.arrives("Alex Wilber")
    data = {
        "id": "11111111-1111-4111-8111-111111111111",
        "version": 0,
        "location": "Manchester",
        "purpose": PURPOSE,
        "beneficiary": person_id("Christie Cline"),
    }
    action = {"type": "Action.Execute", "verb": "number.submit", "data": data}
    reply = await alex.invokes("adaptiveCard/action", {"action": action, "trigger": "manual"})
    assert "You cannot ask for Christie Cline" in str(reply.card)
    async with world.switchboard.records.transaction() as tx:
        assert await tx.requests.listed(10) == []


async def test_somebody_has_one_open_request_whoever_asked_for_it(world: World) -> None:
    megan, miriam = await world.arrives("Megan Bowen"), await world.arrives("Miriam Graham")
    await asks_for(megan, "Christie Cline")
    await megan.sees("SB-000001")
    await miriam.types("for somebody else")
    card = await miriam.sees("Ask for somebody else")
    await miriam.presses("Request a number", {"who": "Christie Cline"}, on=card)
    await miriam.sees("already has an open request, SB-000001", within=10)
    assert (await the_request(world)).state is RequestState.PENDING
