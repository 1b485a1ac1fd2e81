"""The port to the other running copies of Switchboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One running copy. ``beats`` grows for as long as it lives; ``version`` is that of its workflows."""

    id: str
    version: str
    beats: int


class ReplicaStore(Protocol):
    """Who is there. Nobody's clock counts: a copy is alive while its beats grow."""

    async def beat(self, replica_id: str, version: str) -> None:
        """Say once more that a replica is alive; the first time makes it known."""
        ...

    async def all(self) -> Sequence[Replica]:
        """Everyone who has beaten and was not forgotten, ascending by id."""
        ...

    async def forget(self, replica_id: str) -> None:
        """Take one off the list: it has ended, or died."""
        ...
