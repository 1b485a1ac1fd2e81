"""The list of replicas on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from services.ports import Replica
from services.storage.postgres.session import Session
from services.storage.postgres.statements import load

_SQL = load("replicas")


class PostgresReplicas:
    """The ReplicaStore of one unit of work. The docstrings of the port are the contract."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def beat(self, replica_id: str, version: str) -> None:
        """Say once more that a replica is alive."""
        await self._session.write(_SQL["beat"], id=replica_id, version=version)

    async def all(self) -> Sequence[Replica]:
        """Ascending by id."""
        rows = await self._session.read(_SQL["everyone"])
        return [Replica(id=row["id"], version=row["version"], beats=row["beats"]) for row in rows]

    async def forget(self, replica_id: str) -> None:
        """Take one off the list."""
        await self._session.write(_SQL["forget"], id=replica_id)
