"""One person with a Teams client and a personal chat with the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from tests.channel import client
from tests.channel.cards import CARD_TYPE, Placed
from tests.channel.message import InvokeReply, Message

if TYPE_CHECKING:
    from tests.channel.channel import TeamsChannel

What = str | Callable[[Message], bool]
"""A message to look for: a text that can be read on it, or a predicate."""


class Person:
    """Acts as a person does in Teams. Everything that waits, waits for a change of what can be seen."""

    def __init__(
        self, channel: TeamsChannel, aad_object_id: str, name: str, *, locale: str, tenant_id: str
    ) -> None:
        self.aad_object_id = aad_object_id
        self.name = name
        self.id = "29:" + uuid5(NAMESPACE_URL, aad_object_id).hex
        self.locale = locale
        self.tenant_id = tenant_id
        self._has_app = False
        self.has_chat = False
        self.blocks_the_bot = False
        self._channel = channel

    @property
    def messages(self) -> list[Message]:
        """The bot's messages in this person's chat as they are now, the oldest first."""
        return list(self._channel.chat_of(self).messages.values())

    @property
    def has_app(self) -> bool:
        """Whether the app is installed for this person; their chat with the bot begins with it and stays."""
        return self._has_app

    @has_app.setter
    def has_app(self, has: bool) -> None:
        self._has_app = has
        self.has_chat = self.has_chat or has

    def account(self) -> dict[str, str]:
        """The person as the connector lists members."""
        return {
            "id": self.id,
            "name": self.name,
            "aadObjectId": self.aad_object_id,
            "objectId": self.aad_object_id,
            "tenantId": self.tenant_id,
            "userRole": "user",
        }

    def activity(self, kind: str, **fields: Any) -> dict[str, Any]:
        """An activity of this person in their chat, as Teams sends it; `fields` add or replace."""
        channel = self._channel
        return {
            "type": kind,
            "id": channel.next_id(),
            "timestamp": channel.now().isoformat(),
            "serviceUrl": channel.service_url,
            "channelId": "msteams",
            "from": {"id": self.id, "name": self.name, "aadObjectId": self.aad_object_id},
            "conversation": {
                "conversationType": "personal",
                "tenantId": self.tenant_id,
                "id": channel.chat_of(self).id,
            },
            "recipient": {"id": channel.bot_id, "name": "Switchboard"},
            "channelData": {"tenant": {"id": self.tenant_id}},
            "entities": [{"locale": self.locale, "platform": "Web", "type": "clientInfo"}],
            "locale": self.locale,
            **fields,
        }

    async def installs_app(self) -> None:
        """Add the app, so that the bot can write to this person."""
        self.has_app = True
        bot = {"id": self._channel.bot_id}
        await self._accepted(self.activity("conversationUpdate", membersAdded=[bot]))
        await self._accepted(self.activity("installationUpdate", action="add"))

    async def uninstalls_app(self) -> None:
        """Remove the app; the bot cannot write to this person any more."""
        self.has_app = False
        await self._accepted(self.activity("installationUpdate", action="remove"))

    async def types(self, text: str) -> None:
        """Send a typed message; returns when the bot has taken it. Raises AssertionError if it does not."""
        if not self.has_app:
            raise client.ClientRefuses(f"{self.name} has no chat with the bot: the app is not installed.")
        await self._accepted(self.activity("message", text=text, textFormat="plain"))

    async def sends_raw(
        self, activity: dict[str, Any] | bytes, headers: dict[str, str] | None = None
    ) -> InvokeReply:
        """Send anything at all."""
        return await self._channel.deliver(activity, headers)

    async def sees(self, what: What, *, within: float = 5.0) -> Message:
        """Return the newest matching message, waiting for it up to `within` seconds (AssertionError)."""
        changed = self._channel.changed
        async with changed:
            try:
                async with asyncio.timeout(within):
                    await changed.wait_for(lambda: self.looks_for(what) is not None)
            except TimeoutError:
                shown = "\n---\n".join(message.text for message in self.messages) or "nothing"
                raise AssertionError(
                    f"{self.name} does not see {what!r} within {within} s, but:\n{shown}"
                ) from None
            found = self.looks_for(what)
        self._channel.check()
        assert found is not None
        return found

    async def sees_no_more(self, what: What, *, within: float = 5.0) -> None:
        """Return when no such message is there, waiting for that up to `within` seconds (AssertionError)."""
        changed = self._channel.changed
        async with changed:
            try:
                async with asyncio.timeout(within):
                    await changed.wait_for(lambda: self.looks_for(what) is None)
            except TimeoutError:
                raise AssertionError(f"{self.name} still sees {what!r} after {within} s") from None

    def looks_for(self, what: What) -> Message | None:
        """Return the newest matching message that is there now."""
        matches = what if callable(what) else lambda message: what in message.text
        return next((message for message in reversed(self.messages) if matches(message)), None)

    async def presses(
        self, title: str, inputs: Mapping[str, Any] | None = None, on: Message | What | None = None
    ) -> InvokeReply:
        """Press a button of a card that is there now, and let its reply take the card's place.

        `on` is the message, or what to look for; without it, the newest message with such a button. `inputs`
        are by id or label. Raises ClientRefuses for what the client would not send.
        """
        message = self._now(title, on)
        return await self._pressed(message, client.button(message.card, title), inputs or {})

    async def presses_old(
        self, title: str, inputs: Mapping[str, Any] | None = None, *, on: Message
    ) -> InvokeReply:
        """Press a button of a card as it was when `on` was seen, whatever has become of it since."""
        return await self._pressed(on, client.button(on.card, title), inputs or {})

    async def refreshes(self, on: Message | What) -> InvokeReply | None:
        """Open the chat after a while, so that the client refreshes a card that asks for it."""
        message = self._now("", on)
        refresh = message.card.get("refresh") or {}
        if not refresh.get("action") or self.id not in refresh.get("userIds", [self.id]):
            return None
        action = {**refresh["action"], "data": dict(refresh["action"].get("data") or {})}
        return await self._executes(message, action, trigger="automatic")

    async def invokes(self, name: str, value: dict[str, Any], **fields: Any) -> InvokeReply:
        """Send any other invoke, such as application/search."""
        return await self._channel.deliver(self.activity("invoke", name=name, value=value, **fields))

    def _now(self, title: str, on: Message | What | None) -> Message:
        if isinstance(on, Message):
            current = self._channel.chat_of(self).messages.get(on.id)
        else:
            current = self.looks_for(on if on is not None else lambda message: title in message.buttons)
        if current is None:
            shown = [message.buttons for message in self.messages]
            raise client.ClientRefuses(f"{self.name} has no such message; the buttons are {shown}.")
        return current

    async def _pressed(self, message: Message, pressed: Placed, inputs: Mapping[str, Any]) -> InvokeReply:
        action, kind = pressed.element, pressed.element["type"]
        if kind == "Action.ToggleVisibility":
            card = client.toggled(message.card, action.get("targetElements") or [])
            await self._channel.show(self._channel.chat_of(self), message.with_card(card))
            return InvokeReply(200, None)
        data = client.filled_data(message.card, pressed, inputs)
        if kind == "Action.Execute":
            return await self._executes(message, {**action, "data": data}, trigger="manual")
        if kind == "Action.Submit":
            return await self._channel.deliver(self.activity("message", value=data, replyToId=message.id))
        raise client.ClientRefuses(f"{kind} sends nothing to the bot.")

    async def _executes(self, message: Message, action: dict[str, Any], *, trigger: str) -> InvokeReply:
        sent = {"type": "Action.Execute", "id": action.get("id", ""), "verb": action.get("verb", "")}
        value = {"action": {**sent, "data": action["data"]}, "trigger": trigger}
        reply = await self.invokes("adaptiveCard/action", value, replyToId=message.id)
        self._channel.judge(reply)
        chat = self._channel.chat_of(self)
        if reply.status == 200 and reply.type == CARD_TYPE and message.id in chat.messages:
            await self._channel.show(chat, chat.messages[message.id].with_card(reply.card))
        return reply

    async def _accepted(self, activity: dict[str, Any]) -> None:
        reply = await self._channel.deliver(activity)
        if not 200 <= reply.status < 300:
            raise AssertionError(f"The bot answered {activity['type']} with {reply.status}: {reply.body!r}")
