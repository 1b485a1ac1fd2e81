"""Who decides in somebody's place: their deputy, or the next above them who can."""

from __future__ import annotations

from services.approvals.attendance import Attendance, Attending
from services.domain.errors import PersonUnknown
from services.domain.person import Person
from services.domain.stage import Approver
from services.ports import Directory


class StandIns:
    """Finds the person who really decides. ``excluded`` are ids of those who may not: they have a part in it,
    or are asked already.
    """

    def __init__(self, directory: Directory, attendance: Attendance) -> None:
        self._directory = directory
        self._attendance = attendance

    async def for_seat(self, person: Person, why: str, excluded: frozenset[str]) -> Approver | None:
        """Who decides where ``person`` should, for the reason ``why``; None where nobody can.

        Raises TenantBusy.
        """
        if not may_decide(person, excluded):
            return await self._above(person, _cannot(person, excluded), excluded)
        attending = await self._attendance.of(person)
        deputy = await self._deputy(attending, excluded)
        if deputy is not None:
            return _approver(deputy, _deputising(attending), (person.id,))
        if not attending.is_away:
            return _approver(person, why, (person.id,))
        above = await self._above(person, _away(attending), excluded)
        return above or _approver(person, f"{why}, although {_away(attending)}", (person.id,))

    async def next_up(self, approver: Approver, excluded: frozenset[str]) -> Approver | None:
        """Who is asked as well when ``approver`` does not answer."""
        because = f"{approver.name} did not decide in time"
        return await self._first_above(approver.id, because, excluded, approver.fills)

    async def _deputy(self, attending: Attending, excluded: frozenset[str]) -> Person | None:
        """Who is asked in their place, where they named somebody who can decide and is at work."""
        if attending.deputy is None:
            return None
        try:
            deputy = await self._directory.person(attending.deputy.id)
        except PersonUnknown:
            return None
        if not may_decide(deputy, excluded) or (await self._attendance.of(deputy)).is_away:
            return None
        return deputy

    async def _above(self, person: Person, because: str, excluded: frozenset[str]) -> Approver | None:
        return await self._first_above(person.id, because, excluded, (person.id,))

    async def _first_above(
        self, person_id: str, because: str, excluded: frozenset[str], seats: tuple[str, ...]
    ) -> Approver | None:
        """The first manager upwards who can decide and is at work, or the deputy whom that one named."""
        try:
            chain = await self._directory.management_chain(person_id)
        except PersonUnknown:
            return None
        why = f"next manager up, because {because}"
        for above in chain:
            if not may_decide(above, excluded):
                continue
            attending = await self._attendance.of(above)
            deputy = await self._deputy(attending, excluded)
            if deputy is not None:
                return _approver(deputy, f"{_deputising(attending)}: {why}", seats)
            if not attending.is_away:
                return _approver(above, why, seats)
        return None


def may_decide(person: Person, excluded: frozenset[str]) -> bool:
    """Whether the person works here and has no part in the request."""
    return person.can_work and person.id not in excluded


def _approver(person: Person, why: str, seats: tuple[str, ...]) -> Approver:
    return Approver(id=person.id, name=person.display_name, why=why, seats=seats)


def _deputising(attending: Attending) -> str:
    name = attending.person.display_name
    return f"deputy of {name}, who is out of office" if attending.is_away else f"deputy of {name}"


def _cannot(person: Person, excluded: frozenset[str]) -> str:
    if person.id in excluded:
        return f"{person.display_name} has a part in the request"
    what = "a guest" if person.account_enabled else "disabled"
    return f"{person.display_name}'s account is {what}"


def _away(attending: Attending) -> str:
    name, until = attending.person.display_name, attending.availability.back_at
    if until is None:
        return f"{name} is out of office"
    return f"{name} is out of office until {until.astimezone(attending.hours.zone):%d %b %Y}".replace(
        " 0", " "
    )
