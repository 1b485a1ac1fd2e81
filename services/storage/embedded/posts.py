"""Messages, places and the outbox on TinyDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from services.ports import Note, Place, Post
from services.storage.documents import Codec
from services.storage.embedded import index
from services.storage.embedded.table import Database

POSTS = "posts"
PLACES = "places"
STALE = "stale"

_POST_CODEC = Codec(Post, POSTS)
_PLACE_CODEC = Codec(Place, PLACES)

_REQUEST, _PERSON, _ALL = "request", "person", "all"
ORDER = "order"
"""Added to the document of a post and of a note: which came first."""
TIMES = "marks"
"""Of the document of a note: how often that was noted."""


def _post_places(document: Mapping[str, Any]) -> Iterator[index.Place]:
    yield (_REQUEST, document["request_id"]), document[ORDER]
    yield (_PERSON, document["person_id"]), document[ORDER]
    yield (_ALL,), document[ORDER]


def _note_places(document: Mapping[str, Any]) -> Iterator[index.Place]:
    yield (_ALL,), document[ORDER]


def post_key(conversation_id: str, activity_id: str) -> str:
    """Under which a message is kept."""
    # Both ids are the channel's and may hold any character, so a length keeps them apart.
    return f"{len(conversation_id)}:{conversation_id}:{activity_id}"


class EmbeddedPosts:
    """The PostStore. The docstrings of the port are the contract."""

    def __init__(self, database: Database) -> None:
        self._posts = database.documents(POSTS)
        self._places = database.documents(PLACES)
        self._stale = database.documents(STALE)
        self._post_index = index.Index(_post_places)
        self._note_index = index.Index(_note_places)
        database.memory.watch(POSTS, self._post_index)
        database.memory.watch(STALE, self._note_index)

    async def of_request(self, request_id: str) -> Sequence[Post]:
        """Oldest first."""
        keys = self._post_index.ascending(_REQUEST, request_id)
        documents = [self._posts.find(key) for key in keys]
        return [_POST_CODEC.decode(document) for document in documents if document is not None]

    async def of_person(self, person_id: str, limit: int) -> Sequence[Post]:
        """Newest first."""
        keys = islice(self._post_index.descending(_PERSON, person_id), limit)
        documents = [self._posts.find(key) for key in keys]
        return [_POST_CODEC.decode(document) for document in documents if document is not None]

    async def put(self, post: Post) -> None:
        """Remember a message, or the version that it now shows."""
        key = post_key(post.conversation_id, post.activity_id)
        known = self._posts.find(key)
        order = known[ORDER] if known is not None else self._post_index.last_rank(0, _ALL) + 1
        self._posts.put(key, {**_POST_CODEC.encode(post), ORDER: order})

    async def remove(self, conversation_id: str, activity_id: str) -> None:
        """Forget a message that shows a request no more."""
        self._posts.drop(post_key(conversation_id, activity_id))

    async def place_of(self, person_id: str) -> Place | None:
        """Where the person can be written to."""
        document = self._places.find(person_id)
        return _PLACE_CODEC.decode(document) if document is not None else None

    async def some_place(self) -> Place | None:
        """The first that TinyDB comes to."""
        document = next(iter(self._places), None)
        return _PLACE_CODEC.decode(document) if document is not None else None

    async def put_place(self, place: Place) -> None:
        """Remember where the person can be written to."""
        self._places.put(place.person_id, _PLACE_CODEC.encode(place))

    async def mark_stale(self, request_id: str) -> None:
        """Note that cards of the request must be refreshed."""
        known = self._stale.find(request_id)
        note = known or {ORDER: self._note_index.last_rank(0, _ALL) + 1}
        self._stale.put(request_id, {**note, TIMES: note.get(TIMES, 0) + 1})

    async def note_of(self, request_id: str) -> Note | None:
        """The note about a request."""
        document = self._stale.find(request_id)
        return Note(request_id=request_id, marks=document.get(TIMES, 0)) if document is not None else None

    async def take_stale(self, limit: int) -> Sequence[Note]:
        """The note that was left first comes first. One process has them all."""
        notes = [await self.note_of(key) for key in islice(self._note_index.ascending(_ALL), limit)]
        return [note for note in notes if note is not None]

    async def clear_stale(self, note: Note) -> None:
        """Forget the note unless it was marked again since."""
        if await self.note_of(note.request_id) == note:
            self._stale.drop(note.request_id)
