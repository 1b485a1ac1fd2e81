"""The approval rules held against a tenant: who is named there has to be there, and able to decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.rules_cli import rules as rules_command
from bot.sandbox_settings import APPROVALS
from bot.terminal import console
from services.approval_rules.against import MOST
from services.approval_rules.file import parse, read, read_draft
from services.approval_rules.lint import lint
from services.approval_rules.review import review
from services.domain.errors import GroupUnknown, NotPermitted, PersonUnknown
from services.domain.person import Person
from services.domain.request import RequestKind
from services.domain.stage import Role
from services.ports import Group
from services.sandbox.company import player

TEXT = """\
assistants: [Assistants]
queues: {HR: [megan@x.example, allan@x.example]}
rules:
  - name: manager
    stages:
      - name: several
        asks:
          - queue owners
          - {people: [Megan@x.example]}
          - {owners of: Finance}
          - {members of: Board}
"""
NUMBER_WARNING = "Requests for a number go by this rule, and they have no queue owners."


def person(name: str, *, enabled: bool = True, kind: str = "Member") -> Person:
    address = f"{name.casefold()}@x.example"
    return Person(
        id=name, display_name=name, user_principal_name=address, account_enabled=enabled, user_type=kind
    )


MEGAN, ALLAN = person("Megan"), person("Allan")


@dataclass
class Company:
    """A directory of a few people and groups."""

    people: list[Person] = field(default_factory=lambda: [MEGAN, ALLAN])
    owners: dict[str, list[Person]] = field(default_factory=lambda: {"Finance": [MEGAN]})
    members: dict[str, list[Person]] = field(
        default_factory=lambda: {"Board": [MEGAN], "Assistants": [ALLAN]}
    )
    permitted: bool = True
    asked: list[str] = field(default_factory=list)

    async def person(self, person_id: str) -> Person:
        self.asked.append(person_id)
        found = [one for one in self.people if one.user_principal_name == person_id.casefold()]
        if not found:
            raise PersonUnknown(who=person_id)
        return found[0]

    async def group_named(self, name: str) -> Group:
        if not self.permitted:
            raise NotPermitted(words="Insufficient privileges")
        for known in (*self.owners, *self.members):
            if known.casefold() == name.casefold():
                return Group(id=known, name=known, is_dynamic=False, takes_members=True)
        raise GroupUnknown(group=name)

    async def group_owners(self, group_id: str) -> Sequence[Person]:
        return self.owners[group_id]

    async def group_members(self, group_id: str, limit: int) -> Sequence[Person]:
        return self.members[group_id][:limit]


async def said(company: Company, text: str = TEXT) -> list[str]:
    found = await review(parse(text, "a.yaml"), company)
    return [f"{one.level.value}: {one.sentence}" for one in found if one.what != NUMBER_WARNING]


async def test_whom_the_tenant_has_is_no_fault_and_is_asked_for_once() -> None:
    company = Company()
    assert await said(company) == []
    assert sorted(company.asked) == ["allan@x.example", "megan@x.example"]


async def test_who_is_not_there_or_cannot_decide_is_found() -> None:
    company = Company(people=[person("Megan", enabled=False), person("Allan", kind="Guest")])
    assert await said(company) == [
        "error: a.yaml:2 (queues, HR): Megan cannot decide: the account is disabled. Name somebody else.",
        "error: a.yaml:2 (queues, HR): Allan cannot decide: the account is a guest. Name somebody else.",
        "error: a.yaml:9 (manager, stage several, asks, people): Megan cannot decide: the account is "
        "disabled. Name somebody else.",
    ]
    (gone, *_) = await said(Company(people=[ALLAN]))
    assert "The directory has no such person: megan@x.example. Mend the name, or name somebody else." in gone


async def test_groups_that_are_not_there_or_empty_are_found() -> None:
    nobody = Company(owners={"Finance": []}, members={"Assistants": [], "Board": [person("G", kind="Guest")]})
    assert await said(nobody) == [
        "warning: a.yaml:1 (assistants): The group Assistants has no member. Add somebody in Entra, or name "
        "another group.",
        "error: a.yaml:10 (manager, stage several, asks, owners of): The group Finance has no owner. Add "
        "somebody in Entra, or name another group.",
        "error: a.yaml:11 (manager, stage several, asks, members of): No member of Board can decide: all are "
        "guests or disabled. Add somebody in Entra, or name another group.",
    ]
    (missing,) = await said(Company(owners={}))
    assert "The directory has no group named Finance." in missing


async def test_a_group_of_too_many_to_ask_is_a_warning() -> None:
    crowd = [person(f"P{place}") for place in range(MOST + 1)]
    (found,) = await said(Company(members={"Board": crowd, "Assistants": crowd}))
    assert found.startswith(
        "warning: a.yaml:11 (manager, stage several, asks, members of): Board has more than"
    )


async def test_a_permission_that_is_missing_is_no_fault_of_the_file() -> None:
    with pytest.raises(NotPermitted):
        await said(Company(permitted=False))


async def test_a_rule_that_cannot_be_read_names_nobody() -> None:
    company = Company(people=[MEGAN, ALLAN], owners={}, members={"Assistants": [ALLAN]})
    (fault,) = await said(company, TEXT.replace("name: several", "need: all"))
    assert "It is missing." in fault


def test_the_companys_rules_have_nothing_wrong() -> None:
    draft = read_draft(APPROVALS)
    assert lint(draft.result()) == []


def test_in_the_company_one_manager_decides_on_what_everybody_asks_for() -> None:
    rulebook = read(APPROVALS)
    for kind in RequestKind:
        (stage,) = rulebook.rule_for(kind).stages
        assert [asked.role for asked in stage.asks] == [Role.MANAGER]
        assert stage.not_needed == ()
        assert rulebook.rule_for(kind).not_needed == ()
    owners = {name for people in rulebook.queues.values() for name in people}
    assert owners == {player(name).upn for name in ("Megan Bowen", "Adele Vance", "Allan Deyoung")}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command, as it stands among others."""
    monkeypatch.setattr(console, "width", 250)
    cli = typer.Typer()
    cli.add_typer(rules_command, name="rules")
    return cli


def ran(command: typer.Typer, **environment: str) -> tuple[int, str]:
    done = CliRunner(env=environment).invoke(command, ["rules", "check", "--offline"])
    return done.exit_code, done.output


SANDBOX = {"SWITCHBOARD_MODE": "sandbox"}


def test_the_command_finds_nothing_in_the_companys_rules(command: typer.Typer) -> None:
    status, output = ran(command, **SANDBOX)
    assert (status, " ".join(output.split())) == (0, f"{APPROVALS}: 0 errors, 0 warnings.")


def test_the_command_lists_every_error_with_its_line_and_ends_with_status_1(
    command: typer.Typer, tmp_path: Path
) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(APPROVALS.read_text().replace("16 hours", "2 days", 1).replace("name: costly", "name: x"))
    status, output = ran(command, **SANDBOX, SWITCHBOARD_APPROVALS=str(path))
    assert status == 1
    assert "approvals.yaml:15" in output
    assert "It must be working hours, such as 16 hours." in output
    assert "There is no approval rule costly." in output  # the catalogue names it
    assert "2 errors, 0 warnings." in output


def test_without_a_file_the_command_says_who_decides(
    command: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, output = ran(command)
    assert (status, output.strip()) == (0, "There is no approvals.yaml: managers decide on everything.")
