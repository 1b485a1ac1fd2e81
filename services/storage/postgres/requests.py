"""Requests on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.domain.errors import AlreadyExists, OpenRequestExists, UnknownRequest, VersionConflict
from services.domain.request import Request, RequestState
from services.storage.documents import Codec
from services.storage.finding import awaited
from services.storage.postgres.session import Row, Session
from services.storage.postgres.statements import load

_SQL = load("requests")
_CODEC = Codec(Request, "requests")


class PostgresRequests:
    """The RequestStore of one unit of work. The docstrings of the port are the contract."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, request_id: str) -> Request:
        """Raises UnknownRequest."""
        return _only(await self._session.read(_SQL["by_id"], id=request_id))

    async def by_ref(self, ref: str) -> Request:
        """Raises UnknownRequest."""
        return _only(await self._session.read(_SQL["by_ref"], ref=ref))

    async def next_ref(self) -> str:
        """From SB-000001 upward. One that was drawn is not drawn again, even if its transaction fails."""
        (row,) = await self._session.write(_SQL["next_ref"])
        return f"SB-{row['number']:06}"

    async def add(self, request: Request) -> None:
        """Raises AlreadyExists, OpenRequestExists."""
        if await self._session.write(_SQL["add"], **row(request)):
            return
        # Something stood in the way; by now it is there for all to see.
        for found in await self._session.read(
            _SQL["in_the_way"], id=request.id, ref=request.ref, beneficiary=request.beneficiary.id
        ):
            if found["id"] == request.id:
                raise AlreadyExists(what="The request")
            if found["ref"] == request.ref:
                raise AlreadyExists(what=f"A request {request.ref}")
            raise OpenRequestExists(ref=found["ref"])
        raise VersionConflict  # it was taken out of the way at this very moment

    async def save(self, request: Request, expected_version: int) -> None:
        """Raises UnknownRequest, VersionConflict; OpenRequestExists when it would be the second open one."""
        (outcome,) = await self._session.write(
            _SQL["save"], **row(request), expected_version=expected_version
        )
        if outcome["saved"]:
            return
        if outcome["other"] is not None:
            raise OpenRequestExists(ref=outcome["other"])
        if not outcome["known"]:
            raise UnknownRequest
        raise VersionConflict

    async def open_of(self, beneficiary_id: str) -> Request | None:
        """The beneficiary's open request, if any."""
        rows = await self._session.read(_SQL["open_of"], beneficiary=beneficiary_id)
        return _only(rows) if rows else None

    async def of(self, person_id: str, limit: int) -> Sequence[Request]:
        """Newest first."""
        return _all(await self._session.read(_SQL["of"], person=person_id, count=limit))

    async def awaiting(self, approver_id: str, limit: int, skip: int = 0) -> Sequence[Request]:
        """Oldest first."""
        rows = await self._session.read(_SQL["awaiting"], approver=approver_id, count=limit, skip=skip)
        return _all(rows)

    async def count_awaiting(self, approver_id: str) -> int:
        """How many ``awaiting`` would give."""
        (row,) = await self._session.read(_SQL["count_awaiting"], approver=approver_id)
        return int(row["count"])

    async def in_state(
        self, state: RequestState, limit: int, after: Request | None = None
    ) -> Sequence[Request]:
        """Oldest first."""
        if after is None:
            return _all(await self._session.read(_SQL["in_state"], state=state.value, count=limit))
        place = {"created_at": after.created_at, "id": after.id}
        rows = await self._session.read(_SQL["in_state_after"], state=state.value, count=limit, **place)
        return _all(rows)

    async def due(self, now: datetime, limit: int) -> Sequence[Request]:
        """The one that has waited longest first."""
        return _all(await self._session.read(_SQL["due"], now=now, count=limit))

    async def listed(self, limit: int, after: Request | None = None) -> Sequence[Request]:
        """Oldest first."""
        if after is None:
            return _all(await self._session.read(_SQL["listed"], count=limit))
        place = {"created_at": after.created_at, "id": after.id}
        return _all(await self._session.read(_SQL["listed_after"], count=limit, **place))


def row(request: Request) -> dict[str, Any]:
    """The columns that the queries look at, and the document."""
    return {
        "id": request.id,
        "ref": request.ref,
        "version": request.version,
        "state": request.state.value,
        "is_open": request.is_open,
        "requester": request.requester.id,
        "beneficiary": request.beneficiary.id,
        "awaiting": awaited(request),
        "created_at": request.created_at,
        "expires_at": request.expires_at,
        "wakes_at": request.wakes_at,
        "document": _CODEC.encode_json(request),
    }


def _only(rows: Sequence[Row]) -> Request:
    if not rows:
        raise UnknownRequest
    return _CODEC.decode_json(rows[0]["document"])


def _all(rows: Sequence[Row]) -> list[Request]:
    return [_CODEC.decode_json(row["document"]) for row in rows]
