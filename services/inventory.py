"""The inventory: taking over the tenant's numbers, and what a person has now."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from services.changes import SWITCHBOARD
from services.domain.location import TEAMS_PHONE_PLAN
from services.domain.number import Number, NumberStatus, block
from services.domain.offer import PhoneView
from services.domain.person import Actor, PersonRef
from services.locations import Locations
from services.ports import AssignmentStatus, Clock, Directory, Records, Telephony, TenantNumber

TAKEN_OVER = "numbers taken over"
"""The mark of an inventory that is complete: before it, nothing is offered."""

BATCH = 1000
"""Numbers written in one transaction while the tenant's are taken over."""


class Inventory:
    """Numbers, as far as people see them."""

    def __init__(
        self, records: Records, directory: Directory, telephony: Telephony, locations: Locations, clock: Clock
    ) -> None:
        self._records = records
        self._directory = directory
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

    async def phone_of(self, actor: Actor) -> PhoneView:
        """What the person has now, read from the tenant. Raises PersonUnknown, TenantBusy."""
        person, licences, voice = await asyncio.gather(
            self._directory.person(actor.id),
            self._directory.licences(actor.id),
            self._telephony.configuration(actor.id),
        )
        async with self._records.transaction() as tx:
            open_request = await tx.requests.open_of(actor.id)
        return PhoneView(
            person=person,
            numbers=voice.numbers if voice else (),
            voice_enabled=voice.voice_enabled if voice else False,
            licensed=TEAMS_PHONE_PLAN in licences.plans,
            policies=voice.policies if voice else {},
            open_request=open_request,
        )

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
