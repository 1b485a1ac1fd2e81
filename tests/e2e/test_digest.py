"""A digest a day in the place of single reminders, for who chooses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e.approving import MANAGER, comes, rulebook
from tests.e2e.world import PURPOSE, World, asks_for_a_number, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, rules=lambda: rulebook(MANAGER)) as world:
        yield world


def next_tuesday(now: datetime, hour: int) -> datetime:
    """A day of work in any case: not a public holiday, unless the company founders move them to Tuesdays."""
    day = now + timedelta(days=(1 - now.weekday()) % 7 or 7)
    return day.astimezone(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)


async def test_who_wants_a_digest_gets_one_a_day_and_no_single_reminders(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await megan.types("approval settings")
    await megan.presses("Save", {"deputy": "", "digest": "true"}, on=await megan.sees("deputy"))
    await megan.sees("Saved")
    await asks_for_a_number(christie)
    card = await megan.sees(PURPOSE)
    await comes(world, next_tuesday(world.clock.now(), 13))
    digest = await megan.sees("Your approvals today", within=10)
    assert "SB-000001" in digest.text

    await world.restart()
    await world.settled()
    silent = await megan.sees("Nobody decided in time", within=10)
    assert silent.id == card.id, "she was not reminded of each"
    assert len(digests(megan.messages)) == 1, "and once a day is enough, also after a restart"

    await comes(world, next_tuesday(world.clock.now(), 13))
    await megan.sees(lambda m: "Your approvals today" in m.text and m.id != digest.id, within=10)


def digests(messages: list[object]) -> list[object]:
    return [message for message in messages if "Your approvals today" in getattr(message, "text", "")]
