"""Ask for a number, approve it, dial: several people in one company, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.world import PURPOSE, World, asks_for_a_number, open_world

FIRST_FREE = "+441614960000"


@pytest.fixture(params=["embedded", "postgres"])
def database_of_the_world(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("database") if request.param == "postgres" else ""


@pytest.fixture
async def world(tmp_path: Path, database_of_the_world: str) -> AsyncIterator[World]:
    """The main job is told for both kinds of records."""
    async with open_world(tmp_path, database_of_the_world) as world:
        yield world


async def test_christie_asks_megan_approves_christie_can_dial(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")

    await asks_for_a_number(christie)
    card = await christie.sees("SB-000001")
    assert "Megan Bowen" in card.text

    waiting = await megan.sees(PURPOSE)
    assert "Christie Cline" in waiting.text
    assert "Prov_Teams_Phone_Manchester" in waiting.text
    await megan.presses("Approve", on=waiting)

    done = await christie.sees("You can dial now", within=20)
    assert done.id == card.id, "the same card lives through every state"
    assert await world.numbers_of("Christie Cline") == [FIRST_FREE]
    await megan.sees("Completed", within=5)


async def test_the_number_chosen_is_the_number_given(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie, number="+441614960002")
    await megan.presses("Approve", on=await megan.sees(PURPOSE))
    await christie.sees("You can dial now", within=20)
    assert await world.numbers_of("Christie Cline") == ["+441614960002"]


async def test_megan_rejects_with_a_reason_and_the_number_is_free_again(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    waiting = await megan.sees(PURPOSE)
    await megan.presses("Reject", {"reason": "Use the shared line"}, on=waiting)
    await christie.sees("Use the shared line")
    assert await world.numbers_of("Christie Cline") == []

    await asks_for_a_number(christie, purpose="Really needed", number=FIRST_FREE)
    again = await christie.sees("SB-000002")
    assert "4960000" in again.text.replace(" ", "")


async def test_christie_takes_it_back_and_megan_is_too_late(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    waiting = await megan.sees(PURPOSE)
    await christie.types("cancel SB-1")
    await christie.sees("Cancelled")

    await megan.presses_old("Approve", on=waiting)
    await megan.sees("Cancelled")
    assert await world.numbers_of("Christie Cline") == []


async def test_approving_twice_from_two_cards_has_one_effect(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    waiting = await megan.sees(PURPOSE)
    first = await megan.presses_old("Approve", on=waiting)
    second = await megan.presses_old("Approve", on=waiting)
    assert first.card
    assert second.card
    assert "Approve" not in str(second.card.get("actions", []))
    await christie.sees("You can dial now", within=20)
    assigned = [entry for entry in (await world.state())["operations"] if "ssign" in str(entry)]
    assert len(assigned) == 1


async def test_a_restart_in_the_middle_loses_nothing(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    await world.faults(licence_s=1.0, operation_s=0.2)
    await megan.presses("Approve", on=await megan.sees(PURPOSE))
    await christie.sees("Wait for", within=10)

    await world.restart()

    await christie.sees("You can dial now", within=20)
    await megan.sees("Completed", within=10)
    assert await world.numbers_of("Christie Cline") == [FIRST_FREE]
