"""The inventory: taking over the tenant's numbers."""

from __future__ import annotations

from collections.abc import Collection

from services.changes import SWITCHBOARD
from services.domain.number import Number, NumberStatus, block
from services.domain.person import PersonRef
from services.locations import Locations
from services.ports import AssignmentStatus, Clock, Records, Telephony, TenantNumber

TAKEN_OVER = "numbers taken over"
"""The mark of an inventory that is complete: before it, nothing is offered."""

BATCH = 1000
"""Numbers written in one transaction while the tenant's are taken over."""


class Inventory:
    """Numbers, as far as people see them."""

    def __init__(self, records: Records, telephony: Telephony, locations: Locations, clock: Clock) -> None:
        self._records = records
        self._telephony = telephony
        self._locations = locations
        self._clock = clock

    async def is_taken_over(self) -> bool:
        """Whether the tenant's numbers were all read once."""
        async with self._records.transaction() as tx:
            return await tx.marks.has(TAKEN_OVER)

    async def take_over(self, blocked: Collection[str] = ()) -> int:
        """Add the tenant's numbers that are not known yet, and give how many there were.

        What is known already stays as it is, so a take-over that broke off is begun again without harm.
        Numbers that belong to no location are left out; those in ``blocked`` (E.164) are never offered.
        """
        added = 0
        batch: list[Number] = []
        async for listed in self._telephony.numbers():
            number = self._number(listed)
            if number is not None:
                batch.append(block(number) if number.e164 in blocked else number)
            if len(batch) == BATCH:
                added += await self._add(batch)
                batch = []
        added += await self._add(batch)
        async with self._records.transaction() as tx:
            await tx.marks.put(TAKEN_OVER)
        return added

    def _number(self, listed: TenantNumber) -> Number | None:
        location = self._locations.of_number(listed.telephone_number, listed.city)
        if location is None:
            return None
        match listed.status:
            case AssignmentStatus.UNASSIGNED if listed.assignable_to_users:
                status, assignee = NumberStatus.FREE, None
            case AssignmentStatus.USER if listed.assignment_target_id:
                status = NumberStatus.ASSIGNED
                assignee = PersonRef(id=listed.assignment_target_id, name="")
            case _:
                status, assignee = NumberStatus.FORBIDDEN, None
        return Number(
            e164=listed.telephone_number,
            type=listed.type,
            location=location.name,
            country=location.country,
            status=status,
            location_id=listed.location_id,
            assignee=assignee,
        )

    async def _add(self, batch: list[Number]) -> int:
        async with self._records.transaction() as tx:
            fresh = await tx.numbers.add(batch)
            if fresh:
                facts = {"count": str(len(fresh)), "first": fresh[0].e164, "last": fresh[-1].e164}
                await tx.audit.append(
                    self._clock.now(), SWITCHBOARD, "numbers taken over", "inventory", facts
                )
        return len(fresh)
