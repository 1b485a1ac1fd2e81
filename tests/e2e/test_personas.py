"""People move: the two HR people of the walkthrough change places, and nothing else moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.sandbox import company
from services.sandbox.company.groups import group_id
from tests.channel import Message, Person
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE

MANCHESTER = {"Prov_UK_Standard_Baseline", "Prov_Teams_Phone_Manchester", "Prov_Teams_Phone_Manchester_HR"}
LONDON = {"Prov_UK_Standard_Baseline", "Prov_Teams_Phone_London", "Prov_Teams_Phone_London_HR"}
PHONES = group_id("Prov_Teams_Phone_Manchester")
WHY = "I move to the other office"


@pytest.fixture(params=["embedded", "postgres"])
def database_of_the_world(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("database") if request.param == "postgres" else ""


@pytest.fixture
async def world(tmp_path: Path, database_of_the_world: str) -> AsyncIterator[World]:
    async with open_world(
        tmp_path, database_of_the_world, personas=lambda: CATALOGUE, may_write=True
    ) as world:
        yield world


async def looks_at(person: Person, persona: str) -> Message:
    """Choose a persona and have the card say what it changes."""
    await person.types("change persona")
    form = await person.sees("Change persona")
    reply = await person.presses("Show what changes", {"purpose": WHY, "persona": persona}, on=form)
    assert reply.card, reply.error
    return await person.sees("What changes")


async def asks_for(person: Person, persona: str) -> Message:
    form = await looks_at(person, persona)
    reply = await person.presses("Submit", {"purpose": WHY, "persona": persona}, on=form)
    assert reply.card, reply.error
    return await person.sees("Persona request")


async def moves(person: Person, manager: Person, persona: str) -> None:
    """Ask, be approved, and see it set up."""
    await asks_for(person, persona)
    waiting = await manager.sees(lambda m: persona in m.text and "Approve" in m.buttons)
    await manager.presses("Approve", on=waiting)
    await person.sees(lambda m: persona in m.text and "is set up, and checked" in m.text, within=30)


def groups_of(state: dict[str, Any], name: str) -> set[str]:
    key = next(user["id"] for user in state["users"] if user["displayName"] == name)
    return {group["displayName"] for group in state["groups"] if key in group["members"]}


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
        "Personas: \nManchester Calling, Manchester HR",
        "– Lost\nPersonas: \nLondon Calling, London HR\nCall queue: \nLondon HR",
        "Groups: \nProv_Teams_Phone_Manchester, Prov_Teams_Phone_Manchester_HR",
        "Caller ID: \nUK HR London\n → \nUK HR Manchester",
        "City: \nLondon\n → \nManchester",
        "GBP 6.50 a month\n (now GBP 7.80 a month)",
        "is exchanged for the new one",
    ):
        assert sentence in form.text
    card = await asks_for(debra, "Manchester HR")
    waiting = await adele.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
    for shown in (card, waiting):
        assert "Caller ID: \nUK HR London\n → \nUK HR Manchester" in shown.text


async def test_somebody_who_is_not_of_hr_is_told_why_they_cannot_choose_it(world: World) -> None:
    alex = await world.arrives("Alex Wilber")
    await alex.types("change persona")
    form = await alex.sees("Change persona")
    await alex.presses("Show what changes", {"purpose": WHY, "persona": "London HR"}, on=form)
    refused = await alex.sees("department is HR")
    assert "Submit" not in refused.buttons


async def test_what_is_submitted_is_what_was_looked_at(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    form = await looks_at(christie, "Manchester HR")
    await christie.presses("Submit", {"purpose": WHY, "persona": "London HR"}, on=form)
    again = await christie.sees("This is what London HR would change")
    assert "UK HR London" in again.text
    await christie.presses("Submit", {"purpose": WHY, "persona": "London HR"}, on=again)
    await christie.sees("Persona request SB-000001")


async def test_a_licence_that_runs_out_is_waited_for_and_goes_on_by_itself(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    allan = await world.arrives("Allan Deyoung")
    await asks_for(christie, "Manchester HR")
    waiting = await megan.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
    world.no_phone_licence_is_left()
    await megan.presses("Approve", on=waiting)

    for person in (christie, megan, allan):
        card = await person.sees("no unit of it is left", within=20)
        assert "Ask a telecom admin to buy a licence or to free one." in card.text
        assert "goes on by itself" in card.text
    await world.graph("DELETE", f"groups/{PHONES}/members/{company.person_id('Isaiah Langer')}/$ref")
    await christie.sees("is set up, and checked", within=30)
    assert groups_of(await world.state(), "Christie Cline") == MANCHESTER


async def policies_of(world: World, name: str) -> dict[str, str]:
    found = await world.graph("GET", f"admin/teams/userConfigurations/{company.person_id(name)}")
    return {
        held["policyType"]: held["policyAssignment"]["displayName"]
        for held in found["effectivePolicyAssignments"]
    }


def accounts(user: dict[str, Any]) -> dict[str, Any]:
    """The account without its licences, whose dates tell when they came."""
    return {name: value for name, value in user.items() if "icense" not in name and "Plans" not in name}


def agents_of(state: dict[str, Any], queue: dict[str, Any]) -> set[str]:
    """Everybody who answers: named, or in one of the queue's groups."""
    groups = {group["id"]: group["members"] for group in state["groups"]}
    found = set(queue["users"])
    for group in queue["agentGroups"]:
        found |= set(groups[group])
    return found


async def test_a_group_with_a_rule_is_a_task_for_the_admin_with_the_exact_change(tmp_path: Path) -> None:
    async with open_world(tmp_path, personas=lambda: CATALOGUE) as world:
        christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
        form = await looks_at(christie, "London HR")
        assert "A group follows a rule, so this part needs people." in form.text
        await asks_for(christie, "London HR")
        waiting = await megan.sees(lambda m: "London HR" in m.text and "Approve" in m.buttons)
        await megan.presses("Approve", on=waiting)

        parked = await christie.sees("Needs attention", within=20)
        assert "set for Christie Cline: city = London, officeLocation = London" in parked.text
        await world.graph(
            "PATCH", f"users/{christie.aad_object_id}", {"city": "London", "officeLocation": "London"}
        )
        await christie.presses("Retry", on=parked)
        await christie.sees("is set up, and checked", within=30)
        assert groups_of(await world.state(), "Christie Cline") == LONDON


async def test_rolling_back_gives_everything_back(tmp_path: Path) -> None:
    """Stuck at the end, by a policy that never comes: number exchanged, account changed, groups left."""
    personas = tuple(
        replace(one, policies={**one.policies, "TeamsMeetingPolicy": "Never"})
        if one.name == "Manchester HR"
        else one
        for one in CATALOGUE
    )
    catalogue = replace(CATALOGUE, personas=personas)
    async with open_world(tmp_path, personas=lambda: catalogue, may_write=True) as world:
        debra, adele = await world.arrives("Debra Berger"), await world.arrives("Adele Vance")
        await moves(debra, adele, "London HR")
        before = await world.state()
        await asks_for(debra, "Manchester HR")
        waiting = await adele.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
        await adele.presses("Approve", on=waiting)
        await debra.sees("waiting: \nWait for Meeting policy: Never", within=30)
        assert groups_of(await world.state(), "Debra Berger") == MANCHESTER

        world.clock.move(25 * 3600)
        parked = await debra.sees("Needs attention", within=20)
        await debra.presses("Roll back", on=parked)
        await debra.sees("Rolled back", within=30)

        after = await world.state()
        assert after["numbers"] == before["numbers"]
        assert [accounts(user) for user in after["users"]] == [accounts(user) for user in before["users"]]
        assert groups_of(after, "Debra Berger") == LONDON
        async with world.switchboard.records.transaction() as tx:
            (number,) = await tx.numbers.assigned_to(debra.aad_object_id)
        assert [number.e164] == await world.numbers_of("Debra Berger")
