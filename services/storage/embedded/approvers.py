"""What approvers chose, on TinyDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.domain.preferences import ApproverPreferences
from services.storage.documents import Codec
from services.storage.embedded.index import Index, Place
from services.storage.embedded.table import Database

TABLE = "approvers"

_DIGEST = "digest"

_CODEC = Codec(ApproverPreferences, TABLE)


def _places(document: Mapping[str, Any]) -> Iterator[Place]:
    if document["wants_digest"]:
        yield (_DIGEST,), document["person_id"]


class EmbeddedApprovers:
    """The ApproverStore of all transactions. The docstrings of the port are the contract."""

    def __init__(self, database: Database) -> None:
        self._table = database.documents(TABLE)
        self._index = Index(_places)
        database.memory.watch(TABLE, self._index)

    async def get(self, person_id: str) -> ApproverPreferences:
        """What the person chose, or the defaults."""
        document = self._table.find(person_id)
        return _CODEC.decode(document) if document is not None else ApproverPreferences(person_id=person_id)

    async def put(self, preferences: ApproverPreferences) -> None:
        """Remember it in place of what was chosen before."""
        self._table.put(preferences.person_id, _CODEC.encode(preferences))

    async def with_digest(self) -> Sequence[ApproverPreferences]:
        """Ascending by id."""
        return [await self.get(person_id) for person_id in self._index.ascending(_DIGEST)]
