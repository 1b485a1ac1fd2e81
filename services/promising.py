"""Promising numbers to those who take a persona on."""

from __future__ import annotations

from datetime import datetime

from services.domain.errors import NoNumberFree
from services.domain.number import Number, hold, is_offered
from services.domain.offer import COUNTED
from services.domain.persona import NumberSpec
from services.locations import Locations
from services.ports import Transaction
from services.provisioning.persona_difference import fits


class Promises:
    """Finds and holds numbers as a persona asks for them."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations

    async def offered(self, tx: Transaction, spec: NumberSpec, now: datetime, limit: int) -> list[Number]:
        """Numbers on offer that the persona asks for. A tag is rare, so many offers are looked at."""
        location = self._locations.named(spec.location)
        types = spec.types or location.number_types
        looked_at = max(COUNTED, limit) if spec.tag else limit
        offered = await tx.numbers.offered(location.name, types, now, looked_at)
        return [number for number in offered if fits(number, spec)][:limit]

    async def promise(
        self, tx: Transaction, spec: NumberSpec, request_id: str, until: datetime, now: datetime
    ) -> str:
        """Hold the next one for a request. Raises NoNumberFree."""
        if spec.tag:
            return await self._tagged(tx, spec, request_id, until, now)
        location = self._locations.named(spec.location)
        types = spec.types or location.number_types
        held = await tx.numbers.hold_next(location.name, types, request_id, until, now)
        if held is None:
            raise NoNumberFree(location=spec.location)
        return held.e164

    async def _tagged(
        self, tx: Transaction, spec: NumberSpec, request_id: str, until: datetime, now: datetime
    ) -> str:
        """Hold one with the tag. Each is read once more by itself: from then on nobody else changes it."""
        for offered in await self.offered(tx, spec, now, COUNTED):
            number = await tx.numbers.get(offered.e164)
            if number is not None and fits(number, spec) and is_offered(number, now):
                await tx.numbers.put([hold(number, request_id, until, now)])
                return number.e164
        raise NoNumberFree(location=spec.location)

    def knows(self, spec: NumberSpec) -> bool:
        """Whether there is such a location."""
        return spec.location.casefold() in {location.name.casefold() for location in self._locations}

    def place(self, spec: NumberSpec | None) -> str:
        """The name of the location, as the locations spell it; empty where no number is given."""
        return self._locations.named(spec.location).name if spec else ""
