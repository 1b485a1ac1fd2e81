"""What approvers choose for themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.approvals.attendance import Attendance
from services.approvals.finding import Finder
from services.changes import Changes
from services.domain.approval_errors import BadPeriod, CannotDecide, PersonNotFound
from services.domain.errors import PersonUnknown
from services.domain.person import Actor, Person, PersonRef
from services.domain.preferences import ApproverPreferences, PreferencesInput
from services.ports import Directory


class Preferences:
    """Reads and writes an approver's choices."""

    def __init__(
        self, changes: Changes, directory: Directory, attendance: Attendance, finder: Finder
    ) -> None:
        self._changes = changes
        self._directory = directory
        self._attendance = attendance
        self._finder = finder

    async def of(self, actor: Actor) -> ApproverPreferences:
        """What the actor chose."""
        async with self._changes.records.transaction() as tx:
            return await tx.approvers.get(actor.id)

    async def choose(self, actor: Actor, entered: PreferencesInput) -> ApproverPreferences:
        """Remember what the actor chose.

        Raises PersonNotFound, PersonAmbiguous, CannotDecide, BadPeriod, TenantBusy; then nothing was changed.
        """
        deputy = await self._deputy(actor, entered.deputy.strip())
        since, until = await self._period(actor, entered) if deputy is not None else (None, None)
        async with self._changes.records.transaction() as tx:
            known = await tx.approvers.get(actor.id)
            chosen = replace(
                known,
                deputy=deputy,
                deputy_from=since,
                deputy_until=until,
                wants_digest=entered.wants_digest,
            )
            await tx.approvers.put(chosen)
            facts = {
                "deputy": deputy.id if deputy else "",
                "from": str(since or ""),
                "until": str(until or ""),
            }
            await tx.audit.append(self._changes.clock.now(), actor.id, "deputy chosen", actor.id, facts)
        return chosen

    async def _deputy(self, actor: Actor, words: str) -> PersonRef | None:
        """Whom the words name, if they can decide by now: whoever was chosen before may have left since."""
        if not words:
            return None
        person = await self._named(actor, words)
        if person.id == actor.id:
            raise CannotDecide(name=person.display_name, why="that is you")
        if not person.can_work:
            raise CannotDecide(name=person.display_name, why="the account is no enabled member account")
        return person.ref

    async def _named(self, actor: Actor, words: str) -> Person:
        """The person. The name that the card came with is the one who was chosen before."""
        known = (await self.of(actor)).deputy
        if known is None or known.name != words:
            return await self._finder.one(words)
        try:
            return await self._directory.person(known.id)
        except PersonUnknown:
            raise PersonNotFound(name=words) from None

    async def _period(self, actor: Actor, entered: PreferencesInput) -> tuple[date | None, date | None]:
        """Both days, or none of them. Raises BadPeriod."""
        if not entered.since.strip() and not entered.until.strip():
            return None, None
        try:
            since, until = (
                date.fromisoformat(entered.since.strip()),
                date.fromisoformat(entered.until.strip()),
            )
        except ValueError as error:
            raise BadPeriod from error
        attending = await self._attendance.of(await self._directory.person(actor.id))
        today = self._changes.clock.now().astimezone(attending.hours.zone).date()
        if until < since or until < today:
            raise BadPeriod
        return since, until
