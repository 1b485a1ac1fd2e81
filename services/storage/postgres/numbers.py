"""The number inventory on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.domain.errors import StoreUnavailable
from services.domain.number import Number, NumberType, hold
from services.domain.offer import COUNTED
from services.storage.documents import Codec
from services.storage.postgres.session import Row, Session
from services.storage.postgres.statements import load

_SQL = load("numbers")
_CODEC = Codec(Number, "numbers")

CANDIDATES = 100
"""Looked at for one reservation: more than there are reservations under way at one moment."""

LOOKS, LOOK_SECONDS = 300, 0.02
"""How often, and how far apart, the last numbers are looked for while others are just taking them."""


class PostgresNumbers:
    """The NumberStore of one unit of work. The docstrings of the port are the contract."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, e164: str) -> Number | None:
        """One number, or None. Locked, so that what is decided from it is still so when it is written."""
        return _first(await self._session.write(_SQL["lock"], e164=e164))

    async def put(self, numbers: Sequence[Number]) -> None:
        """Write the numbers as they are, new or known."""
        if numbers:
            await self._session.write(_SQL["put"], **columns(numbers))

    async def add(self, numbers: Sequence[Number]) -> Sequence[Number]:
        """Write those that are not known yet, and give them."""
        if not numbers:
            return []
        rows = await self._session.write(_SQL["add"], **columns(numbers))
        added = {row["e164"] for row in rows}
        return [number for number in numbers if number.e164 in added]

    async def offered(
        self, location: str, types: Sequence[NumberType], now: datetime, limit: int
    ) -> Sequence[Number]:
        """Ascending by E.164."""
        rows = await self._session.read(_SQL["offered"], **_wanted(location, types, now), count=limit)
        return [_CODEC.decode_json(row["document"]) for row in rows]

    async def hold_next(
        self,
        location: str,
        types: Sequence[NumberType],
        request_id: str,
        until: datetime,
        now: datetime,
    ) -> Number | None:
        """Hold the first offered number; None when none is left.

        A number that somebody else is just taking is skipped, not waited for. When there is no other, it is
        looked for again until that is decided: its taker may step back, and "none is free" must be true. To
        wait for its lock would not do: PostgreSQL keeps the locks of rows that it looked at in vain, and
        those who wait would wait for each other.
        """
        wanted = _wanted(location, types, now)
        for _ in range(LOOKS):
            number = _first(await self._session.write(_SQL["lock_next"], **wanted, count=CANDIDATES))
            if number is not None:
                held = hold(number, request_id, until, now)
                await self.put([held])
                return held
            if not await self.offered(location, types, now, 1):
                return None
            await self._session.read(_SQL["pause"], seconds=LOOK_SECONDS)
        raise StoreUnavailable(words="the last numbers are being taken by others")

    async def assigned_to(self, person_id: str) -> Sequence[Number]:
        """Ascending by E.164."""
        rows = await self._session.read(_SQL["assigned_to"], person=person_id)
        return [_CODEC.decode_json(row["document"]) for row in rows]

    async def free_by_location(self, now: datetime) -> dict[str, int]:
        """How many numbers are offered in each location that has any."""
        rows = await self._session.read(_SQL["free_by_location"], now=now, most=COUNTED)
        return {row["location"]: int(row["count"]) for row in rows}

    async def count(self) -> int:
        """How many numbers there are."""
        (row,) = await self._session.read(_SQL["count"])
        return int(row["count"])


def _wanted(location: str, types: Sequence[NumberType], now: datetime) -> dict[str, Any]:
    return {"location": location, "types": [one.value for one in dict.fromkeys(types)], "now": now}


def _first(rows: Sequence[Row]) -> Number | None:
    return _CODEC.decode_json(rows[0]["document"]) if rows else None


def columns(numbers: Sequence[Number]) -> dict[str, list[Any]]:
    """The columns that the queries look at, and the documents; the last one of a number counts."""
    unique = list({number.e164: number for number in numbers}.values())
    return {
        "e164s": [number.e164 for number in unique],
        "types": [number.type.value for number in unique],
        "locations": [number.location for number in unique],
        "statuses": [number.status.value for number in unique],
        "resting": [number.resting_until for number in unique],
        "assignees": [number.assignee.id if number.assignee else None for number in unique],
        "disputed": [number.discrepancy is not None for number in unique],
        "documents": [_CODEC.encode_json(number) for number in unique],
    }
