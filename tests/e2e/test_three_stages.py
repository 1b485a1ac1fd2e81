"""One request through three stages: leave, a reminder, escalation, a question, handing over, two restarts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.domain.request import Request
from services.domain.stage import StageState
from tests.channel import Message
from tests.e2e.approving import THREE, comes, goes_on_leave, the_request
from tests.e2e.world import PURPOSE, World, asks_for_a_number, open_world


@pytest.fixture(params=["embedded", "postgres"])
def database_of_the_world(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("database") if request.param == "postgres" else ""


@pytest.fixture
async def world(tmp_path: Path, database_of_the_world: str) -> AsyncIterator[World]:
    async with open_world(tmp_path, database_of_the_world, rules=lambda: THREE) as world:
        yield world


CAST = ("Christie Cline", "Miriam Graham", "Patti Fernandez", "Lee Gu", "Isaiah Langer", "Nestor Wilke")


async def test_a_request_finds_its_way_through_leave_silence_and_restarts(world: World) -> None:
    people = {name: await world.arrives(name) for name in (*CAST, "Allan Deyoung", "Megan Bowen")}
    christie, miriam, patti, lee, isaiah, nestor = (people[name] for name in CAST)
    await goes_on_leave(world, "Megan Bowen")

    await asks_for_a_number(christie)
    await christie.sees("next manager up, because Megan Bowen is out of office")
    first = await miriam.sees(PURPOSE)
    assert people["Megan Bowen"].looks_for(PURPOSE) is None, "who is on leave is not asked"

    request = await the_request(world)
    (reminder,) = request.stages[0].reminders
    await comes(world, reminder)
    reminded = await miriam.sees(lambda m: PURPOSE in m.text and m.id != first.id, within=10)
    await miriam.sees_no_more(lambda m: m.id == first.id)
    assert "Approve" in reminded.buttons

    await comes(world, request.stages[0].due_at)
    escalated = await patti.sees(PURPOSE, within=10)
    assert "Miriam Graham did not decide in time" in escalated.text
    await patti.presses("Approve", on=escalated)
    await world.restart()

    waiting = await lee.sees(PURPOSE, within=10)
    assert "owner of the cost centre UK-HR" in waiting.text
    await lee.presses("Ask a question", {"question": "Which suppliers?"}, on=waiting)
    asked = await christie.sees("Which suppliers?")
    await christie.presses("Answer", {"answer": "Those of the new office"}, on=asked)
    answered = await lee.sees("Those of the new office")
    await lee.presses("Delegate", {"to": "Isaiah Langer"}, on=answered)
    handed = await isaiah.sees(PURPOSE)
    await lee.sees(lambda m: "Isaiah Langer" in m.text and "Approve" not in m.buttons)
    await isaiah.presses("Approve", on=handed)
    await world.restart()

    await people["Allan Deyoung"].sees(lambda m: PURPOSE in m.text and "Approve" in m.buttons, within=10)
    await nestor.presses("Approve", on=await nestor.sees(lambda m: "Approve" in m.buttons, within=10))
    await christie.sees("You can dial now", within=20)

    done = [await people[name].sees("Completed", within=10) for name in (*CAST, "Allan Deyoung")]
    assert len({approval_of(card) for card in done}) == 1, "all cards tell the same"
    for name in (*CAST, "Allan Deyoung"):
        cards = [m for m in people[name].messages if PURPOSE in m.text and "Completed" in m.text]
        assert len(cards) == 1, f"{name} has one card of it"
    check_history(await the_request(world))


def approval_of(card: Message) -> str:
    """What a card says of the approvals."""
    return card.text[card.text.index("Approval") : card.text.index("Setup")]


def check_history(request: Request) -> None:
    """Who was asked, why they, what they did and when: nothing is left out."""
    told = [(line.what, line.by.name if line.by else "Switchboard") for line in request.history]
    assert told[:12] == [
        ("submitted", "Christie Cline"),
        ("asked", "Switchboard"),
        ("reminded", "Switchboard"),
        ("escalated", "Switchboard"),
        ("approved", "Patti Fernandez"),
        ("asked", "Switchboard"),
        ("asked a question", "Lee Gu"),
        ("answered", "Christie Cline"),
        ("delegated", "Lee Gu"),
        ("approved", "Isaiah Langer"),
        ("asked", "Switchboard"),
        ("approved", "Nestor Wilke"),
    ]
    assert [line.what for line in request.history[12:]] == ["provisioning started", "completed"]
    details = [line.detail for line in request.history]
    assert "Miriam Graham (next manager up, because Megan Bowen is out of office)" in details[1]
    assert details[2] == "Miriam Graham"
    assert "Patti Fernandez (next manager up, because Miriam Graham did not decide in time)" in details[3]
    assert "Lee Gu (owner of the cost centre UK-HR)" in details[5]
    assert details[8] == "to Isaiah Langer"
    assert [line.at for line in request.history] == sorted(line.at for line in request.history)
    for stage in request.stages:
        assert stage.state is StageState.APPROVED
        assert stage.asked_at is not None
        assert stage.decided_at is not None
        assert stage.asked_at <= stage.decided_at
