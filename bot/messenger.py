"""The Messenger port in Teams."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import channel_errors as channel
from bot.outbound import Outbound
from bot.outbound_json import Reference
from cards.digest import digest_card
from cards.request import request_card
from services.domain.errors import ChannelBusy, ChannelError, MessageGone, Unreachable
from services.domain.request import Request
from services.domain.view import RequestView
from services.ports import Place, Post

CARD = "application/vnd.microsoft.card.adaptive"


def reference_to(place: Place) -> Reference:
    """A place as the channel's client takes it."""
    return Reference(
        service_url=place.service_url,
        conversation_id=place.conversation_id,
        tenant_id=place.tenant_id,
        bot_id=place.bot_id,
        channel_id=place.channel_id,
    )


def message_with(card: dict[str, Any]) -> dict[str, Any]:
    """A message that is one card."""
    return {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}


class TeamsMessenger:
    """Writes the cards of requests into personal chats."""

    def __init__(self, outbound: Outbound, tenant_id: str, now: Callable[[], datetime]) -> None:
        self._outbound = outbound
        self._tenant_id = tenant_id
        self._now = now

    async def post(self, place: Place, view: RequestView) -> Post:
        """Send a new card of the request. Raises Unreachable, ChannelBusy."""
        activity = message_with(request_card(view, self._now()))
        try:
            activity_id = await self._outbound.send(reference_to(place), activity)
        except channel.ChannelError as error:
            raise _translated(error, place.person_id) from error
        if not activity_id:
            raise ChannelBusy(words="the channel did not say which message it made")
        return Post(
            request_id=view.request.id,
            person_id=place.person_id,
            conversation_id=place.conversation_id,
            activity_id=activity_id,
            version=view.request.version,
            born=view.request.version,
        )

    async def update(self, place: Place, post: Post, view: RequestView) -> None:
        """Replace the card in place. Raises MessageGone, Unreachable, ChannelBusy."""
        activity = message_with(request_card(view, self._now()))
        try:
            await self._outbound.update(_reference_of(place, post), post.activity_id, activity)
        except channel.ChannelError as error:
            raise _translated(error, place.person_id) from error

    async def delete(self, place: Place, post: Post) -> None:
        """Take the message away. Raises MessageGone, Unreachable, ChannelBusy."""
        try:
            await self._outbound.delete(_reference_of(place, post), post.activity_id)
        except channel.ChannelError as error:
            raise _translated(error, place.person_id) from error

    async def digest(self, place: Place, waiting: Sequence[Request], count: int) -> None:
        """Send a new card of what waits for the person's decision. Raises Unreachable, ChannelBusy."""
        activity = message_with(digest_card(waiting, place.person_id, count))
        try:
            await self._outbound.send(reference_to(place), activity)
        except channel.ChannelError as error:
            raise _translated(error, place.person_id) from error

    async def open_chat(self, person_id: str, chat_id: str | None, via: Place) -> Place:
        """Open the chat with somebody who has the app but has not written yet.

        Without a chat's id the channel is asked for one by the person's object id. Raises Unreachable,
        ChannelBusy.
        """
        if not chat_id:
            try:
                chat_id = await self._outbound.create_conversation(
                    via.service_url, self._tenant_id, person_id, bot_id=via.bot_id
                )
            except channel.ChannelError as error:
                raise _translated(error, person_id) from error
        return replace(via, person_id=person_id, conversation_id=chat_id)


def _reference_of(place: Place, post: Post) -> Reference:
    """The chat that the message is in, reached where its person is reached today."""
    return reference_to(replace(place, conversation_id=post.conversation_id))


def _translated(error: channel.ChannelError, who: str) -> ChannelError:
    if isinstance(error, channel.MessageGone):
        return MessageGone()
    if isinstance(error, channel.ChannelUnavailable):
        return ChannelBusy(words=str(error))
    return Unreachable(who=who, words=error.code or str(error))
