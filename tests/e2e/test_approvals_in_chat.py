"""Approvals in chat: handing over, asking back, many at once, a deputy, all of several, none needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.approvals.decisions import Approvals
from services.domain.approval_rule import ApprovalRule, Condition, Rulebook
from services.domain.errors import StoreUnavailable
from services.domain.person import Actor
from services.domain.request import Request, RequestKind, RequestState
from services.domain.stage import Need
from services.sandbox.company.cast import person_id
from tests.channel import Message, Person
from tests.e2e.approving import HEADS, MANAGER, comes, goes_on_leave, people, rulebook, the_request
from tests.e2e.world import PURPOSE, World, asks_for_a_number, open_world

BY_MANAGER = rulebook(MANAGER)
BY_BOTH_HEADS = rulebook(HEADS)
UNASKED = Rulebook(
    rules=(
        ApprovalRule(
            name="free for HR", stages=(MANAGER,), not_needed=(Condition(attributes={"department": ("HR",)}),)
        ),
    ),
    kinds={RequestKind.NUMBER: "free for HR"},
)


@pytest.fixture
def rules() -> Rulebook:
    return BY_MANAGER


@pytest.fixture
async def world(tmp_path: Path, rules: Rulebook) -> AsyncIterator[World]:
    async with open_world(tmp_path, rules=lambda: rules) as world:
        yield world


def decides(card: Message) -> bool:
    return PURPOSE in card.text and "Approve" in card.buttons


async def test_an_approver_asks_and_the_answer_is_on_everybodys_card(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    before = await christie.sees("SB-000001")
    waiting = await megan.sees(decides)
    await megan.presses("Ask a question", {"question": "For *whom*?"}, on=waiting)
    asked = await christie.sees(lambda m: "For *whom*?" in m.text and m.id != before.id)
    await christie.sees_no_more(lambda m: m.id == before.id)
    await christie.presses("Answer", {"answer": "The new team"}, on=asked)
    answered = await megan.sees(lambda m: "The new team" in m.text and decides(m))
    await megan.presses("Approve", on=answered)
    await christie.sees("You can dial now", within=20)
    assert [(q.text, q.answer) for q in (await the_request(world)).questions] == [
        ("For *whom*?", "The new team")
    ]


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("Christie Cline", "the request is their own"),
        ("Megan Bowen", "that is you"),
        ("Grady Archie", "no enabled member account"),
        ("Brian Johnson", "no enabled member account"),
        ("Nobody Atall", "Nobody in the organisation is called"),
        ("Diego", "Several people are called"),
        ("x" * 256, "Nobody in the organisation is called"),
        (" ", "Write who it should be"),
    ],
)
async def test_who_cannot_decide_is_not_handed_the_decision(world: World, to: str, says: str) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    await megan.presses("Delegate", {"to": to}, on=await megan.sees(decides))
    told = await megan.sees(says)
    assert "Approve" in told.buttons
    assert (await the_request(world)).version == 1


async def test_who_handed_over_decides_no_more_and_still_sees_how_it_goes(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    adele = await world.arrives("Adele Vance")
    await asks_for_a_number(christie)
    waiting = await megan.sees(decides)
    await megan.presses("Delegate", {"to": "adelev@switchboard.example"}, on=waiting)
    handed = await adele.sees(decides)
    assert "asked by Megan Bowen to decide" in handed.text
    await megan.presses_old("Approve", on=waiting)
    await megan.sees(lambda m: PURPOSE in m.text and "out of date" in m.text)
    await adele.presses("Reject", {"reason": "Use the shared line"}, on=handed)
    await megan.sees("Use the shared line")
    await christie.sees("Use the shared line")


async def test_a_deputy_for_leave_is_asked_and_can_be_taken_away_again(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    adele = await world.arrives("Adele Vance")
    await megan.types("approval settings")
    settings = await megan.sees("deputy")
    await megan.presses("Save", {"deputy": "Adele Vance", "digest": "false"}, on=settings)
    await megan.sees("Saved")
    await goes_on_leave(world, "Megan Bowen")
    await asks_for_a_number(christie)
    assert "deputy of Megan Bowen, who is out of office" in (await adele.sees(decides)).text
    await christie.types("cancel SB-1")
    await christie.sees("Cancelled")
    await megan.types("approval settings")
    kept = await megan.sees(lambda m: "deputy" in m.text and m.id != settings.id)
    await megan.presses("Save", {"deputy": "", "digest": "false"}, on=kept)
    await asks_for_a_number(christie, purpose="Once more")
    assert "next manager up" in (await christie.sees("Once more")).text


async def test_a_period_that_makes_no_sense_is_told_and_nothing_is_kept(world: World) -> None:
    megan = await world.arrives("Megan Bowen")
    await megan.types("approval settings")
    entered = {"deputy": "Adele Vance", "since": "2027-02-01", "until": "2027-01-01", "digest": "true"}
    await megan.presses("Save", entered, on=await megan.sees("deputy"))
    told = await megan.sees("Write both days")
    assert {part["id"]: part["value"] for part in told.card["body"] if "id" in part} == entered, "typed once"
    async with world.switchboard.records.transaction() as tx:
        chosen = await tx.approvers.get(person_id("Megan Bowen"))
    assert (chosen.deputy, chosen.wants_digest) == (None, False)


async def asks(world: World, name: str, purpose: str) -> Person:
    person = await world.arrives(name)
    await asks_for_a_number(person, purpose=purpose, location="Manchester")
    return person


@pytest.mark.parametrize("rules", [rulebook(HEADS)])
async def test_where_all_are_needed_one_approval_is_not_enough(world: World) -> None:
    christie, lee, joni = [await world.arrives(n) for n in ("Christie Cline", "Lee Gu", "Joni Sherman")]
    await asks_for_a_number(christie)
    await lee.presses("Approve", on=await lee.sees(decides))
    await lee.sees(lambda m: PURPOSE in m.text and "Approve" not in m.buttons)
    half = await joni.sees(lambda m: decides(m) and "✓ Approved by" in m.text)
    assert (await the_request(world)).state is RequestState.PENDING
    await joni.presses("Approve", on=half)
    await christie.sees("You can dial now", within=20)


@pytest.mark.parametrize("rules", [UNASKED])
async def test_what_nobody_has_to_approve_is_set_up_at_once_and_says_why(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda m: "Submit" in m.buttons)
    assert "No approval" in form.text
    await christie.presses("Submit", {"purpose": PURPOSE}, on=form)
    done = await christie.sees("You can dial now", within=20)
    assert "department is HR" in done.text
    history = [(line.what, line.by) for line in (await the_request(world)).history]
    assert history[1] == ("approved", None)


async def test_silence_goes_up_to_the_top_and_the_request_ends_in_the_end(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    above = [
        await world.arrives(n) for n in ("Megan Bowen", "Miriam Graham", "Patti Fernandez", "Allan Deyoung")
    ]
    await asks_for_a_number(christie)
    for place, person in enumerate(above):
        await person.sees(decides, within=10)
        request = await the_request(world)
        assert request.stages[0].escalations == place
        await comes(world, request.stages[0].due_at)
    await comes(world, request.expires_at)
    for person in (christie, *above):
        await person.sees("Expired", within=10)


async def test_several_are_decided_with_one_press_each_checked_by_itself(world: World) -> None:
    lee = await world.arrives("Lee Gu")
    names = ("Lynne Robbins", "Isaiah Langer")
    world.takes_number_away("Isaiah Langer")
    lynne, isaiah = [await asks_in(world, name, f"Calls of {name}", "Birmingham") for name in names]
    await lee.sees("Calls of Isaiah Langer")
    await lee.types("approvals")
    listed = await lee.sees("2 requests wait")
    chosen = ",".join(choice["value"] for choice in choices_of(listed))
    await isaiah.types("cancel SB-2")
    await isaiah.sees("Cancelled")
    await lee.presses("Approve selected", {"chosen": chosen}, on=listed)
    told = await lee.sees(lambda m: "SB-000001" in m.text and "SB-000002" in m.text and "✕" in m.text)
    assert "Approved." in told.text
    assert "out of date" in told.text
    await lynne.sees("You can dial now", within=20)
    assert (await the_request(world, "SB-000002")).state is RequestState.CANCELLED


async def asks_in(world: World, name: str, purpose: str, location: str) -> Person:
    person = await world.arrives(name)
    await person.types("request a number")
    form = await person.sees("Location")
    await person.presses("Show numbers there", {"location": location, "purpose": purpose}, on=form)
    ready = await person.sees(lambda m: "Submit" in m.buttons)
    await person.presses("Submit", {"purpose": purpose}, on=ready)
    return person


def choices_of(card: Message) -> list[dict[str, str]]:
    """The requests that can be chosen on the card."""
    (chosen,) = (part for part in card.card["body"] if part.get("id") == "chosen")
    choices: list[dict[str, str]] = chosen["choices"]
    return choices


async def test_with_nothing_chosen_or_no_reason_it_is_said(world: World) -> None:
    lee = await world.arrives("Lee Gu")
    world.takes_number_away("Isaiah Langer")
    for name in ("Lynne Robbins", "Isaiah Langer"):
        await asks_in(world, name, f"Calls of {name}", "Birmingham")
    await lee.sees("Calls of Isaiah Langer")
    await lee.types("approvals")
    await lee.presses("Approve selected", {"chosen": ""}, on=await lee.sees("2 requests wait"))
    listed = await lee.sees("Choose at least one")
    data = {"page": 0, "chosen": choices_of(listed)[0]["value"], "reason": " "}
    action = {"type": "Action.Execute", "verb": "approvals.reject", "data": data}
    reply = await lee.invokes("adaptiveCard/action", {"action": action, "trigger": "manual"})
    assert "Say why you reject" in str(reply.card)
    assert (await the_request(world)).state is RequestState.PENDING


async def test_where_nobody_is_left_to_ask_no_card_says_that_somebody_was(world: World) -> None:
    world.takes_number_away("Miriam Graham")
    miriam = await world.arrives("Miriam Graham")
    await asks_for_a_number(miriam)
    for name in ("Patti Fernandez", "Allan Deyoung", "Nestor Wilke"):
        await (await world.arrives(name)).sees(decides, within=10)
        await comes(world, (await the_request(world)).stages[0].due_at)
    await miriam.sees(lambda m: "Nobody else can be asked" in str(m.card), within=10)
    assert miriam.looks_for("Nobody decided in time, 2 times, so others were asked as well.")


@pytest.mark.parametrize("rules", [rulebook(MANAGER, replace(HEADS, need=Need.ONE))])
async def test_a_question_whose_asker_has_decided_stands_in_nobodys_way(world: World) -> None:
    christie, megan, lee = [await world.arrives(n) for n in ("Christie Cline", "Megan Bowen", "Lee Gu")]
    await asks_for_a_number(christie)
    await megan.presses("Ask a question", {"question": "Which team?"}, on=await megan.sees(decides))
    await megan.presses("Approve", on=await megan.sees(lambda m: "Which team?" in m.text))
    approved = await megan.sees(lambda m: "Which team?" in m.text and "Approve" not in m.buttons)
    waiting = await lee.sees(lambda m: "Which team?" in m.text and decides(m), within=10)

    asked = await christie.sees(lambda m: "asked you something: press Answer" in m.text)
    await christie.presses("Answer", {"answer": "That of the new office"}, on=asked)
    await lee.sees(lambda m: "That of the new office" in m.text and m.id != waiting.id)
    await world.settled()
    kept = megan.looks_for("That of the new office")
    assert kept, "the card is kept true"
    assert kept.id == approved.id, "who has decided is not called back"


@pytest.mark.parametrize("rules", [rulebook(MANAGER, replace(HEADS, need=Need.ONE))])
async def test_who_decides_next_need_not_wait_for_the_answer_to_somebody_else(world: World) -> None:
    christie, megan, lee = [await world.arrives(n) for n in ("Christie Cline", "Megan Bowen", "Lee Gu")]
    await asks_for_a_number(christie)
    await megan.presses("Ask a question", {"question": "Which team?"}, on=await megan.sees(decides))
    await megan.presses("Approve", on=await megan.sees(lambda m: "Which team?" in m.text))
    waiting = await lee.sees(lambda m: "Which team?" in m.text and decides(m), within=10)
    await lee.presses("Ask a question", {"question": "Since when?"}, on=waiting)
    asked = await christie.sees(lambda m: "Since when?" in m.text and "before deciding: press" in m.text)
    await christie.presses("Answer", {"answer": "Since May"}, on=asked)
    await lee.sees(lambda m: "Since May" in m.text and decides(m))
    assert [q.answer for q in (await the_request(world)).questions] == ["", "Since May"]


BY_LEE_AND_ALLAN = replace(MANAGER, asks=(people("Lee Gu", "Allan Deyoung"),), need=Need.ALL)


@pytest.mark.parametrize("rules", [rulebook(BY_LEE_AND_ALLAN)])
async def test_who_approved_for_one_who_was_silent_is_asked_for_the_other_too(world: World) -> None:
    """Patti is above both in the end: above Lee at once, above Allan when Nestor is silent as well."""
    names = ("Christie Cline", "Patti Fernandez", "Nestor Wilke", "Lee Gu", "Allan Deyoung")
    christie, patti, nestor, lee, _ = [await world.arrives(name) for name in names]
    await asks_for_a_number(christie)
    await lee.sees(decides)
    await comes(world, (await the_request(world)).stages[0].due_at)
    await nestor.sees(decides, within=10)
    await world.settled()
    await patti.presses("Approve", on=await patti.sees(decides, within=10))
    await patti.sees_no_more(decides)
    await comes(world, (await the_request(world)).stages[0].due_at)
    await patti.presses("Approve", on=await patti.sees(decides, within=10))
    await christie.sees("You can dial now", within=20)


async def test_a_deputy_who_has_left_is_not_saved_once_more(world: World) -> None:
    megan = await world.arrives("Megan Bowen")
    await megan.types("approval settings")
    settings = await megan.sees("deputy")
    await megan.presses("Save", {"deputy": "Adele Vance", "digest": "false"}, on=settings)
    await megan.sees("Saved")
    await world.graph("PATCH", f"users/{person_id('Adele Vance')}", {"accountEnabled": False})
    await megan.presses("Save", {"deputy": "Adele Vance", "digest": "true"}, on=settings)
    await megan.sees("Adele Vance cannot decide this", within=10)
    world.tenant.people.drop(person_id("Adele Vance"))
    world.tenant.commit()
    await megan.presses("Save", {"deputy": "Adele Vance", "digest": "true"}, on=settings)
    await megan.sees('Nobody in the organisation is called "Adele Vance"', within=10)


async def test_what_was_decided_is_told_where_the_records_fail_for_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lee = await world.arrives("Lee Gu")
    world.takes_number_away("Isaiah Langer")
    lynne = await asks_in(world, "Lynne Robbins", "Calls", "Birmingham")
    await asks_in(world, "Isaiah Langer", "Calls", "Birmingham")
    await lee.sees("SB-000002")
    await lee.types("approvals")
    listed = await lee.sees("2 requests wait")
    approve, first = Approvals.approve, (await the_request(world)).id

    async def fails(*_: object) -> Any:
        raise StoreUnavailable(words="no space left")

    async def approves_the_first(self: Approvals, actor: Actor, request_id: str, version: int) -> Request:
        return await (approve if request_id == first else fails)(self, actor, request_id, version)

    monkeypatch.setattr(Approvals, "approve", approves_the_first)
    monkeypatch.setattr(Approvals, "waiting_for", fails)
    chosen = ",".join(choice["value"] for choice in choices_of(listed))
    await lee.presses("Approve selected", {"chosen": chosen}, on=listed)
    told = await lee.sees("cannot be read at the moment")
    assert "Approved." in told.text
    assert "no space left" in told.text
    await lynne.sees("You can dial now", within=20)
