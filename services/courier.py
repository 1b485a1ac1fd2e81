"""The courier: brings one card of one request to one person, and finds the way to people who never wrote."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum
from functools import partial

import structlog

from services.changes import Changes
from services.domain.errors import (
    ChannelBusy,
    ChannelError,
    MessageGone,
    TenantBusy,
    TenantError,
    Unreachable,
)
from services.domain.request import Request
from services.domain.view import RequestView, view_for
from services.persistence import until_written
from services.ports import Directory, Messenger, Place, Post

log = structlog.get_logger()

NOTING_SECONDS = 60.0
"""How long it is tried to write down which message was sent, before it is given up and sent once more."""


class Delivery(Enum):
    """How one card fared. ``GONE``: the message was deleted; ``LATER``: the channel was busy."""

    DONE = "done"
    GONE = "gone"
    LATER = "later"
    UNREACHABLE = "unreachable"


class Courier:
    """Sends and updates cards, and remembers which message shows what."""

    def __init__(self, changes: Changes, messenger: Messenger, directory: Directory) -> None:
        self._changes = changes
        self._records = changes.records
        self._messenger = messenger
        self._directory = directory

    async def update(self, request: Request, post: Post, place: Place | None) -> Delivery:
        """Bring a message to the request's present version; the caller remembers it."""
        return await self._try(request, post.person_id, partial(self._update, request, post, place))

    async def post(self, request: Request, person_id: str) -> Delivery:
        """Send a new message and remember it, after installing the app for somebody who does not have it.

        Raises StoreUnavailable.
        """
        return await self._try(request, person_id, partial(self._post, request, person_id))

    async def take_away(self, request: Request, post: Post, place: Place | None) -> Delivery:
        """Delete a message in whose place there is a newer one; ``GONE`` when that is done."""
        delivery = await self._try(request, post.person_id, partial(self._delete, post, place))
        return delivery if delivery is Delivery.LATER else Delivery.GONE

    async def _delete(self, post: Post, place: Place | None) -> None:
        if place is not None:
            await self._messenger.delete(place, post)

    async def _try(self, request: Request, person_id: str, job: Callable[[], Awaitable[None]]) -> Delivery:
        try:
            await job()
        except MessageGone:
            return Delivery.GONE
        except (ChannelBusy, TenantBusy) as error:
            log.info("card_later", request=request.ref, person=person_id, words=error.sentence)
            return Delivery.LATER
        except (ChannelError, TenantError) as error:
            log.warning("person_unreachable", request=request.ref, person=person_id, words=error.sentence)
            return Delivery.UNREACHABLE
        return Delivery.DONE

    async def _update(self, request: Request, post: Post, place: Place | None) -> None:
        if place is None:
            raise Unreachable(who=post.person_id, words="the chat is not known any more")
        await self._messenger.update(place, post, self._view(request, post.person_id))

    async def _post(self, request: Request, person_id: str) -> None:
        place = await self._place(person_id)
        view = self._view(request, person_id)
        try:
            post = await self._messenger.post(place, view)
        except Unreachable:
            post = await self._messenger.post(await self._open(person_id), view)

        async def write() -> None:
            async with self._records.transaction() as tx:
                await tx.posts.put(post)

        await until_written(self._changes.clock, write, seconds=NOTING_SECONDS)

    async def _place(self, person_id: str) -> Place:
        async with self._records.transaction() as tx:
            place = await tx.posts.place_of(person_id)
        return place or await self._open(person_id)

    async def _open(self, person_id: str) -> Place:
        """Install the app for somebody who has never written, and open the chat with them."""
        async with self._records.transaction() as tx:
            via = await tx.posts.some_place()
        if via is None:
            raise ChannelBusy(words="nobody has written to Switchboard yet, so its address is not known")
        chat_id = await self._directory.install_app(person_id)
        place = await self._messenger.open_chat(person_id, chat_id, via)
        async with self._records.transaction() as tx:
            await tx.posts.put_place(place)
        return place

    def _view(self, request: Request, person_id: str) -> RequestView:
        return view_for(request, person_id, is_admin=self._changes.is_admin(person_id))
