"""The daily digest: one message a day about all that waits, for approvers who choose it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services.approvals.attendance import Attendance
from services.changes import Changes
from services.domain.errors import ChannelBusy, SwitchboardError
from services.domain.preferences import ApproverPreferences
from services.domain.waiting import PER_PAGE
from services.ports import Directory, Messenger

log = structlog.get_logger()

HOUR = 9
"""From which hour of the approver's own time it is sent."""

ROUND_SECONDS = 60.0
AGAIN = timedelta(minutes=10)
"""When somebody is looked at again whose digest is not due."""


class Digest:
    """Sends digests on days that the approver works, in the morning of their own time."""

    def __init__(
        self, changes: Changes, directory: Directory, attendance: Attendance, messenger: Messenger
    ) -> None:
        self._changes = changes
        self._records = changes.records
        self._clock = changes.clock
        self._directory = directory
        self._attendance = attendance
        self._messenger = messenger
        self._later: dict[str, datetime] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await self._clock.sleep(ROUND_SECONDS)

    async def once(self) -> None:
        """Send the digests that are due now."""
        now = self._clock.now()
        self._later = {key: until for key, until in self._later.items() if until > now}
        async with self._records.transaction() as tx:
            wanting = await tx.approvers.with_digest()
        for chosen in wanting:
            if chosen.person_id in self._later:
                continue
            self._later[chosen.person_id] = now + AGAIN
            try:
                await self._send(chosen, now)
            except SwitchboardError as error:
                log.warning("digest_failed", person=chosen.person_id, words=error.sentence)

    async def _send(self, chosen: ApproverPreferences, now: datetime) -> None:
        attending = await self._attendance.of(await self._directory.person(chosen.person_id))
        local = now.astimezone(attending.hours.zone)
        today = local.date()
        if local.hour < HOUR or not attending.hours.works_on(today) or attending.is_away:
            return
        async with self._records.transaction() as tx:
            known = await tx.approvers.get(chosen.person_id)
            place = await tx.posts.place_of(chosen.person_id)
            count = await tx.requests.count_awaiting(chosen.person_id)
            if known.last_digest == today:
                return
            # Claimed before it is sent: a process that dies in between loses one digest and never doubles it.
            # A morning on which nothing waits is over, too: what comes later has a card of its own.
            await tx.approvers.put(replace(known, last_digest=today))
            if place is None or not count:
                return
            waiting = await tx.requests.awaiting(chosen.person_id, PER_PAGE)
        try:
            await self._messenger.digest(place, waiting, count)
        except ChannelBusy:
            async with self._records.transaction() as tx:
                claimed = await tx.approvers.get(chosen.person_id)
                await tx.approvers.put(replace(claimed, last_digest=known.last_digest))
            raise
