"""The list of replicas where there is one process: kept in memory, for it ends with the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.ports import Replica


class EmbeddedReplicas:
    """The ReplicaStore of all transactions."""

    def __init__(self) -> None:
        self._known: dict[str, Replica] = {}

    async def beat(self, replica_id: str, version: str) -> None:
        """Say once more that a replica is alive."""
        known = self._known.get(replica_id, Replica(id=replica_id, version=version, beats=0))
        self._known[replica_id] = replace(known, version=version, beats=known.beats + 1)

    async def all(self) -> Sequence[Replica]:
        """Ascending by id."""
        return [self._known[replica_id] for replica_id in sorted(self._known)]

    async def forget(self, replica_id: str) -> None:
        """Take one off the list."""
        self._known.pop(replica_id, None)
