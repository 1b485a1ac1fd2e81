"""Two hundred requests wait for one person: the list comes in pages, and each is decided once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.domain import transitions
from services.domain.location import Cost
from services.domain.person import PersonRef
from services.domain.request import Request, RequestKind
from services.domain.stage import Stage, asked
from services.domain.waiting import PER_PAGE
from services.sandbox.company.cast import person_id
from tests.channel import Message
from tests.e2e.world import World, open_world

MANY = 200
MEGAN = PersonRef(id=person_id("Megan Bowen"), name="Megan Bowen")
LEE = PersonRef(id=person_id("Lee Gu"), name="Lee Gu")


@pytest.fixture(params=["embedded", "postgres"])
def database_of_the_world(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("database") if request.param == "postgres" else ""


@pytest.fixture
async def world(tmp_path: Path, database_of_the_world: str) -> AsyncIterator[World]:
    async with open_world(tmp_path, database_of_the_world) as world:
        await write(world)
        yield world


async def write(world: World) -> None:
    """200 requests, of which Megan approves the first stage and Lee the second."""
    stages = (
        Stage(name="manager", approvers=asked(MEGAN, why="manager"), why="manager"),
        Stage(name="budget", approvers=asked(LEE, why="owner of the budget"), why="owner of the budget"),
    )
    began = world.clock.now() - timedelta(hours=1)
    async with world.switchboard.records.transaction() as tx:
        for number in range(MANY):
            who = PersonRef(id=f"a0000000-0000-4000-8000-{number:012}", name=f"New Hire {number:03}")
            at = began + timedelta(seconds=number)
            draft = Request(
                id=f"c0000000-0000-4000-8000-{number:012}",
                ref=await tx.requests.next_ref(),
                kind=RequestKind.NUMBER,
                requester=who,
                beneficiary=who,
                purpose=f"Calls of New Hire {number:03}",
                location="Manchester",
                cost=Cost(amount=Decimal("6.50"), currency="GBP"),
                created_at=at,
                updated_at=at,
                expires_at=at + timedelta(days=14),
            )
            submitted = transitions.submit(replace(draft, stages=stages), at)
            await tx.requests.add(submitted)


def page(first: int, last: int) -> str:
    return f"{first}–{last} of "


async def test_two_hundred_come_in_pages_and_are_decided_from_any_of_them(world: World) -> None:
    megan = await world.arrives("Megan Bowen")
    await megan.types("approvals")
    card = await megan.sees("200 requests wait", within=20)
    seen: list[str] = []
    for number in range(MANY // PER_PAGE):
        assert page(number * PER_PAGE + 1, (number + 1) * PER_PAGE) in card.text
        seen += [choice["value"] for choice in choices_of(card)]
        if "Next" in card.buttons:
            await megan.presses("Next", on=card)
            card = await megan.sees(
                lambda m, n=number: page((n + 1) * PER_PAGE + 1, (n + 2) * PER_PAGE) in m.text
            )
    assert len(set(seen)) == MANY, "each once"

    await megan.presses("Approve selected", {"chosen": ",".join(seen[-PER_PAGE:])}, on=card)
    told = await megan.sees("190 requests wait", within=20)
    assert told.text.count("Approved; others are asked next.") == PER_PAGE
    assert page(181, 190) in told.text, "the last page that is left"


def choices_of(card: Message) -> list[dict[str, str]]:
    """The requests that can be chosen on the card."""
    (chosen,) = (part for part in card.card["body"] if part.get("id") == "chosen")
    choices: list[dict[str, str]] = chosen["choices"]
    return choices
