"""Somebody changes the tenant behind Switchboard's back, and telecom admins are told what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.sandbox.company.groups import group_id
from tests.e2e.moves import moves
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE

HR = group_id("Prov_Teams_Phone_Manchester_HR")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, personas=lambda: CATALOGUE, may_write=True) as world:
        yield world


async def test_a_group_that_was_left_and_a_policy_that_hides_another_are_found(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    allan = await world.arrives("Allan Deyoung")
    await moves(christie, megan, "Manchester HR")
    await allan.types("drift")
    await allan.sees("Everything is as their personas say.")

    await world.graph("DELETE", f"groups/{HR}/members/{christie.aad_object_id}/$ref")
    named = "admin/teams/policy/getPolicyId(type='TenantDialPlan',name='UK London')"
    policy_id = (await world.graph("GET", named))["value"][0]["policyId"]
    given = {"userId": christie.aad_object_id, "policyType": "TenantDialPlan", "policyId": policy_id}
    await world.graph("POST", "admin/teams/policy/userAssignments/assign", {"value": [given]})

    await allan.types("drift")
    card = await allan.sees("1 person has drifted")
    for part in (
        "Christie Cline",
        "By persona: \nManchester HR: 2, Manchester Calling: 1",
        "Not a member of Prov_Teams_Phone_Manchester_HR.",
        "Take UK London away from the person: it is assigned directly and hides the group's.",
        "CallingLineIdentity is the default, not UK HR Manchester.",
    ):
        assert part in card.text


async def test_nobody_but_an_admin_is_shown_who_drifted(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("drift")
    await christie.sees("Only telecom admins can compare people with their personas.")


async def nights(world: World, count: int) -> list[str]:
    """The nights on which the audit log says that drift was looked for, once there are so many."""
    async with asyncio.timeout(10):
        while True:
            async with world.switchboard.records.transaction() as tx:
                found = [e.subject async for e in tx.audit.entries() if e.what == "drift looked for"]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)


async def test_every_night_is_looked_at_once_also_after_a_restart(world: World) -> None:
    world.clock.move(24 * 3600)
    (first,) = await nights(world, 1)
    await world.restart()
    world.clock.move(24 * 3600)
    assert [first] != await nights(world, 2)
    both = await nights(world, 2)
    assert len(set(both)) == 2
