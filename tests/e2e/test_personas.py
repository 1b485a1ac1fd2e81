"""People move: the two HR people of the walkthrough change places, and nothing else moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.channel import Message, Person
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE

MANCHESTER = {"Prov_UK_Standard_Baseline", "Prov_Teams_Phone_Manchester", "Prov_Teams_Phone_Manchester_HR"}
LONDON = {"Prov_UK_Standard_Baseline", "Prov_Teams_Phone_London", "Prov_Teams_Phone_London_HR"}
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
