"""People who do not give up: they ask, press and press again until they see that it is done."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import aiohttp

from tests.channel import Person, TeamsChannel
from tests.channel.client import ClientRefuses
from tests.channel.message import InvokeReply, Message
from tests.chaos.crowd import Hire
from tests.chaos.processes import Program

T = TypeVar("T")

AGAIN_SECONDS = 0.3
PURPOSE = "Suppliers must be able to call me"


class BalancedChannel(TeamsChannel):
    """Teams in front of a load balancer, which sends each activity to the next replica that is ready."""

    replicas: Sequence[Program] = ()
    retries = 0
    _turn = itertools.count()

    async def deliver(
        self, activity: dict[str, Any] | bytes, headers: dict[str, str] | None = None
    ) -> InvokeReply:
        ready = [replica for replica in self.replicas if replica.up.is_set()]
        if not ready:
            raise aiohttp.ClientConnectionError("no replica is ready")
        self.bot_url = ready[next(self._turn) % len(ready)].url
        return await super().deliver(activity, headers)

    async def insist(self, action: Callable[[], Awaitable[T]], within: float) -> T:
        """Do something until it goes well. Raises the last failure after ``within`` seconds."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            try:
                return await action()
            except (aiohttp.ClientError, TimeoutError, AssertionError, ClientRefuses):
                if asyncio.get_running_loop().time() > deadline:
                    raise
                self.retries += 1
            await asyncio.sleep(AGAIN_SECONDS)


def has_button(title: str) -> Callable[[Message], bool]:
    return lambda message: title in message.buttons


async def ask(channel: BalancedChannel, hire: Hire, patience: float) -> Person:
    """Ask for a number, until there is a card of the request."""
    person = channel.person(hire.id, hire.name)
    await channel.insist(person.installs_app, patience)

    async def once() -> None:
        if person.looks_for("SB-") is not None:
            return
        if person.looks_for(has_button("Submit")) is None:
            await person.types("request a number")
            await person.sees(lambda message: "Submit" in message.buttons or "SB-" in message.text)
        if person.looks_for(has_button("Submit")) is not None:
            await person.presses("Submit", {"purpose": PURPOSE})
        await person.sees("SB-", within=2.0)

    await channel.insist(once, patience)
    return person


async def approve_all(channel: BalancedChannel, hires: Sequence[Hire], patience: float) -> None:
    """The managers approve whatever card asks them to, until cancelled."""
    managers = {hire.manager_id: hire.manager for hire in hires}
    await asyncio.gather(
        *(
            _approve(channel, channel.person(manager_id, name), patience)
            for manager_id, name in managers.items()
        )
    )


async def _approve(channel: BalancedChannel, manager: Person, patience: float) -> None:
    await channel.insist(manager.installs_app, patience)
    while True:
        for message in list(manager.messages):
            for title in {"Approve", "Try again"} & set(message.buttons):
                try:
                    await manager.presses(title, on=message)
                except (aiohttp.ClientError, TimeoutError, ClientRefuses):
                    channel.retries += 1
        await asyncio.sleep(AGAIN_SECONDS)
