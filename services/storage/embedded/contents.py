"""Everything that an open folder holds, to be read from one end to the other: the source of a move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.domain.number import Number
from services.domain.preferences import ApproverPreferences
from services.domain.request import Request
from services.ports import Note, Place, Post, Records
from services.storage.documents import Codec
from services.storage.embedded import approvers, marks, numbers, posts, requests
from services.storage.embedded.document import Stored
from services.storage.embedded.memory import MemoryStorage
from services.storage.embedded.trail import Trail
from services.storage.ends import PASSING, Key, Kind

_TABLES = {
    Kind.NUMBERS: numbers.TABLE,
    Kind.REQUESTS: requests.TABLE,
    Kind.POSTS: posts.POSTS,
    Kind.PLACES: posts.PLACES,
    Kind.NOTES: posts.STALE,
    Kind.APPROVERS: approvers.TABLE,
    Kind.MARKS: marks.MARKS,
}

_REQUESTS = Codec(Request, requests.TABLE)
_CODECS: Mapping[Kind, Codec[Any]] = {
    Kind.NUMBERS: Codec(Number, numbers.TABLE),
    Kind.REQUESTS: _REQUESTS,
    Kind.POSTS: Codec(Post, posts.POSTS),
    Kind.PLACES: Codec(Place, posts.PLACES),
    Kind.APPROVERS: Codec(ApproverPreferences, approvers.TABLE),
}


class Contents:
    """The Source of a move. Nobody may write while it is read."""

    def __init__(self, records: Records, memory: MemoryStorage, trail: Trail) -> None:
        self.records = records
        self._memory = memory
        self._trail = trail

    def count(self, kind: Kind) -> int:
        """How many there are."""
        return len(self._documents(kind))

    def count_entries(self) -> int:
        """How many audit entries there should be."""
        return self._trail.last.sequence if self._trail.last else 0

    def items(self, kind: Kind) -> Iterator[Any]:
        """All of a kind. Raises StoreDamaged for one that cannot be read."""
        documents = self._documents(kind)
        keys: Iterable[str] = documents
        if kind in PASSING:
            keys = sorted(documents, key=lambda key: int(documents[key][posts.ORDER]))
        for key in keys:
            yield _item(kind, key, documents[key])

    def has(self, kind: Kind, key: Key) -> bool:
        """Whether there is a record of that key."""
        return (posts.post_key(*key) if kind is Kind.POSTS else key[0]) in self._documents(kind)

    def request(self, request_id: str) -> Request | None:
        """One request, or None."""
        stored = self._documents(Kind.REQUESTS).get(request_id)
        return _REQUESTS.decode_json(stored.json) if stored is not None else None

    def last_ref(self) -> int:
        """The highest reference that was drawn; 0 when none was."""
        stored = self._memory.documents(requests.COUNTERS).get(requests.LAST_REF)
        return int(stored["value"]) if stored is not None else 0

    def _documents(self, kind: Kind) -> Mapping[str, Stored]:
        return self._memory.documents(_TABLES[kind])


def _item(kind: Kind, key: str, stored: Stored) -> Any:
    match kind:
        case Kind.MARKS:
            return key
        case Kind.NOTES:
            return Note(request_id=key, marks=stored.parsed().get(posts.TIMES, 0))
        case _:
            return _CODECS[kind].decode_json(stored.json)
