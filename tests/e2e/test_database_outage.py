"""The database goes away for a while: people are told, nothing is lost, and it recovers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

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
