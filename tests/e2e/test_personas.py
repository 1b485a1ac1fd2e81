"""People move: the two HR people of the walkthrough change places, and nothing else moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.moves import (
    LONDON,
    MANCHESTER,
    WHY,
    agents_of,
    asks_for,
    groups_of,
    looks_at,
    moves,
    policies_of,
)
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE


@pytest.fixture(params=["embedded", "postgres"])
def database_of_the_world(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("database") if request.param == "postgres" else ""


@pytest.fixture
async def world(tmp_path: Path, database_of_the_world: str) -> AsyncIterator[World]:
    async with open_world(
        tmp_path, database_of_the_world, personas=lambda: CATALOGUE, may_write=True
    ) as world:
        yield world


async def test_the_two_hr_people_change_places(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    debra, adele = await world.arrives("Debra Berger"), await world.arrives("Adele Vance")
    await moves(christie, megan, "Manchester HR")
    await moves(debra, adele, "London HR")
    before = await world.state()
    assert groups_of(before, "Christie Cline") == MANCHESTER
    assert groups_of(before, "Debra Berger") == LONDON
    (northern,), (southern,) = (
        await world.numbers_of("Christie Cline"),
        await world.numbers_of("Debra Berger"),
    )
    assert northern.startswith("+44161")
    assert southern.startswith("+4420")

    await moves(christie, megan, "London HR")
    await moves(debra, adele, "Manchester HR")

    after = await world.state()
    assert groups_of(after, "Christie Cline") == LONDON
    assert groups_of(after, "Debra Berger") == MANCHESTER
    (hers,), (theirs,) = await world.numbers_of("Christie Cline"), await world.numbers_of("Debra Berger")
    assert hers.startswith("+4420")
    assert hers != southern, "a number that was given back rests"
    assert theirs.startswith("+44161")


async def test_nothing_else_moves_and_the_tenant_is_as_promised(world: World) -> None:
    debra, adele = await world.arrives("Debra Berger"), await world.arrives("Adele Vance")
    await moves(debra, adele, "London HR")
    before = await world.state()
    await moves(debra, adele, "Manchester HR")
    after = await world.state()

    key = debra.aad_object_id
    others = [[one for one in state["users"] if one["id"] != key] for state in (before, after)]
    assert others[0] == others[1]
    changed = {
        name
        for mine in [[next(u for u in s["users"] if u["id"] == key) for s in (before, after)]]
        for name in mine[0]
        if mine[0][name] != mine[1][name]
    }
    assert {"city", "officeLocation"} <= changed
    assert changed.isdisjoint({"department", "country", "displayName", "jobTitle", "usageLocation"})
    for was, now in zip(before["groups"], after["groups"], strict=True):
        assert [m for m in was["members"] if m != key] == [m for m in now["members"] if m != key]
    moved = [
        number["telephoneNumber"]
        for was, number in zip(before["numbers"], after["numbers"], strict=True)
        if was != number
    ]
    assert len(moved) == 2, "the one that she gave back and the one that she got"
    assert await policies_of(world, "Debra Berger") == {
        "CallingLineIdentity": "UK HR Manchester",
        "OnlineVoiceRoutingPolicy": "UK Domestic Manchester",
        "TeamsCallingPolicy": "UK Manchester",
        "TenantDialPlan": "UK Manchester",
    }
    agents = {queue["name"]: agents_of(after, queue) for queue in after["queues"]}
    assert key in agents["Manchester HR"]
    assert key not in agents["London HR"]


async def test_the_card_says_what_is_gained_and_lost_before_anybody_approves(world: World) -> None:
    debra, adele = await world.arrives("Debra Berger"), await world.arrives("Adele Vance")
    await moves(debra, adele, "London HR")
    form = await looks_at(debra, "Manchester HR")
    for sentence in (
        "Personas\n: \nManchester Calling, Manchester HR",
        "– Lost\nPersonas\n: \nLondon Calling, London HR\nCall queue\n: \nLondon HR",
        "Groups\n: \nProv_Teams_Phone_Manchester, Prov_Teams_Phone_Manchester_HR",
        "Caller ID\n: \nUK HR London\n → \nUK HR Manchester",
        "City\n: \nLondon\n → \nManchester",
        "GBP 6.50 a month\n (now: GBP 7.80 a month)",
        "is exchanged for the new one",
    ):
        assert sentence in form.text
    card = await asks_for(debra, "Manchester HR")
    waiting = await adele.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
    for shown in (card, waiting):
        assert "Caller ID\n: \nUK HR London\n → \nUK HR Manchester" in shown.text


async def test_what_is_submitted_is_what_was_looked_at(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    form = await looks_at(christie, "Manchester HR")
    await christie.presses("Submit", {"purpose": WHY, "persona": "London HR"}, on=form)
    again = await christie.sees("This is what London HR would change")
    assert "UK HR London" in again.text
    await christie.presses("Submit", {"purpose": WHY, "persona": "London HR"}, on=again)
    await christie.sees("Persona request SB-000001")


async def test_my_phone_shows_what_she_has_and_what_hides_what(world: World) -> None:
    megan = await world.arrives("Megan Bowen")
    await megan.types("my phone")
    card = await megan.sees("My phone")
    for part in (
        "UK Standard, Manchester Calling, Manchester HR",
        "UK HR Manchester\n  \nfrom Prov_Teams_Phone_Manchester_HR",
        "Teams Phone Standard\n  \nfrom Prov_Teams_Phone_Manchester",
        "HR Queue Owners\n  \nassigned directly",
    ):
        assert part in card.text
    policy = await world.graph(
        "GET", "admin/teams/policy/getPolicyId(type='CallingLineIdentity',name='UK HR London')"
    )
    given = {
        "userId": megan.aad_object_id,
        "policyType": "CallingLineIdentity",
        "policyId": policy["value"][0]["policyId"],
    }
    await world.graph("POST", "admin/teams/policy/userAssignments/assign", {"value": [given]})

    await megan.types("my phone")
    await megan.sees("It hides \nUK HR Manchester")
