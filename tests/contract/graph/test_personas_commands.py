"""`python app.py personas …`, as an admin runs it, against a tenant behind a real socket."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from services.catalogue.file import read
from services.sandbox.company.groups import group_id
from tests.contract.graph.conftest import World
from tests.terminal import Said, in_a_process, typed_beside
from tests.unit.catalogue_samples import COMPANY

ROOT = Path(__file__).parents[3]
LOCATIONS = ("Manchester", "London", "Birmingham", "New York", "Berlin", "Dublin")


class Desk:
    """A terminal, with a catalogue of its own and the sandbox's tenant."""

    def __init__(self, folder: Path, world: World) -> None:
        self.book = folder / "personas [2026].xlsx"
        self.catalogue = folder / "personas.yaml"
        shutil.copy(COMPANY / "personas.yaml", self.catalogue)
        self._settings = {
            "SWITCHBOARD_MODE": "sandbox",
            "SWITCHBOARD_TENANT_PORT": world.address.rpartition(":")[2],
            "SWITCHBOARD_PERSONAS": str(self.catalogue),
        }

    async def run(self, *arguments: str, **settings: str) -> tuple[int, str, str]:
        """Exit status, output and problems, each as one line."""
        said = await typed_beside("personas", *arguments, settings={**self._settings, **settings})
        return said.status, said.out, said.problems

    async def run_process(self, *arguments: str, **settings: str) -> Said:
        """The same, with its logs."""
        settings = {**self._settings, **settings}
        return await asyncio.to_thread(in_a_process, "personas", *arguments, settings=settings)


@pytest.fixture
def desk(tmp_path: Path, world: World) -> Desk:
    return Desk(tmp_path, world)


async def test_a_good_catalogue_is_checked(desk: Desk) -> None:
    status, said, problems = await desk.run("check")
    assert (status, problems) == (0, "")
    assert said == f"{desk.catalogue}: 0 errors, 0 warnings."


async def test_what_is_wrong_is_listed_and_the_status_says_so(desk: Desk, world: World) -> None:
    text = desk.catalogue.read_text().replace("layer: base", "layer: basic", 1)
    desk.catalogue.write_text(text.replace("groups: [Prov_Teams_Phone_London]", "groups: [Prov-London]"))
    group = world.tenant.groups.get(group_id("Prov_Teams_Phone_Manchester"))
    assert group is not None
    group.unified = True

    status, said, problems = await desk.run("check")
    assert (status, problems) == (1, "")
    assert "personas.yaml:8" in said
    assert "UK Standard, layer │ It is 'basic', but must be one of 'base', 'calling' or 'department'." in said
    assert "The group Prov-London has a hyphen." in said
    assert "The directory has no group named Prov-London." in said
    assert "Prov_Teams_Phone_Manchester is also a Microsoft 365 group or a team" in said
    assert said.endswith("3 errors, 1 warning.")

    _, said, _ = await desk.run("check", "--offline")
    assert "no group named" not in said
    assert said.endswith("2 errors, 0 warnings.")


async def test_a_workbook_goes_out_and_comes_back(desk: Desk) -> None:
    before = desk.catalogue.read_bytes()
    assert (await desk.run("export", str(desk.book)))[:2] == (0, f"Wrote 11 personas to {desk.book}.")
    status, said, _ = await desk.run("import", str(desk.book))
    assert (status, said) == (0, "Nothing is different: the catalogue stays as it is.")

    book = load_workbook(desk.book)
    book["Personas"]["B2"] = "Everybody in Britain"
    book.save(desk.book)
    status, said, _ = await desk.run("import", str(desk.book), "--dry-run")
    assert status == 0
    assert "changed │ UK Standard │ description" in said
    assert said.endswith("That would change. Nothing was imported, because of --dry-run.")
    assert desk.catalogue.read_bytes() == before

    status, said, _ = await desk.run("import", str(desk.book))
    assert status == 0
    assert said.endswith(f"Imported: {desk.catalogue} is version 2 now.")
    catalogue = read(desk.catalogue, LOCATIONS)
    assert (catalogue.version, catalogue.personas[0].description) == (2, "Everybody in Britain")


async def test_a_bad_workbook_imports_nothing(desk: Desk) -> None:
    before = desk.catalogue.read_bytes()
    await desk.run("export", str(desk.book))
    book = load_workbook(desk.book)
    book["Personas"]["E2"] = "Prov_Nowhere"
    book["Personas"]["A3"] = "US-Standard"
    book["DialPlans"]["C2"] = "^("
    book.save(desk.book)

    status, said, _ = await desk.run("import", str(desk.book))
    assert status == 1
    for where in ("Personas!E2", "Personas!A3", "DialPlans!C2"):
        assert where in said
    assert said.endswith("Nothing was imported: 3 errors.")
    assert desk.catalogue.read_bytes() == before
    assert sorted(one.name for one in desk.catalogue.parent.iterdir() if one.is_file()) == [
        desk.book.name,
        "personas.yaml",
    ]


async def test_a_first_catalogue_can_come_from_a_workbook(desk: Desk) -> None:
    await desk.run("export", str(desk.book))
    desk.catalogue.unlink()
    status, said, _ = await desk.run("import", str(desk.book), "--offline")
    assert status == 0
    assert "new │ Manchester HR" in said
    assert read(desk.catalogue, LOCATIONS).version == 1


async def test_a_workbook_is_not_written_over_unasked(desk: Desk) -> None:
    for command in ("export", "template"):
        desk.book.write_text("my own notes")
        status, _, problems = await desk.run(command, str(desk.book))
        assert (status, desk.book.read_text()) == (1, "my own notes")
        assert problems == f"{desk.book} is there already. Name another workbook, or add --replace."
        assert (await desk.run(command, str(desk.book), "--replace"))[0] == 0
        load_workbook(desk.book)


async def test_the_running_bot_does_not_load_what_only_workbooks_need() -> None:
    look = "import sys, app, bot.local, services.catalogue.holder; sys.exit('openpyxl' in sys.modules)"
    ran = await asyncio.create_subprocess_exec(sys.executable, "-c", look, cwd=ROOT)
    assert await ran.wait() == 0


async def test_a_number_is_tried(desk: Desk) -> None:
    status, said, _ = await desk.run("try", "(0161) 496-0000", "--as", "manchester hr")
    assert status == 0
    assert "→ │ Domestic │ ^0([1-9]\\d{8,9})$ │ +44$1" in said
    assert said.endswith("01614960000 becomes +441614960000, by the rule Domestic.")
    _, said, _ = await desk.run("try", "999", "--as", "London Calling")
    assert said.endswith("No rule matches 999: Teams uses the plan of the person's country.")
    status, _, problems = await desk.run("try", "999", "--as", "Mars")
    assert status == 1
    assert problems.startswith("There is no persona Mars. There are: UK Standard,")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SWITCHBOARD_PERSONAS": "/nowhere.yaml"}, "The catalogue /nowhere.yaml cannot be read: No such"),
        ({"SWITCHBOARD_TENANT_PORT": "1"}, "Microsoft 365 is slow or busy"),
        ({"SWITCHBOARD_MODE": "production", "SWITCHBOARD_LOCATIONS": str(COMPANY / "locations.yaml")},
         "Microsoft 365 cannot be asked. Missing: SWITCHBOARD_TENANT_ID"),
    ],
)  # fmt: skip
async def test_what_is_in_the_way_is_told_in_one_sentence(
    desk: Desk, settings: dict[str, str], words: str
) -> None:
    said = await desk.run_process("check", **settings)
    assert said.status == 1
    assert said.problems.startswith(words)
    assert "{" not in said.problems, "no log lines"
