"""`personas apply` as an admin types it, on the sandbox company."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import cli
from bot.serving import free_port
from services.sandbox import company
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock

WHO = ["--asked-by", company.MANAGER.upn]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SWITCHBOARD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SWITCHBOARD_TENANT_PORT", str(free_port()))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def apply(folder: Path, content: str, *options: str, answer: str = "") -> Result:
    file = folder / "people.csv"
    file.write_text(content, encoding="utf-8")
    command = ["personas", "apply", "Manchester Calling", str(file), "--sandbox", *options]
    return CliRunner().invoke(cli, command, input=answer)


def writes(folder: Path) -> list[str]:
    """What the tenant was changed by."""
    tenant = Tenant.open(folder / "data" / "tenant", FakeClock().now)
    actions = [entry.action for entry in tenant.log]
    tenant.close()
    return actions


def test_the_plan_is_shown_and_nothing_is_done_unless_it_is_confirmed(folder: Path) -> None:
    people = f"person\n{company.EMPLOYEE.upn}\nnobody@x.y\nnot [red]anybody\x1b[31m\n"
    for options, answer in ((["--dry-run"], ""), ([], "n\n"), ([], "")):
        shown = apply(folder, people, *WHO, *options, answer=answer)
        assert "Join" in shown.output
        assert "Prov_Teams_Phone_Manchester: 1" in shown.output
        assert "Teams Phone Standard: 1 needed, 40 left" in shown.output
        assert "The directory has no such person: nobody@x.y." in shown.output
        assert "not [red]anybody [31m" in shown.output, (
            "as it stands in the file, without its control character"
        )
    assert writes(folder) == []


def test_confirmed_it_is_done_and_everyone_is_listed(folder: Path) -> None:
    report = folder / "outcomes.csv"
    people = f"Name;UPN\nChristie;{company.EMPLOYEE.upn}\nNobody;nobody@x.y\n"
    done = apply(folder, people, *WHO, "--report", str(report), answer="y\n")
    assert "Give Manchester Calling to 1 person?" in done.output
    assert "1 left out, 1 set up." in done.output
    assert done.exit_code == 1, "somebody in the file does not have it"
    rows = list(csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["Person"], row["Result"]) for row in rows] == [
        (company.EMPLOYEE.upn, "set up"),
        ("nobody@x.y", "left out"),
    ]
    assert rows[0]["Number"].startswith("'+44161")
    again = apply(folder, f"person\n{company.EMPLOYEE.upn}\n", *WHO, "--yes")
    assert "1 holds it already." in again.output
    assert again.exit_code == 0
    assert writes(folder).count("member.added") == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "add --asked-by"),
        (["--asked-by", company.ADMIN.upn], "cannot both"),
        ([*WHO, "--approved-by", company.EMPLOYEE.upn], "no telecom admin"),
        (["--asked-by", "nobody@x.y"], "no such person: nobody@x.y"),
        ([*WHO, "--report", "/no/such/folder/out.csv"], "there is no folder"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(folder: Path, options: list[str], said: str) -> None:
    refused = apply(folder, f"person\n{company.EMPLOYEE.upn}\n", *options, "--yes")
    assert refused.exit_code == 1
    assert said in refused.output
    assert "Traceback" not in refused.output
