"""What approvers chose, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.domain.preferences import ApproverPreferences
from services.storage.documents import Codec
from services.storage.postgres.session import Session
from services.storage.postgres.statements import load

_SQL = load("approvers")
_CODEC = Codec(ApproverPreferences, "approvers")


class PostgresApprovers:
    """The ApproverStore of one unit of work. The docstrings of the port are the contract."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, person_id: str) -> ApproverPreferences:
        """What the person chose, or the defaults. Locked, also where there is no row to lock yet."""
        await self._session.write(_SQL["lock"], person_id=person_id)
        # Only a statement that begins after the lock was got sees what its last holder wrote.
        rows = await self._session.read(_SQL["find"], person_id=person_id)
        return _CODEC.decode_json(rows[0]["document"]) if rows else ApproverPreferences(person_id=person_id)

    async def put(self, preferences: ApproverPreferences) -> None:
        """Remember it in place of what was chosen before. Waits for who got it for a change."""
        await self._session.write(_SQL["put"], **row(preferences))

    async def with_digest(self) -> Sequence[ApproverPreferences]:
        """Ascending by id."""
        rows = await self._session.read(_SQL["with_digest"])
        return [_CODEC.decode_json(row["document"]) for row in rows]


def row(preferences: ApproverPreferences) -> dict[str, Any]:
    """The columns that the queries look at, and the document."""
    return {
        "person_id": preferences.person_id,
        "wants_digest": preferences.wants_digest,
        "document": _CODEC.encode_json(preferences),
    }
