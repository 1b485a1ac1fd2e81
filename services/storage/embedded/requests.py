"""Requests on TinyDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from services.domain.errors import AlreadyExists, OpenRequestExists, UnknownRequest, VersionConflict
from services.domain.request import OPEN_STATES, Request, RequestState, StageState
from services.storage.documents import Codec
from services.storage.embedded.index import Index, Place
from services.storage.embedded.table import Database

TABLE = "requests"
COUNTERS = "counters"

_REF, _PERSON, _STATE, _OPEN, _AWAITING, _DUE = "ref", "person", "state", "open", "awaiting", "due"
LAST_REF = "last ref"
"""The counter of the references that were drawn."""

_CODEC = Codec(Request, TABLE)


def _places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Where the queries below find a request."""
    created = datetime.fromisoformat(document["created_at"])
    beneficiary = document["beneficiary"]["id"]
    state = document["state"]
    yield (_REF, document["ref"]), created
    yield (_STATE, state), created
    for person_id in {document["requester"]["id"], beneficiary}:
        yield (_PERSON, person_id), created
    if state in OPEN_STATES:
        yield (_OPEN, beneficiary), created
    if state == RequestState.PENDING:
        yield (_DUE,), datetime.fromisoformat(document["expires_at"])
        current = next((stage for stage in document["stages"] if stage["state"] == StageState.WAITING), None)
        for approver in current["approvers"] if current else ():
            yield (_AWAITING, approver["id"]), created


class EmbeddedRequests:
    """The RequestStore. The docstrings of the port are the contract."""

    def __init__(self, database: Database) -> None:
        self._table = database.documents(TABLE)
        self._counters = database.documents(COUNTERS)
        self._index = Index(_places)
        self._drawn = 0
        database.memory.watch(TABLE, self._index)

    async def get(self, request_id: str) -> Request:
        """Raises UnknownRequest."""
        document = self._table.find(request_id)
        if document is None:
            raise UnknownRequest
        return _CODEC.decode(document)

    async def by_ref(self, ref: str) -> Request:
        """Raises UnknownRequest."""
        request_id = self._index.only(_REF, ref)
        if request_id is None:
            raise UnknownRequest
        return await self.get(request_id)

    async def next_ref(self) -> str:
        """From SB-000001 upward. One that was drawn is not drawn again, even if its transaction fails."""
        document = self._counters.find(LAST_REF)
        stored = document["value"] if document is not None else 0
        self._drawn = max(stored, self._drawn) + 1
        self._counters.put(LAST_REF, {"value": self._drawn})
        return f"SB-{self._drawn:06}"

    async def add(self, request: Request) -> None:
        """Raises AlreadyExists, OpenRequestExists."""
        if self._table.find(request.id) is not None:
            raise AlreadyExists(what="The request")
        if self._index.only(_REF, request.ref) is not None:
            raise AlreadyExists(what=f"A request {request.ref}")
        await self._write(request)

    async def save(self, request: Request, expected_version: int) -> None:
        """Raises UnknownRequest, VersionConflict; OpenRequestExists when it would be the second open one."""
        document = self._table.find(request.id)
        if document is None:
            raise UnknownRequest
        if document["version"] != expected_version:
            raise VersionConflict
        await self._write(request)

    async def open_of(self, beneficiary_id: str) -> Request | None:
        """The beneficiary's open request, if any."""
        request_id = self._index.only(_OPEN, beneficiary_id)
        return await self.get(request_id) if request_id is not None else None

    async def of(self, person_id: str, limit: int) -> Sequence[Request]:
        """Newest first."""
        return await self._load(self._index.descending(_PERSON, person_id), limit)

    async def awaiting(self, approver_id: str) -> Sequence[Request]:
        """Oldest first."""
        return await self._load(self._index.ascending(_AWAITING, approver_id))

    async def count_awaiting(self, approver_id: str) -> int:
        """How many ``awaiting`` would give."""
        return self._index.size(_AWAITING, approver_id)

    async def in_state(
        self, state: RequestState, limit: int, after: Request | None = None
    ) -> Sequence[Request]:
        """Oldest first."""
        if after is None:
            return await self._load(self._index.ascending(_STATE, state), limit)
        return await self._load(self._index.beyond((after.created_at, after.id), _STATE, state), limit)

    async def due(self, now: datetime, limit: int) -> Sequence[Request]:
        """The one that is overdue longest first."""
        return await self._load(self._index.upto(now, _DUE), limit)

    async def _load(self, request_ids: Iterable[str], limit: int | None = None) -> list[Request]:
        return [await self.get(request_id) for request_id in islice(request_ids, limit)]

    async def _write(self, request: Request) -> None:
        if request.is_open:
            other = self._index.only(_OPEN, request.beneficiary.id)
            if other is not None and other != request.id:
                raise OpenRequestExists(ref=(await self.get(other)).ref)
        self._table.put(request.id, _CODEC.encode(request))
