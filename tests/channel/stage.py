"""A bot on its adapter, the channel, and one person: what tests of sending start from."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.schema import ConversationReference

from bot.adapter import Adapter
from bot.outbound_json import Reference, reference_of
from services.ports import SendBudget
from tests.channel import Limits, Person, TeamsChannel
from tests.channel.hosting import hosted

CARD_TYPE = "application/vnd.microsoft.card.adaptive"


def card(text: str) -> dict[str, Any]:
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": text, "wrap": True}],
    }


def message(text: str) -> dict[str, Any]:
    return {"attachments": [{"contentType": CARD_TYPE, "content": card(text)}]}


class Handler(ActivityHandler):
    """Runs what a test wants done in a turn, and remembers where the activity came from."""

    def __init__(self) -> None:
        self.turn: Callable[[TurnContext], Awaitable[Any]] | None = None
        self.reference: Reference = {}
        self.sdk_reference: ConversationReference | None = None

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        self.reference = reference_of(turn_context.activity)
        self.sdk_reference = TurnContext.get_conversation_reference(turn_context.activity)
        if self.turn is not None:
            await self.turn(turn_context)


@dataclass
class Stage:
    """A bot, a channel and Christie, who has written to the bot once.

    Time stands still, but for the pauses that the bot makes: they are noted, and move it.
    """

    adapter: Adapter
    handler: Handler
    channel: TeamsChannel
    christie: Person
    pauses: list[float]

    @property
    def reference(self) -> Reference:
        return self.handler.reference

    async def in_a_turn(self, act: Callable[[TurnContext], Awaitable[Any]]) -> Any:
        """Do something in a message turn and return or raise what it did."""
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def turn(context: TurnContext) -> None:
            try:
                outcome.set_result(await act(context))
            except Exception as error:  # noqa: BLE001  the test that asked gets it
                outcome.set_exception(error)

        self.handler.turn = turn
        await self.christie.types("go on")
        return await outcome


@asynccontextmanager
async def staged(budget: SendBudget | None = None) -> AsyncIterator[Stage]:
    """Set the stage."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    def now() -> float:
        return sum(pauses)

    adapter = Adapter(None, allow_unauthenticated=True, budget=budget, now=now, sleep=pause)
    handler, limits = Handler(), Limits(now)
    async with (
        hosted(adapter, handler) as url,
        await TeamsChannel.start(url, "tenant", limits=limits) as channel,
    ):
        christie = channel.person("christie", "Christie Cline")
        await christie.installs_app()
        await christie.types("hello")
        yield Stage(adapter, handler, channel, christie, pauses)
