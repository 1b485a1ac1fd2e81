"""The catalogue or the account changes between looking, submitting, approving and setting up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from services.domain.persona import Catalogue, Persona
from tests.e2e.moves import WHY, asks_for, groups_of, looks_at
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE

SECRET = "Prov_Teams_Phone_Dublin"


@dataclass
class File:
    """What the catalogue says now."""

    now: Catalogue = CATALOGUE

    def change(self, which: str, **changes: object) -> None:
        changed = [self._changed(one, changes) if one.name == which else one for one in self.now]
        self.now = replace(self.now, personas=tuple(changed))

    @staticmethod
    def _changed(persona: Persona, changes: dict[str, object]) -> Persona:
        return replace(persona, **changes)  # type: ignore[arg-type]


@pytest.fixture
def file() -> File:
    return File()


@pytest.fixture
async def world(tmp_path: Path, file: File) -> AsyncIterator[World]:
    async with open_world(tmp_path, personas=lambda: file.now, may_write=True) as world:
        yield world


async def test_what_was_not_looked_at_is_not_submitted(world: World, file: File) -> None:
    christie = await world.arrives("Christie Cline")
    form = await looks_at(christie, "Manchester HR")
    file.change("Manchester HR", groups=("Prov_Teams_Phone_Manchester_HR", SECRET))
    await christie.presses("Submit", {"purpose": WHY, "persona": "Manchester HR"}, on=form)
    again = await christie.sees("is different by now")
    assert SECRET in again.text
    await christie.presses("Submit", {"purpose": WHY, "persona": "Manchester HR"}, on=again)
    await christie.sees("Persona request SB-000001")


async def test_what_was_not_approved_is_not_set_up(world: World, file: File) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for(christie, "Manchester HR")
    waiting = await megan.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
    file.change("Manchester HR", groups=("Prov_Teams_Phone_Manchester_HR", SECRET))
    await megan.presses("Approve", on=waiting)
    parked = await christie.sees("there is more to do by now than was approved", within=20)
    assert f"Join the group {SECRET}" in parked.text
    assert SECRET not in groups_of(await world.state(), "Christie Cline")
    await christie.presses("Roll back", on=parked)
    await christie.sees("Rolled back", within=20)


async def test_a_persona_whose_number_moved_is_asked_for_again(world: World, file: File) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for(christie, "Manchester HR")
    waiting = await megan.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
    calling = CATALOGUE.named("Manchester Calling")
    assert calling is not None
    assert calling.number is not None
    file.change("Manchester Calling", number=replace(calling.number, location="Birmingham", types=()))
    await megan.presses("Approve", on=waiting)
    await christie.sees("asks for no number in Manchester any more", within=20)
    assert await world.numbers_of("Christie Cline") == []


async def test_who_is_not_eligible_any_more_is_not_set_up(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for(christie, "Manchester HR")
    waiting = await megan.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
    await world.graph("PATCH", f"users/{christie.aad_object_id}", {"department": "Sales"})
    await megan.presses("Approve", on=waiting)
    await christie.sees("is for people whose account says: department is HR", within=20)


async def test_what_is_brought_along_must_be_open_to_the_person_too(world: World, file: File) -> None:
    file.change("Manchester Calling", eligible={"country": ("Ireland",)})
    christie = await world.arrives("Christie Cline")
    await christie.types("change persona")
    form = await christie.sees("Change persona")
    await christie.presses("Show what changes", {"purpose": WHY, "persona": "Manchester HR"}, on=form)
    refused = await christie.sees("Manchester Calling is for people whose account says: country is Ireland")
    assert "Submit" not in refused.buttons


async def test_a_persona_that_is_gone_is_said_on_the_form(world: World, file: File) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("change persona")
    form = await christie.sees("Change persona")
    file.change("Manchester HR", name="Northern HR")
    await christie.presses("Show what changes", {"purpose": WHY, "persona": "Manchester HR"}, on=form)
    await christie.sees("Choose one of the personas in the list.")


async def test_a_number_that_teams_shows_and_the_inventory_offers_is_recorded_as_theirs(world: World) -> None:
    """An admin gave it in Teams after the numbers were taken over."""
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    given = "+441614960000"
    groups = world.tenant.groups
    manchester = next(group for group in groups if group.display_name == "Prov_Teams_Phone_Manchester")
    await world.graph(
        "POST",
        f"groups/{manchester.id}/members/$ref",
        {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{christie.aad_object_id}"},
    )
    world.gives_number("Christie Cline", given)
    form = await looks_at(christie, "Manchester HR")
    assert "Number" not in form.text.partition("What happens")[0]
    await asks_for(christie, "Manchester HR")
    waiting = await megan.sees(lambda m: "Manchester HR" in m.text and "Approve" in m.buttons)
    await megan.presses("Approve", on=waiting)
    await christie.sees("is set up, and checked", within=30)
    async with world.switchboard.records.transaction() as tx:
        (number,) = await tx.numbers.assigned_to(christie.aad_object_id)
    assert number.e164 == given
