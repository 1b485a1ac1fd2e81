"""The port to chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.domain.request import Request
from services.domain.view import RequestView


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person can be written to: their personal chat with the bot. Renewed by what they send."""

    person_id: str
    service_url: str
    conversation_id: str
    tenant_id: str
    bot_id: str
    channel_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message that shows a request to a person.

    ``version`` is the request's version on the card, ``born`` the one at which the message was sent: a nudge
    needs a message that is at least as new.
    """

    request_id: str
    person_id: str
    conversation_id: str
    activity_id: str
    version: int
    born: int = 0


class Messenger(Protocol):
    """Writes to people in chat."""

    async def post(self, place: Place, view: RequestView) -> Post:
        """Send a new card of the request. Raises Unreachable, ChannelBusy."""
        ...

    async def update(self, place: Place, post: Post, view: RequestView) -> None:
        """Replace the card in place. Raises MessageGone, Unreachable, ChannelBusy."""
        ...

    async def delete(self, place: Place, post: Post) -> None:
        """Take the message away. Raises MessageGone, Unreachable, ChannelBusy."""
        ...

    async def digest(self, place: Place, waiting: Sequence[Request], count: int) -> None:
        """Send a new card that lists what waits for the person's decision, the oldest of ``count``.

        Raises Unreachable, ChannelBusy.
        """
        ...

    async def open_chat(self, person_id: str, chat_id: str | None, via: Place) -> Place:
        """Open the chat with somebody who has the app but has not written yet.

        ``via`` is anybody's place: the channel is reached at its address. Raises Unreachable, ChannelBusy.
        """
        ...
