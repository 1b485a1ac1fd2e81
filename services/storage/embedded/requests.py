"""Requests on TinyDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from services.domain.errors import AlreadyExists, OpenRequestExists, UnknownRequest, VersionConflict
from services.domain.request import OPEN_STATES, Request, RequestState
from services.storage.documents import Codec
from services.storage.embedded.index import Index, Place
from services.storage.embedded.table import Database
from services.storage.finding import awaited

TABLE = "requests"
COUNTERS = "counters"

_REF, _PERSON, _STATE, _OPEN, _AWAITING, _DUE = "ref", "person", "state", "open", "awaiting", "due"
_ALL = "all"
AWAITED, WAKES = "awaited", "wakes_at"
"""Added to the document of a pending request, so that a start need not work them out for every one."""
LAST_REF = "last ref"
"""The counter of the references that were drawn."""

_CODEC = Codec(Request, TABLE)


def _places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Where the queries below find a request."""
    created = datetime.fromisoformat(document["created_at"])
    beneficiary = document["beneficiary"]["id"]
    state = document["state"]
    yield (_REF, document["ref"]), created
    yield (_ALL,), created
    yield (_STATE, state), created
    for person_id in {document["requester"]["id"], beneficiary}:
        yield (_PERSON, person_id), created
    if state in OPEN_STATES:
        yield (_OPEN, beneficiary), created
    if state == RequestState.PENDING:
        approvers, wakes_at = _waits_for(document)
        yield (_DUE,), wakes_at
        for approver_id in approvers:
            yield (_AWAITING, approver_id), created


def _waits_for(document: Mapping[str, Any]) -> tuple[Sequence[str], datetime]:
    """Whose decision is waited for, and until when."""
    if WAKES in document:
        return document[AWAITED], datetime.fromisoformat(document[WAKES])
    request = _CODEC.decode(document)  # as versions wrote it that knew no stages with limits
    return awaited(request), request.wakes_at


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

    async def awaiting(self, approver_id: str, limit: int, skip: int = 0) -> Sequence[Request]:
        """Oldest first."""
        return await self._load(islice(self._index.ascending(_AWAITING, approver_id), skip, None), limit)

    async def count_awaiting(self, approver_id: str) -> int:
        """How many ``awaiting`` would give."""
        return self._index.size(_AWAITING, approver_id)

    async def in_state(
        self, state: RequestState, limit: int, after: Request | None = None
    ) -> Sequence[Request]:
        """Oldest first."""
        return await self._load(self._page(after, _STATE, state), limit)

    async def due(self, now: datetime, limit: int) -> Sequence[Request]:
        """The one that has waited longest first."""
        return await self._load(self._index.upto(now, _DUE), limit)

    async def listed(self, limit: int, after: Request | None = None) -> Sequence[Request]:
        """Oldest first."""
        return await self._load(self._page(after, _ALL), limit)

    def _page(self, after: Request | None, *label: str) -> Iterator[str]:
        if after is None:
            return self._index.ascending(*label)
        return self._index.beyond((after.created_at, after.id), *label)

    async def _load(self, request_ids: Iterable[str], limit: int) -> list[Request]:
        return [await self.get(request_id) for request_id in islice(request_ids, limit)]

    async def _write(self, request: Request) -> None:
        if request.is_open:
            other = self._index.only(_OPEN, request.beneficiary.id)
            if other is not None and other != request.id:
                raise OpenRequestExists(ref=(await self.get(other)).ref)
        document = _CODEC.encode(request)
        if request.state is RequestState.PENDING:
            document |= {AWAITED: awaited(request), WAKES: request.wakes_at.isoformat()}
        self._table.put(request.id, document)
