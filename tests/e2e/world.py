"""The whole product on this machine: tenant, bot and Teams, each over HTTP, with people who talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.sandbox_settings import sandbox_settings
from bot.serving import serving
from bot.wiring import Switchboard
from services.domain.approval_rule import Rulebook, no_rules
from services.domain.persona import Catalogue, no_personas
from services.sandbox import company
from services.sandbox.company.cast import person_id
from services.sandbox.company.numbers import blocked_numbers
from services.sandbox.company.products import PHONE
from services.sandbox.licensing import consumed
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from services.settings import Mode, Settings
from tests.channel import Person, TeamsChannel
from tests.clock import FlowingClock
from tests.pace import QUICK

PURPOSE = "Supplier calls"


@dataclass
class World:
    """One company with its tenant, its bot and its Teams. ``restart`` ends the bot and starts it anew.

    ``database`` is the address of the shared records; empty where they are in the folder.
    """

    folder: Path
    stack: AsyncExitStack
    database: str = ""
    personas: Callable[[], Catalogue] = no_personas
    may_write: bool = False
    rules: Callable[[], Rulebook] = no_rules
    clock: FlowingClock = field(default_factory=FlowingClock)
    tenant: Tenant = field(init=False)
    tenant_port: int = field(init=False)
    channel: TeamsChannel = field(init=False)
    switchboard: Switchboard = field(init=False)

    async def open(self) -> None:
        """Start everything."""
        self.tenant = Tenant.open(self.folder / "tenant", self.clock.now)
        self.stack.callback(self.tenant.close)
        self.tenant_port = await self.stack.enter_async_context(
            serving(create_app(self.tenant), "127.0.0.1", 0)
        )
        await self.faults(licence_s=0.2, operation_s=0.2, replication_s=0.0)
        self.channel = await TeamsChannel.start("", company.TENANT_ID, now=self.clock.now)
        await self.start_bot()

    async def start_bot(self) -> None:
        """Start the bot on the same records."""
        settings = sandbox_settings(
            Settings(
                mode=Mode.SANDBOX,
                data=self.folder / "bot",
                port=0,
                database_url=SecretStr(self.database),
                write_attributes=self.may_write,
            ),
            self.tenant_port,
        )
        kept_back = frozenset(blocked_numbers())
        self.switchboard = Switchboard(
            settings,
            clock=self.clock,
            pace=QUICK,
            blocked=kept_back,
            personas=self.personas,
            rules=self.rules,
        )
        await self.switchboard.start()
        self._bot = AsyncExitStack()
        port = await self._bot.enter_async_context(serving(self.switchboard.app, "127.0.0.1", 0))
        self.channel.bot_url = f"http://127.0.0.1:{port}"
        await self.switchboard.until_ready()

    async def stop_bot(self) -> None:
        """End the bot as Ctrl-C does."""
        await self._bot.aclose()
        await self.switchboard.stop()

    async def close(self) -> None:
        """End everything, and complain of what the bot sent wrongly."""
        await self.stop_bot()
        await self.channel.close()

    async def restart(self) -> None:
        """Stop the bot and start it again on the same records."""
        await self.stop_bot()
        await self.start_bot()

    async def faults(self, **faults: Any) -> None:
        """Make the tenant's weather."""
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{self.tenant_port}/sandbox/faults", json=faults) as response,
        ):
            assert response.status == 200, await response.text()

    async def state(self) -> dict[str, Any]:
        """The tenant's whole state."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.tenant_port}/sandbox/state") as response,
        ):
            state: dict[str, Any] = await response.json()
            return state

    async def graph(self, method: str, path: str, body: Any = None) -> Any:
        """What Graph answers to somebody else than the bot."""
        url = f"http://127.0.0.1:{self.tenant_port}/v1.0/{path}"
        async with (
            aiohttp.ClientSession(headers={"Authorization": "Bearer sandbox"}) as session,
            session.request(method, url, json=body) as response,
        ):
            assert response.status < 300, await response.text()
            return await response.json() if response.content_type == "application/json" else None

    def no_phone_licence_is_left(self) -> None:
        """The organisation has as many Teams Phone licences as people who have one."""
        sku = self.tenant.skus.get(PHONE)
        assert sku is not None
        sku.units = consumed(self.tenant, PHONE)
        self.tenant.skus.put(sku)
        self.tenant.commit()

    async def numbers_of(self, name: str) -> list[str]:
        """The numbers that the tenant says a person has."""
        state = await self.state()
        owner = next(user["id"] for user in state["users"] if user["displayName"] == name)
        return [n["telephoneNumber"] for n in state["numbers"] if n.get("assignmentTargetId") == owner]

    async def settled(self) -> None:
        """Return when every card has been brought up to date and noted as such."""
        async with asyncio.timeout(10):
            while True:
                async with self.switchboard.records.transaction() as tx:
                    if not await tx.posts.take_stale(1):
                        return
                await asyncio.sleep(0.02)

    def gives_the_app_through_graph(self) -> None:
        """From now on Teams knows what Graph installs."""
        people = self.tenant.people

        def installed(person_id: str) -> bool:
            person = people.get(person_id)
            return person is not None and bool(person.apps)

        self.channel.installed_by_graph = installed

    def gives_number(self, name: str, e164: str) -> None:
        """An admin gives somebody a number in Teams, behind Switchboard's back."""
        number = next(one for one in self.tenant.numbers if one.telephone_number == e164)
        number.assignment_status, number.assignment_category = "userAssigned", "primary"
        number.assignment_target_id = person_id(name)
        self.tenant.numbers.put(number)
        self.tenant.commit()

    def takes_number_away(self, name: str) -> None:
        """An admin frees somebody's number behind Switchboard's back."""
        holder = person_id(name)
        for number in self.tenant.numbers:
            if number.assignment_target_id == holder:
                number.assignment_status, number.assignment_target_id = "unassigned", None
                self.tenant.numbers.put(number)
        self.tenant.commit()

    def person(self, name: str) -> Person:
        """Somebody of the company, with a Teams client."""
        return self.channel.person(person_id(name), name)

    async def arrives(self, name: str) -> Person:
        """Somebody who has just got the app."""
        person = self.person(name)
        await person.installs_app()
        await person.sees("Welcome to Switchboard")
        return person


@asynccontextmanager
async def open_world(folder: Path, database: str = "", **settings: Any) -> AsyncIterator[World]:
    """A world of its own; its records are in a database if one is given."""
    async with AsyncExitStack() as stack:
        world = World(folder, stack, database, **settings)
        await world.open()
        try:
            yield world
        except BaseException:
            await world.stop_bot()
            await world.channel.close(quietly=True)
            raise
        await world.close()


async def asks_for_a_number(person: Person, purpose: str = PURPOSE, **inputs: str) -> None:
    """Type the words, fill the form in, hand it in."""
    await person.types("request a number")
    form = await person.sees(lambda message: "Submit" in message.buttons)
    reply = await person.presses("Submit", {"purpose": purpose, **inputs}, on=form)
    assert reply.card, reply.error
