"""The database goes away for a while: people are told, nothing is lost, and it recovers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from structlog.testing import capture_logs

from tests.e2e.world import PURPOSE, World, asks_for_a_number, open_world
from tests.postgres import OwnServer

AWAY = "please try again shortly"


@pytest.fixture
def server() -> Iterator[OwnServer]:
    own = OwnServer()
    yield own
    own.close()


@pytest.fixture
async def world(tmp_path: Path, server: OwnServer) -> AsyncIterator[World]:
    async with open_world(tmp_path, server.make("switchboard")) as world:
        yield world


@asynccontextmanager
async def no_card_can_be_noted(world: World) -> AsyncIterator[None]:
    """The disk is full for whoever writes down a message, and for nothing else."""
    with psycopg.connect(world.database, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$"
        )
        connection.execute("CREATE TRIGGER disk_full BEFORE INSERT ON posts EXECUTE FUNCTION disk_full()")
        yield
        connection.execute("DROP FUNCTION disk_full() CASCADE")


async def tried_again(lines: list[MutableMapping[str, Any]], *, tries: int, writers: int) -> None:
    """Return when so many have tried so often to write something down."""
    async with asyncio.timeout(15):
        while True:
            seen = [line for line in lines if line["event"] == "not_written_yet" and line["tries"] == tries]
            if len(seen) >= writers:
                return
            await asyncio.sleep(0.02)


async def readiness(world: World) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{world.channel.bot_url}/readyz") as answer,
    ):
        return answer.status, await answer.text()


async def test_people_are_told_to_come_back_and_nothing_is_lost(world: World, server: OwnServer) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    assert (await readiness(world))[0] == 200

    await asyncio.to_thread(server.stop)
    status, why = await readiness(world)
    assert status == 503
    assert "database" in why
    await christie.presses("Submit", {"purpose": PURPOSE}, on=form)
    told = await christie.sees(AWAY, within=15)
    assert "Try again" in told.buttons
    await megan.types("approvals")
    await megan.sees(AWAY, within=15)
    stranger = world.person("Debra Berger")
    stranger.has_app = True
    await stranger.types("menu")
    await stranger.sees(AWAY, within=15)

    await asyncio.to_thread(server.start)
    await christie.presses("Try again", on=told)
    await christie.sees("SB-000001", within=15)
    await megan.presses("Approve", on=await megan.sees(PURPOSE, within=15))
    await christie.sees("You can dial now", within=30)
    assert (await readiness(world))[0] == 200
    await stranger.types("menu")
    await stranger.sees("What would you like to do")


async def test_a_request_that_is_being_provisioned_goes_on_when_the_database_is_back(
    world: World, server: OwnServer
) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await world.faults(licence_s=1.0)
    await asks_for_a_number(christie)
    await megan.presses("Approve", on=await megan.sees(PURPOSE))
    await christie.sees("Waiting", within=10)
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(2.0)  # the outage itself: real connections fail in real time
    await asyncio.to_thread(server.start)
    await christie.sees("You can dial now", within=40)
    await megan.sees("Completed", within=20)
    assert len(await world.numbers_of("Christie Cline")) == 1


async def test_a_look_at_a_card_during_the_outage_leaves_on_the_screen_what_is_there(
    world: World, server: OwnServer
) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    card = await christie.sees("SB-000001")
    await megan.sees(PURPOSE)  # her card being there shows on Christie's, too
    await world.settled()
    before = await christie.sees("SB-000001")
    await asyncio.to_thread(server.stop)
    reply = await christie.refreshes(card)
    assert reply is not None
    assert reply.body["statusCode"] == 503
    assert reply.body["type"] == "application/vnd.microsoft.error"
    assert AWAY in reply.error
    assert await christie.sees("SB-000001") == before

    await asyncio.to_thread(server.start)
    reply = await christie.refreshes(card)
    assert reply is not None
    assert reply.card


async def test_cards_that_were_sent_but_not_noted_are_noted_later_and_not_sent_again(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    with capture_logs() as lines:
        async with no_card_can_be_noted(world):
            await asks_for_a_number(christie)
            waiting = await megan.sees(PURPOSE)
            # The answer to Christie, and the card that was sent to Megan.
            await tried_again(lines, tries=4, writers=2)
        await world.settled()
    await megan.presses("Approve", on=waiting)
    await christie.sees("You can dial now", within=20)
    await megan.sees("Completed", within=10)
    for person in (christie, megan):
        assert len([message for message in person.messages if "SB-000001" in message.text]) == 1


async def test_what_is_noted_late_does_not_take_the_place_of_what_was_shown_since(world: World) -> None:
    christie, _ = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    async with no_card_can_be_noted(world):
        await asks_for_a_number(christie)
        card = await christie.sees("Number request SB-000001")
        await christie.presses("My requests", on=card)
    world.clock.move(20)
    another = await christie.sees("Number request SB-000001", within=10)
    await world.settled()
    assert another.id != card.id
    assert "Number request" not in next(one for one in christie.messages if one.id == card.id).text
