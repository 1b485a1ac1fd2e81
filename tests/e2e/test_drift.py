"""Somebody changes the tenant behind Switchboard's back, and telecom admins are told what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.domain.persona import no_personas
from services.sandbox.company.groups import group_id
from tests.channel import InvokeReply, Person
from tests.e2e.moves import asks_for, moves
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE

HR = group_id("Prov_Teams_Phone_Manchester_HR")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, personas=lambda: CATALOGUE, may_write=True) as world:
        yield world


async def looks_again(admin: Person) -> InvokeReply:
    """Type the word, which shows what was seen last, and have everyone looked at now."""
    await admin.types("drift")
    seen = await admin.sees(lambda m: "Drift from personas" in m.text and "Look again" in m.buttons)
    return await admin.presses("Look again", on=seen)


async def test_a_group_that_was_left_and_a_policy_that_hides_another_are_found(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    allan = await world.arrives("Allan Deyoung")
    await moves(christie, megan, "Manchester HR")
    await looks_again(allan)
    await allan.sees("1 person was compared with their personas. Everything is as their personas say.")

    await world.graph("DELETE", f"groups/{HR}/members/{christie.aad_object_id}/$ref")
    named = "admin/teams/policy/getPolicyId(type='TenantDialPlan',name='UK London')"
    policy_id = (await world.graph("GET", named))["value"][0]["policyId"]
    given = {"userId": christie.aad_object_id, "policyType": "TenantDialPlan", "policyId": policy_id}
    await world.graph("POST", "admin/teams/policy/userAssignments/assign", {"value": [given]})

    await allan.types("drift")
    await allan.sees("1 person was compared with their personas. Everything is as their personas say.")
    await looks_again(allan)
    card = await allan.sees("1 person has drifted")
    for part in (
        "Christie Cline",
        "By persona: \nManchester HR: 2, Manchester Calling: 1",
        "Not a member of Prov_Teams_Phone_Manchester_HR.",
        "Take UK London away from the person: it is assigned directly and hides the group's.",
        "Caller ID is the default, not UK HR Manchester.",
    ):
        assert part in card.text


async def test_a_catalogue_that_cannot_be_read_does_not_make_everybody_drift(tmp_path: Path) -> None:
    catalogues = [CATALOGUE]
    async with open_world(tmp_path, personas=lambda: catalogues[-1], may_write=True) as world:
        christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
        allan = await world.arrives("Allan Deyoung")
        await moves(christie, megan, "Manchester HR")
        catalogues.append(no_personas())
        reply = await looks_again(allan)
        assert "There are no personas to compare with." in reply.error


async def test_nobody_but_an_admin_is_shown_who_drifted(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("drift")
    await christie.sees("Only telecom admins can compare people with their personas.")


async def test_who_is_just_being_set_up_and_who_cannot_be_read_are_said_and_not_compared(
    world: World,
) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    debra, adele = await world.arrives("Debra Berger"), await world.arrives("Adele Vance")
    allan = await world.arrives("Allan Deyoung")
    await moves(christie, megan, "Manchester HR")
    await moves(debra, adele, "London HR")

    await asks_for(christie, "London HR")
    waiting = await megan.sees(lambda m: "London HR" in m.text and "Approve" in m.buttons)
    unjoinable = {"POST */groups/*/members/$ref": {"error_rate": 1.0}}
    await world.faults(routes={**unjoinable, f"*/users/{debra.aad_object_id}*": {"error_rate": 1.0}})
    await megan.presses("Approve", on=waiting)
    await christie.sees(lambda m: "London HR" in m.text and "Provisioning" in m.text)

    await looks_again(allan)
    world.clock.move(60)  # as long as anybody would insist on an answer about Debra
    card = await allan.sees("0 people were compared with their personas", within=20)
    assert "Not compared, since a change is under way: \nChristie Cline" in card.text
    assert "Could not be looked at: \nDebra Berger" in card.text

    await world.faults(licence_s=0.2, operation_s=0.2, replication_s=0.0)
    world.clock.move(60)
    await christie.sees(lambda m: "London HR" in m.text and "is set up, and checked" in m.text, within=30)
    await allan.presses("Look again", on=card)
    await allan.sees("2 people were compared with their personas. Everything is as")


async def test_a_group_of_the_persona_before_that_is_there_again_is_found(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    allan = await world.arrives("Allan Deyoung")
    await moves(christie, megan, "Manchester HR")
    await moves(christie, megan, "London HR")
    again = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{christie.aad_object_id}"}
    await world.graph("POST", f"groups/{HR}/members/$ref", again)

    await looks_again(allan)
    card = await allan.sees("1 person has drifted")
    assert "In Prov_Teams_Phone_Manchester_HR again, though Manchester HR has ended." in card.text
    assert "Take them out of Prov_Teams_Phone_Manchester_HR." in card.text


async def nights(world: World, until: datetime) -> list[str]:
    """The nights on which the audit log says that drift was looked for, once one of them is that one."""
    async with asyncio.timeout(10):
        while True:
            async with world.switchboard.records.transaction() as tx:
                found = [e.subject async for e in tx.audit.entries() if e.what == "drift looked for"]
            if f"{until:%Y-%m-%d}" in found:
                return found
            await asyncio.sleep(0.05)


def moved_to(world: World, hour: int, days: int = 1) -> datetime:
    """Move the clock to an hour of another day."""
    now = world.clock.now()
    then = now.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    world.clock.move((then - now).total_seconds())
    return then


async def test_every_night_is_looked_at_once_also_after_a_restart(world: World) -> None:
    first = moved_to(world, 3)
    await nights(world, first)
    await world.restart()
    found = await nights(world, moved_to(world, 3))
    assert len(set(found)) == len(found)
    assert found[-2] == f"{first:%Y-%m-%d}"


async def test_a_night_in_which_nobody_was_up_is_made_up_for(world: World) -> None:
    await world.stop_bot()
    missed = moved_to(world, 9, days=2)
    await world.start_bot()
    assert (await nights(world, missed))[-1] == f"{missed:%Y-%m-%d}"
