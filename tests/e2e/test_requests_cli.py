"""`python app.py requests …`: looking back at what was asked for, who decided, and how long it took."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from app import cli
from bot.terminal import console, problems
from services.domain import approving, transitions
from services.domain.person import PersonRef
from services.domain.request import Request
from services.domain.stage import Approver, Need, Stage, asked
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.contract.records.samples import CHRISTIE, DEBRA, MIRIAM, PATTI, START, a_draft

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEE = PersonRef(id="00000000-0000-4000-8000-000000000005", name="=Lee [bold]Gu")

ADELE = PersonRef(id="00000000-0000-4000-8000-000000000006", name="Adele Vance")

MANAGER = Stage(name="manager", approvers=asked(MIRIAM, why="manager"), why="manager")
TELECOM = Stage(name="telecom", approvers=asked(PATTI, DEBRA), why="telecom admins", need=Need.ALL)

Run = Callable[..., tuple[int, str]]


def asks(number: int, who: PersonRef, *stages: Stage, at: datetime = START) -> Request:
    draft = replace(a_draft(number, who, at), stages=stages, approval="two eyes", number="+441614960117")
    return transitions.submit(draft, at)


def three() -> list[Request]:
    """One that went all the way, one in its second stage with a question, and one that was rejected."""
    done = asks(1, CHRISTIE, MANAGER, at=START)
    done = approving.approve(done, MIRIAM, START + 2 * HOUR)
    waiting = asks(2, LEE, replace(MANAGER, due_at=START + DAY + HOUR), TELECOM, at=START + DAY)
    joins = [Approver(id=ADELE.id, name=ADELE.name, why="manager of Miriam Graham")]
    waiting = approving.escalate(waiting, joins, MANAGER, "Nobody decided in time.", START + DAY + HOUR)
    waiting = approving.approve(waiting, ADELE, START + DAY + 4 * HOUR)
    waiting = approving.ask(waiting, waiting.stages[1], START + DAY + 5 * HOUR)
    waiting = approving.approve(waiting, PATTI, START + DAY + 6 * HOUR)
    waiting = approving.question(waiting, DEBRA, "Which supplier?\nAnd why?", START + DAY + 7 * HOUR)
    rejected = asks(3, PATTI, MANAGER, at=START + 2 * DAY)
    rejected = approving.reject(rejected, MIRIAM, "=Not now", START + 2 * DAY + 30 * HOUR)
    return [done, waiting, rejected]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for shown in (console, problems):
        monkeypatch.setattr(shown, "width", 250)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["requests", *arguments, "--data", str(tmp_path / "data")])
        return result.exit_code, result.output

    return run


def fill(folder: Path, requests: list[Request]) -> None:
    async def add() -> None:
        records = await EmbeddedRecords.open(folder / "data", FakeClock())
        async with records.transaction() as tx:
            for request in requests:
                await tx.requests.add(request)
        await records.close()

    asyncio.run(add())


@pytest.fixture
def filled(tmp_path: Path) -> None:
    fill(tmp_path, three())


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("filled")
def test_requests_are_listed_newest_first(run: Run) -> None:
    status, said = run("list")
    assert status == 0
    assert said.index("SB-000003") < said.index("SB-000002") < said.index("SB-000001")
    (waiting,) = (line for line in said.splitlines() if "SB-000002" in line)
    waits_for = "Debra Berger; an answer from =Lee [bold]Gu to Debra Berger"
    for words in ("Number request", "=Lee [bold]Gu", "Pending", waits_for, "24 Nov 2026, 13:00 UTC"):
        assert words in waiting


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("options", "refs"),
    [
        (("--state", "pending"), {"SB-000002"}),
        (("--state", "Rejected"), {"SB-000003"}),
        (("--person", "christie.cline@contoso.com"), {"SB-000001"}),
        (("--person", "GRAHAM"), {"SB-000001", "SB-000002", "SB-000003"}),
        (("--person", PATTI.id), {"SB-000002", "SB-000003"}),
        (("--person", "patti", "--state", "pending"), {"SB-000002"}),
        (("--limit", "1"), {"SB-000003"}),
        (("--person", "@"), set()),
        (("--person", "nobody"), set()),
    ],
)
def test_the_list_is_narrowed(run: Run, options: tuple[str, ...], refs: set[str]) -> None:
    status, said = run("list", *options)
    assert status == 0
    assert {ref for ref in ("SB-000001", "SB-000002", "SB-000003") if ref in said} == refs
    assert ("There are no such requests." in said) == (not refs)
    assert ("there may be more" in said) == ("--limit" in options)


def test_where_there_is_nothing_that_is_said(run: Run, tmp_path: Path) -> None:
    assert run("list") == (1, f"There are no records in {tmp_path / 'data'}.\n")
    fill(tmp_path, [])
    assert run("list") == (0, "There are no requests yet.\n")
    status, said = run("show", "SB-000001")
    assert (status, said) == (1, "There is no request SB-000001.\n")
    status, said = run("report", "--to", str(tmp_path / "report"))
    assert (status, "Nobody has asked for anything yet" in said) == (0, True)
    assert lines(tmp_path / "report" / "stages.csv") == []
    assert "Nothing has been decided yet" in (tmp_path / "report" / "times.svg").read_text("utf-8")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "typed", [("SB-000002",), ("sb", "2"), ("2",), (" sb000002. ",), ("request", "SB 2")]
)
def test_a_request_is_shown_however_its_reference_is_typed(run: Run, typed: tuple[str, ...]) -> None:
    status, said = run("show", *typed)
    assert status == 0
    assert "SB-000002: number request" in said


@pytest.mark.usefixtures("filled")
def test_everything_about_a_request_is_shown(run: Run) -> None:
    said = run("show", "SB-000002")[1]
    for words in (
        "two eyes",
        "Suppliers must be able to call me back.",
        "Miriam Graham (manager)",
        "Adele Vance (manager of Miriam Graham)",
        "escalated once",
        "all must approve",
        "approved by Patti Fernandez on 24 Nov 2026, 14:00 UTC",
        "so far",
        "Which supplier? And why?",
        "none yet",
    ):
        assert words in said
    history = [line for line in said[said.index("History") :].splitlines() if "UTC" in line]
    assert len(history) == len(three()[1].history)
    assert "Switchboard" in next(line for line in history if "escalated" in line)
    assert "“=Not now”" in run("show", "3")[1]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("typed", ["SB-", "SB-12x", "+441614960117", "[red]"])
def test_what_is_no_reference_is_told_in_one_sentence(run: Run, typed: str) -> None:
    status, said = run("show", typed)
    assert status == 1
    assert said.startswith("A reference looks like SB-000123.")


@pytest.mark.usefixtures("filled")
def test_the_report_has_a_line_for_each_request_and_each_stage(run: Run, tmp_path: Path) -> None:
    status, said = run("report", "--to", str(tmp_path / "new" / "report"))
    assert status == 0
    assert "3 requests with 4 stages" in said
    folder = tmp_path / "new" / "report"
    assert sorted(path.name for path in folder.iterdir()) == ["requests.csv", "stages.csv", "times.svg"]
    requests = lines(folder / "requests.csv")
    assert [(line["Reference"], line["State"], line["Hours to the decision"]) for line in requests] == [
        ("SB-000001", "approved", "2.0"),
        ("SB-000002", "pending", ""),
        ("SB-000003", "rejected", "30.0"),
    ]
    assert requests[1]["For"] == "'=Lee [bold]Gu", "a spreadsheet computes nothing"
    assert requests[0]["Number"] == "'+441614960117"
    assert lines(folder / "stages.csv")[1:3] == [
        {
            "Reference": "SB-000002",
            "Kind": "number",
            "Stage": "manager",
            "Who was asked": "Miriam Graham, Adele Vance",
            "Asked at (UTC)": "2026-11-24 08:00:00",
            "Decided by": "Adele Vance",
            "Decided at (UTC)": "2026-11-24 12:00:00",
            "Hours it took": "4.0",
            "Escalations": "1",
            "Outcome": "approved",
        },
        {
            "Reference": "SB-000002",
            "Kind": "number",
            "Stage": "telecom",
            "Who was asked": "Patti Fernandez, Debra Berger",
            "Asked at (UTC)": "2026-11-24 13:00:00",
            "Decided by": "Patti Fernandez",
            "Decided at (UTC)": "",
            "Hours it took": "",
            "Escalations": "0",
            "Outcome": "waiting",
        },
    ]


@pytest.mark.usefixtures("filled")
def test_the_picture_needs_nothing_from_elsewhere(run: Run, tmp_path: Path) -> None:
    run("report", "--to", str(tmp_path))
    text = (tmp_path / "times.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)
    texts = {element.text for element in root.iter() if element.text}
    assert {"Stage: manager", "Miriam Graham", "30.0"} <= texts
    assert not any(element.tag.endswith(("script", "image", "use")) for element in root.iter())
    for fetched in ("href", "@import", "url(", "<script", "@font-face"):
        assert fetched not in text


@pytest.mark.usefixtures("filled")
def test_the_report_begins_on_a_day(run: Run, tmp_path: Path) -> None:
    run("report", "--to", str(tmp_path), "--since", "2026-11-24")
    assert [line["Reference"] for line in lines(tmp_path / "requests.csv")] == ["SB-000002", "SB-000003"]
    status, said = run("report", "--to", str(tmp_path), "--since", "2027-01-01")
    assert (status, "Nobody has asked for anything since 2027-01-01" in said) == (0, True)
    assert lines(tmp_path / "requests.csv") == []


@pytest.mark.usefixtures("filled")
def test_a_report_that_cannot_be_written_is_told_in_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "stages.csv").mkdir()
    status, said = run("report", "--to", str(tmp_path / "report"))
    assert (status, "cannot be written to" in said) == (1, True)
    assert not list((tmp_path / "report").glob("*.part"))
