"""Who is at work: from mailboxes, presence, deputies and calendars."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.approval_rules.calendar import working_time
from services.domain.approval_rule import Rulebook
from services.domain.errors import PersonUnknown, TenantBusy
from services.domain.person import Person, PersonRef
from services.domain.preferences import ApproverPreferences
from services.domain.stage import Approver, Timing
from services.domain.working_time import WorkingTime
from services.ports import Availability, Clock, Directory, Records

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attending:
    """One person today. ``deputy`` is who is asked in their place, if they have named somebody for that."""

    person: Person
    availability: Availability
    hours: WorkingTime
    deputy: PersonRef | None = None

    @property
    def is_away(self) -> bool:
        """Whether they are out of office."""
        return self.availability.is_away


class Attendance:
    """Knows who is at work, and when."""

    def __init__(
        self, directory: Directory, records: Records, clock: Clock, rulebook: Callable[[], Rulebook]
    ) -> None:
        self._directory = directory
        self._records = records
        self._clock = clock
        self._rulebook = rulebook

    async def of(self, person: Person) -> Attending:
        """Whether the person is there, and who stands in for them."""
        availability = await self._availability(person)
        async with self._records.transaction() as tx:
            chosen = await tx.approvers.get(person.id)
        return self._attending(person, availability, chosen)

    async def _availability(self, person: Person) -> Availability:
        """What the tenant tells; nobody's request waits for a mailbox that cannot be read just now."""
        try:
            return await self._directory.availability(person.id)
        except TenantBusy as busy:
            log.warning("availability_unknown", person=person.id, words=busy.sentence)
            return Availability()

    async def of_all(self, people: Iterable[Person]) -> Sequence[Attending]:
        """The same for several, asked at the same time."""
        return await asyncio.gather(*(self.of(person) for person in people))

    async def moments(
        self, approvers: Iterable[Approver], timing: Timing
    ) -> tuple[datetime | None, tuple[datetime, ...]]:
        """When a stage that is asked for now is due, if it is, and when it is reminded of.

        Each approver has their full hours, so the last one's count.
        """
        if not timing.limit_hours and not timing.remind_hours:
            return None, ()
        hours = [attending.hours for attending in await self.of_all(await self._people(approvers))]
        due = self._latest(hours, timing.limit_hours) if timing.limit_hours else None
        reminders = sorted({self._latest(hours, after) for after in timing.remind_hours})
        return due, tuple(moment for moment in reminders if due is None or moment < due)

    async def _people(self, approvers: Iterable[Approver]) -> list[Person]:
        """Those who are in the directory; a stage that is asked for may outlive an account."""

        async def person(person_id: str) -> Person | None:
            try:
                return await self._directory.person(person_id)
            except PersonUnknown:
                return None

        found = await asyncio.gather(*(person(who.id) for who in approvers))
        return [one for one in found if one is not None]

    def _latest(self, hours: Sequence[WorkingTime], count: float) -> datetime:
        now = self._clock.now()
        return max((one.after(now, count) for one in hours), default=now)

    def _attending(
        self, person: Person, availability: Availability, chosen: ApproverPreferences
    ) -> Attending:
        hours = working_time(availability, person, self._rulebook())
        today = self._clock.now().astimezone(hours.zone).date()
        deputy = chosen.deputy_on(today, is_away=availability.is_away)
        return Attending(person=person, availability=availability, hours=hours, deputy=deputy)
