"""`requests rules explain`: who would be asked, asked of the running company beside the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli
from bot.terminal import console
from tests.e2e.approving import goes_on_leave
from tests.e2e.world import World

Run = Callable[..., tuple[int, str]]

RULES = """
kinds: {number: careful}
rules:
  - name: careful
    stages:
      - {name: manager, asks: manager, limit: 16 hours, on_silence: escalate}
      - name: heads
        asks: {people: [LeeG@switchboard.example, JoniS@switchboard.example]}
        need: all
  - name: free
    not_needed: [{department: [HR]}]
    stages: [{name: manager, asks: manager}]
"""


@pytest.fixture
def run(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(console, "width", 200)
    rules = tmp_path / "approvals.yaml"
    rules.write_text(RULES)

    def run(*arguments: str) -> tuple[int, str]:
        environment = {
            "SWITCHBOARD_TENANT_PORT": str(world.tenant_port),
            "SWITCHBOARD_DATA": str(world.folder / "bot"),
            "SWITCHBOARD_APPROVALS": str(rules),
        }
        command = ["requests", "rules", "explain", "--sandbox", *arguments]
        done = CliRunner(env=environment).invoke(cli, command)
        return done.exit_code, " ".join(done.output.split())

    return run


async def told(run: Run, *arguments: str) -> str:
    status, said = await asyncio.to_thread(run, *arguments)
    assert status == 0, said
    return said


async def test_each_stage_is_told_with_who_and_why(world: World, run: Run) -> None:
    said = await told(run, "--kind", "number", "--for", "Christie Cline")
    for words in (
        "Christie Cline would get a number. Rule: careful.",
        "│ 1. manager │ Megan Bowen │ manager │ one │ 16 working hours │ escalate │",
        "│ 2. heads │ Lee Gu │ named in the approval rule │ all │ the request's own │ expire │",
        "│ │ Joni Sherman │",
        "Deputies that approvers have named in chat were not looked at",
    ):
        assert words in said
    await goes_on_leave(world, "Megan Bowen")
    said = await told(run, "--kind", "number", "--for", "christiec@switchboard.example")
    assert "Miriam Graham │ next manager up, because Megan Bowen is out of office" in said


async def test_who_asks_for_somebody_is_passed_over(run: Run) -> None:
    said = await told(run, "--for", "Christie Cline", "--by", "Megan Bowen")
    assert "Miriam Graham │ next manager up, because Megan Bowen has a part in the request" in said


async def test_a_persona_goes_by_its_own_rule(run: Run) -> None:
    said = await told(run, "--kind", "persona", "--for", "Christie Cline", "--persona", "london hr")
    assert "would get the persona London HR. Rule: manager." in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--for", "Nobody Atall"), "Nobody in the organisation is called"),
        (("--for", "Diego"), "Several people are called"),
        (("--for", "Christie Cline", "--kind", "persona"), "Name a persona with --persona."),
        (("--for", "Christie Cline", "--location", "Atlantis"), "Choose one of the locations"),
    ],
)
async def test_what_is_not_there_is_told_in_one_sentence(
    run: Run, arguments: tuple[str, ...], says: str
) -> None:
    status, said = await asyncio.to_thread(run, *arguments)
    assert status == 1
    assert says in said


async def test_where_nobody_need_be_asked_the_reason_is_told(run: Run, tmp_path: Path) -> None:
    rules = tmp_path / "approvals.yaml"
    rules.write_text(rules.read_text().replace("number: careful", "number: free"))
    said = await told(run, "--for", "Christie Cline")
    assert "Rule: free. No approval is needed: department is HR." in said
