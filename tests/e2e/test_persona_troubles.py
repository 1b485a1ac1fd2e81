"""What can come between somebody and their new persona, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.sandbox import company
from tests.e2e.moves import (
    LONDON,
    MANCHESTER,
    PHONES,
    WHY,
    accounts,
    asks_for,
    groups_of,
    looks_at,
    moves,
)
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, personas=lambda: CATALOGUE, may_write=True) as world:
        yield world


async def test_somebody_who_is_not_of_hr_is_told_why_they_cannot_choose_it(world: World) -> None:
    alex = await world.arrives("Alex Wilber")
    await alex.types("change persona")
    form = await alex.sees("Change persona")
    await alex.presses("Show what changes", {"purpose": WHY, "persona": "London HR"}, on=form)
    refused = await alex.sees("department is HR")
    assert "Submit" not in refused.buttons


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
