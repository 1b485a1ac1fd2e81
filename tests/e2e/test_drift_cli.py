"""`personas drift` on the command line: the same findings as in the chat, as a table and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.sandbox.company.groups import group_id
from tests.e2e.moves import moves
from tests.e2e.world import World, open_world
from tests.fakes.personas import CATALOGUE
from tests.terminal import typed_beside

HR = group_id("Prov_Teams_Phone_Manchester_HR")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, personas=lambda: CATALOGUE, may_write=True) as world:
        yield world


async def drift(world: World, *options: str, **env: str) -> tuple[int, str, str]:
    """Run the command on the bot's folder; its status, what it says, and what it complains of."""
    told = ("personas", "drift", "--sandbox", "--data", str(world.folder / "bot"), *options)
    settings = {"SWITCHBOARD_TENANT_PORT": str(world.tenant_port), **env}
    said = await typed_beside(*told, settings=settings)
    return said.status, said.out, said.problems


async def test_an_admin_lists_who_drifted_and_hands_the_file_on(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    debra, adele = await world.arrives("Debra Berger"), await world.arrives("Adele Vance")
    await moves(christie, megan, "Manchester HR")
    await moves(debra, adele, "London HR")
    assert "in use by another Switchboard" in (await drift(world))[2]

    await world.stop_bot()
    await world.graph("DELETE", f"groups/{HR}/members/{christie.aad_object_id}/$ref")
    file = world.folder / "drift.csv"
    status, said, _ = await drift(world, "--csv", str(file))
    assert status == 1
    assert "2 people were compared with their personas. 1 of them differ." in said
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
    assert {(row["Person"], row["Object id"]) for row in rows} == {("Christie Cline", christie.aad_object_id)}
    differs = {row["What differs"]: row["What to do"] for row in rows}
    assert "Add them to" in differs["Not a member of Prov_Teams_Phone_Manchester_HR."]
    assert "Caller ID is the default, not UK HR Manchester." in differs
    assert all(differs.values()), "each has something to do"

    status, said, _ = await drift(world, "--person", debra.aad_object_id)
    assert status == 0
    assert "1 person was compared with their personas. 0 of them differ." in said
    state = await world.state()
    upn = next(u["userPrincipalName"] for u in state["users"] if u["displayName"] == "Christie Cline")
    assert "1 of them differ" in (await drift(world, "--person", upn))[1]
    status, _, complained = await drift(world, "--person", megan.aad_object_id)
    assert (status, "so there is nothing to compare" in complained) == (1, True)
    await world.start_bot()


async def test_a_faulty_catalogue_or_a_list_that_cannot_be_written_is_said_at_once(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await moves(christie, megan, "Manchester HR")
    await world.stop_bot()
    status, _, complained = await drift(world, "--csv", str(world.folder / "nowhere" / "drift.csv"))
    assert (status, "there is no folder" in complained) == (1, True)
    faulty = world.folder / "personas.yaml"
    faulty.write_text("personas: [")
    status, said, complained = await drift(world, SWITCHBOARD_PERSONAS=str(faulty))
    assert (status, "personas.yaml" in complained, "Christie" in said) == (1, True, False)
    await world.start_bot()
