"""Teams between one bot and several people, over real HTTP on this machine."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import aiohttp
import orjson
from aiohttp import web

from tests.channel import cards
from tests.channel.connector import Connector
from tests.channel.identity import ChannelIdentity
from tests.channel.message import InvokeReply, Message
from tests.channel.person import Person
from tests.channel.weather import Limits, Weather


@dataclass
class Chat:
    """The personal conversation of one person with the bot: its messages in order, as they are now."""

    id: str
    person: Person
    messages: dict[str, Message] = field(default_factory=dict)


class TeamsChannel:
    """Start one per test with `async with await TeamsChannel.start(...)`.

    When it closes, it fails the test if the bot sent a card that Teams would refuse, drop or show badly, or
    an invoke reply that Teams does not understand. `bot_url` may change, when the bot starts again elsewhere.
    """

    def __init__(
        self,
        bot_url: str,
        tenant_id: str,
        *,
        bot_id: str = "28:switchboard",
        identity: ChannelIdentity | None = None,
        limits: Limits | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.bot_url = bot_url
        self.tenant_id = tenant_id
        self.bot_id = bot_id
        self.identity = identity
        self.limits = limits or Limits()
        self.now = now
        self.weather = Weather()
        self.chats: dict[str, Chat] = {}
        self.complaints: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.throttled = 0
        """Requests refused because the bot had sent too many."""
        self.service_url = ""
        self.installed_by_graph: Callable[[str], bool] = lambda _: False
        """Whether an administrator or Graph has installed the app for the person of this object id."""
        self.changed = asyncio.Condition()
        self._people: dict[str, Person] = {}
        self._ids = itertools.count(1700000000000)
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    async def start(
        cls, bot_url: str, tenant_id: str, *, tls: ssl.SSLContext | None = None, port: int = 0, **options: Any
    ) -> TeamsChannel:
        """Serve the connector on a free port (or `port`), by https when `tls` is given."""
        channel = cls(bot_url, tenant_id, **options)
        channel._runner = web.AppRunner(Connector(channel).application())
        await channel._runner.setup()
        site = web.TCPSite(channel._runner, "127.0.0.1", port, ssl_context=tls)
        await site.start()
        bound = channel._runner.addresses[0][1]
        scheme = "http" if tls is None else "https"
        channel.service_url = f"{scheme}://127.0.0.1:{bound}/emea/{tenant_id}/"
        channel._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        return channel

    async def __aenter__(self) -> TeamsChannel:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close(quietly=error is not None)

    async def close(self, *, quietly: bool = False) -> None:
        """Stop serving; unless `quietly`, raise AssertionError for what the bot sent wrongly."""
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if not quietly:
            self.check()

    def check(self) -> None:
        """Raise AssertionError if the bot sent something that Teams would not show as it is meant."""
        if self.complaints:
            raise AssertionError("The bot sent what Teams does not take:\n" + "\n".join(self.complaints))

    def person(
        self, aad_object_id: str, name: str, *, locale: str = "en-GB", tenant_id: str | None = None
    ) -> Person:
        """Return the person with this Entra object id, the same one every time."""
        if aad_object_id not in self._people:
            made = Person(self, aad_object_id, name, locale=locale, tenant_id=tenant_id or self.tenant_id)
            self._people[aad_object_id] = made
        return self._people[aad_object_id]

    def known(self, member_id: str) -> Person | None:
        """Return the person with this Teams id or Entra object id."""
        return next((p for p in self._people.values() if member_id in {p.id, p.aad_object_id}), None)

    def chat_of(self, person: Person) -> Chat:
        """Return the person's chat with the bot, made when it is first asked for."""
        chat_id = "a:" + uuid5(NAMESPACE_URL, f"{self.bot_id}/{person.aad_object_id}").hex
        return self.chats.setdefault(chat_id, Chat(chat_id, person))

    def chat_with_id(self, chat_id: str) -> Chat | None:
        """Return the chat of this id: Teams' own, or `19:{user}_{app}@unq.gbl.spaces` as Graph has it."""
        person = self.known(chat_id.removeprefix("19:").partition("_")[0])
        if person is not None and self.installed_by_graph(person.aad_object_id):
            person.has_app = True
        chat = self.chats.get(chat_id) or (self.chat_of(person) if person is not None else None)
        return chat if chat is not None and chat.person.has_chat else None

    def next_id(self) -> str:
        """Return a new message id."""
        return str(next(self._ids))

    async def show(self, chat: Chat, message: Message) -> None:
        """Put a new or changed message before the person, and look at it critically."""
        if message.card:
            self._complain(message, cards.faults(message.card))
            if message.activity.get("text"):
                self._complain(message, ["text and card in one message: Teams splits it and loses its id"])
        async with self.changed:
            chat.messages[message.id] = message
            self.changed.notify_all()

    async def remove(self, chat: Chat, message: Message) -> None:
        """Take a message away."""
        async with self.changed:
            del chat.messages[message.id]
            self.changed.notify_all()

    async def deliver(
        self, activity: dict[str, Any] | bytes, headers: dict[str, str] | None = None
    ) -> InvokeReply:
        """POST an activity to the bot, as the channel does, and return the HTTP reply."""
        if self._session is None:
            raise RuntimeError("The channel is not started.")
        sent = {"Content-Type": "application/json"}
        if self.identity is not None:
            sent["Authorization"] = f"Bearer {self.identity.token(self.service_url)}"
        body = activity if isinstance(activity, bytes) else orjson.dumps(activity)
        url = self.bot_url.rstrip("/") + "/api/messages"
        async with self._session.post(url, data=body, headers=sent | (headers or {})) as response:
            answer = await response.read()
            try:
                return InvokeReply(response.status, orjson.loads(answer) if answer else None)
            except orjson.JSONDecodeError:
                return InvokeReply(response.status, answer.decode(errors="replace"))

    def judge(self, reply: InvokeReply) -> None:
        """Look critically at the reply of an Action.Execute."""
        if reply.status != 200:
            return
        known = {
            cards.CARD_TYPE,
            "application/vnd.microsoft.activity.message",
            "application/vnd.microsoft.error",
        }
        if reply.type not in known or not isinstance(reply.body.get("statusCode"), int):
            self.complaints.append(f"a reply that Teams does not understand: {reply.body!r}")

    def _complain(self, message: Message, faults: list[str]) -> None:
        title = next(iter(message.texts), "")
        self.complaints += [f"message {message.id} ({title!r}): {fault}" for fault in faults]
