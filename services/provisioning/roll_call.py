"""Which replicas are alive, as one of them sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.ports import Clock, Records, Replica

BEAT_SECONDS = 2.0
"""Between beats, and between looks at those of the others."""

SILENCE = timedelta(seconds=10)
"""A replica that has not beaten for so long is dead. Several beats, so that a busy database buries nobody."""

LONGEST_GAP = timedelta(seconds=6)
"""Between two looks of ours. After a longer one, such as a database that was away, everyone's silence begins
anew: they may have been as cut off as we were."""


class RollCall:
    """Beats for one replica and watches the others. Its times are of its own clock alone."""

    def __init__(self, records: Records, clock: Clock, replica_id: str, version: str) -> None:
        self.replica_id = replica_id
        self._records = records
        self._clock = clock
        self._version = version
        self._heard: dict[str, tuple[int, datetime]] = {}
        self._looked: datetime | None = None
        self._alive: tuple[Replica, ...] = ()

    @property
    def alive(self) -> frozenset[str]:
        """Ids of those that were alive at the last look, this one among them."""
        return frozenset(replica.id for replica in self._alive) | {self.replica_id}

    @property
    def others(self) -> frozenset[str]:
        """The same without this one."""
        return self.alive - {self.replica_id}

    def has_version(self, version: str | None) -> bool:
        """Whether somebody alive knows the workflows of that version."""
        return version == self._version or any(replica.version == version for replica in self._alive)

    async def look(self) -> bool:
        """Beat, see who is there, and strike the dead off the list; whether somebody has gone.

        Raises StoreUnavailable.
        """
        async with self._records.transaction() as tx:
            await tx.replicas.beat(self.replica_id, self._version)
            everyone = await tx.replicas.all()
        before = self.alive
        self._alive = tuple(self._living(everyone))
        dead = {replica.id for replica in everyone} - self.alive
        if dead:
            async with self._records.transaction() as tx:
                for replica_id in sorted(dead):
                    await tx.replicas.forget(replica_id)
        return bool(before - self.alive) or bool(dead)

    async def leave(self) -> None:
        """Say that this one ends, so that the others need not wait for its silence."""
        async with self._records.transaction() as tx:
            await tx.replicas.forget(self.replica_id)

    def _living(self, everyone: Sequence[Replica]) -> list[Replica]:
        now = self._clock.now()
        is_late = self._looked is None or now - self._looked > LONGEST_GAP
        self._looked = now
        heard: dict[str, tuple[int, datetime]] = {}
        for replica in everyone:
            beats, since = self._heard.get(replica.id, (-1, now))
            heard[replica.id] = (replica.beats, now if is_late or replica.beats != beats else since)
        self._heard = heard
        return [replica for replica in everyone if now - heard[replica.id][1] <= SILENCE]
