"""What people have before them: which message of a chat shows which request."""

from __future__ import annotations

from collections.abc import Callable, Collection

from services.domain.request import Request
from services.ports import Place, Post, Records

NEVER = -1
"""The version of a message that must be refreshed whatever the request's version is."""

LOOKED_AT = 200
"""Messages of one person among which one is looked for, the newest."""


class Screens:
    """Knows messages, so that the notice board keeps them true. ``hurry`` has it look at requests now."""

    def __init__(self, records: Records, hurry: Callable[[Collection[str]], None]) -> None:
        self._records = records
        self._hurry = hurry

    async def shown(self, request: Request, place: Place, activity_id: str, *, keep: bool) -> None:
        """Remember that a message of the person's now shows the request.

        ``keep`` leaves it as it is until the request changes, for it says something to that person alone.
        """
        post = _post(request, place, activity_id, request.version if keep else NEVER)
        async with self._records.transaction() as tx:
            known = any(_is_same(post, other) for other in await tx.posts.of_request(request.id))
            if keep or not known:
                await tx.posts.put(post)
            if not keep:
                await tx.posts.mark_stale(request.id)
        self._hurry({request.id})

    async def looked_at(self, request: Request, place: Place, activity_id: str) -> None:
        """Remember that the person's client found the request on a message. One that is true needs nothing.

        A client may hold a card that another one has taken the place of; that one keeps it.
        """
        post = _post(request, place, activity_id, NEVER)
        async with self._records.transaction() as tx:
            known = [other for other in await tx.posts.of_request(request.id) if _is_same(post, other)]
            if known and known[0].version == request.version:
                return
            if not known:
                theirs = await tx.posts.of_person(place.person_id, LOOKED_AT)
                if any(_is_same(post, other) for other in theirs):
                    return
                await tx.posts.put(post)
            await tx.posts.mark_stale(request.id)
        self._hurry({request.id})

    async def covered(self, place: Place, activity_id: str) -> None:
        """Forget a message in whose place something else is shown now; a change sends a new one."""
        async with self._records.transaction() as tx:
            await tx.posts.remove(place.conversation_id, activity_id)


def _post(request: Request, place: Place, activity_id: str, version: int) -> Post:
    return Post(
        request_id=request.id,
        person_id=place.person_id,
        conversation_id=place.conversation_id,
        activity_id=activity_id,
        version=version,
        born=request.version,
    )


def _is_same(post: Post, other: Post) -> bool:
    """Whether both are about the same message."""
    return (post.conversation_id, post.activity_id) == (other.conversation_id, other.activity_id)
