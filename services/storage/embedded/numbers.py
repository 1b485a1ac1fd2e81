"""The number inventory on TinyDB."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.domain.number import Number, NumberStatus, NumberType, hold, is_offered
from services.domain.offer import COUNTED
from services.storage.documents import Codec
from services.storage.embedded.index import Index, Place
from services.storage.embedded.table import Database

TABLE = "numbers"

_FREE, _RESTING, _PERSON = "free", "resting", "person"

_CODEC = Codec(Number, TABLE)

_AT_ONCE = 100
"""Numbers written before other work has its turn."""


def _places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Where the queries below find a number."""
    e164, status = document["e164"], document["status"]
    assignee = document["assignee"]
    if status == NumberStatus.ASSIGNED and assignee is not None:
        yield (_PERSON, assignee["id"]), e164
    if document["discrepancy"] is not None:
        return
    if status == NumberStatus.FREE:
        yield (_FREE, document["location"], document["type"]), e164
    elif status == NumberStatus.RESTING and document["resting_until"] is not None:
        until = datetime.fromisoformat(document["resting_until"])
        yield (_RESTING, document["location"], document["type"]), until


class EmbeddedNumbers:
    """The NumberStore. The docstrings of the port are the contract."""

    def __init__(self, database: Database) -> None:
        self._table = database.documents(TABLE)
        self._index = Index(_places)
        database.memory.watch(TABLE, self._index)

    async def get(self, e164: str) -> Number | None:
        """One number, or None."""
        document = self._table.find(e164)
        return _CODEC.decode(document) if document is not None else None

    async def put(self, numbers: Sequence[Number]) -> None:
        """Write the numbers as they are, new or known."""
        for place, number in enumerate(numbers, start=1):
            self._table.put(number.e164, _CODEC.encode(number))
            if place % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def add(self, numbers: Sequence[Number]) -> Sequence[Number]:
        """Write those that are not known yet, and give them."""
        fresh = [number for number in numbers if self._table.find(number.e164) is None]
        await self.put(fresh)
        return fresh

    async def offered(
        self, location: str, types: Sequence[NumberType], now: datetime, limit: int
    ) -> Sequence[Number]:
        """Ascending by E.164."""
        found: list[Number] = []
        for e164 in self._candidates(location, types, now):
            if len(found) >= limit:
                break
            number = await self.get(e164)
            if number is not None and is_offered(number, now):
                found.append(number)
        return found

    async def hold_next(
        self,
        location: str,
        types: Sequence[NumberType],
        request_id: str,
        until: datetime,
        now: datetime,
    ) -> Number | None:
        """Hold the first offered number; None when none is left."""
        for number in await self.offered(location, types, now, 1):
            held = hold(number, request_id, until, now)
            await self.put([held])
            return held
        return None

    async def assigned_to(self, person_id: str) -> Sequence[Number]:
        """Ascending by E.164."""
        found = [await self.get(e164) for e164 in self._index.ascending(_PERSON, person_id)]
        return [number for number in found if number is not None]

    async def free_by_location(self, now: datetime) -> dict[str, int]:
        """How many numbers are offered in each location that has any."""
        counts: dict[str, int] = {}
        for label in self._index.labels():
            kind, location = label[0], label[1]
            if kind == _FREE:
                counts[location] = counts.get(location, 0) + self._index.size(*label)
            elif kind == _RESTING and (rested := self._index.size_upto(now, *label)):
                counts[location] = counts.get(location, 0) + rested
        return {location: min(count, COUNTED) for location, count in counts.items()}

    async def count(self) -> int:
        """How many numbers there are."""
        return len(self._table)

    def _candidates(self, location: str, types: Sequence[NumberType], now: datetime) -> Iterator[str]:
        """Free numbers and those that have rested, ascending."""
        sources: list[Iterator[str]] = []
        for number_type in dict.fromkeys(types):
            sources.append(self._index.ascending(_FREE, location, number_type))
            sources.append(iter(sorted(self._index.upto(now, _RESTING, location, number_type))))
        return heapq.merge(*sources)
