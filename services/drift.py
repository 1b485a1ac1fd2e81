"""Comparing everyone whom Switchboard gave personas with what they have: on demand, and every night."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog

from services.changes import SWITCHBOARD
from services.domain.drift import DriftReport, Finding
from services.domain.errors import BadInput, PersonUnknown, SwitchboardError, TenantError
from services.domain.person import PersonRef
from services.domain.persona import Catalogue
from services.domain.request import Request, RequestKind, RequestState
from services.ports import Clock, Directory, Records, Telephony
from services.provisioning.persona_drift import Has, drift, gone

log = structlog.get_logger()

AT_ONCE = 4
"""People who are looked at at the same time: the tenant's quota is for those who wait for something."""

PAGE = 500
NIGHT_HOUR = 2
"""When the nightly run begins, in UTC."""

NO_CATALOGUE = "There are no personas to compare with. `personas check` says what is wrong with the file."

UNDER_WAY = frozenset({RequestState.PROVISIONING, RequestState.NEEDS_ATTENTION, RequestState.ROLLING_BACK})
"""States in which somebody's account is between what it was and what it is to be; their card tells of it."""


class NotNow(Enum):
    """Why there are no findings about somebody."""

    UNREAD = auto()
    CHANGING = auto()


Outcome = tuple[Finding, ...] | NotNow


class Drift:
    """Looks for drift. ``last`` is what this process saw last when it looked at everyone, if it did."""

    def __init__(
        self,
        records: Records,
        directory: Directory,
        telephony: Telephony,
        catalogue: Callable[[], Catalogue],
        clock: Clock,
    ) -> None:
        self._records = records
        self._directory = directory
        self._telephony = telephony
        self._catalogue = catalogue
        self._clock = clock
        self._alone = asyncio.Lock()
        self.last: DriftReport | None = None

    async def look(self) -> DriftReport:
        """Look at everyone. Who asks while somebody else's look is under way gets what that one sees.

        Raises BadInput when there is no catalogue.
        """
        seen = self.last
        async with self._alone:
            if self.last is None or self.last is seen:
                self.last = await self._compare((await self._latest()).values())
            return self.last

    async def look_at(self, key: str) -> DriftReport:
        """Look at one person, by object id or user principal name.

        Raises BadInput for somebody whom Switchboard never gave a persona, and TenantBusy, NotPermitted.
        """
        try:
            person_id = (await self._directory.person(key)).id
        except PersonUnknown:
            person_id = key.strip().lower()  # of an account that is gone its id is still known here
        request = (await self._latest()).get(person_id)
        if request is None:
            raise BadInput(what=f"Switchboard has not given {key} a persona, so there is nothing to compare.")
        return await self._compare([request])

    async def _compare(self, asked: Collection[Request]) -> DriftReport:
        began, catalogue, room = self._clock.now(), self._catalogue(), asyncio.Semaphore(AT_ONCE)
        if asked and not catalogue.personas:  # a file that cannot be read must not make everybody drift
            raise BadInput(what=NO_CATALOGUE)

        async def one(request: Request) -> Outcome:
            async with room:
                return await self._of(request, catalogue)

        outcomes = await asyncio.gather(*(one(request) for request in asked))
        # What was read of somebody whose change ended meanwhile is of neither before nor after.
        still = {request.id for request in (await self._latest()).values()}
        settled = [
            (request.beneficiary, outcome if request.id in still else NotNow.CHANGING)
            for request, outcome in zip(asked, outcomes, strict=True)
        ]
        return DriftReport(
            at=began,
            looked_at=len(asked),
            findings=tuple(
                finding for _, outcome in settled if not isinstance(outcome, NotNow) for finding in outcome
            ),
            unread=tuple(who for who, outcome in settled if outcome is NotNow.UNREAD),
            changing=tuple(who for who, outcome in settled if outcome is NotNow.CHANGING),
        )

    async def nightly(self) -> None:
        """Look every night, for as long as it runs: once, however many replicas there are.

        A night in which nobody was up is made up for by the first who is.
        """
        while True:
            if self._clock.now().hour >= NIGHT_HOUR:
                await self.tonight()
            now = self._clock.now()
            await self._clock.sleep((_next_night(now) - now).total_seconds())

    async def tonight(self) -> DriftReport | None:
        """The run of this night, unless it was begun already, here or by another replica.

        One that breaks off is not begun again before the next night; without a catalogue none is begun.
        """
        if not self._catalogue().personas:
            log.warning("drift_not_looked_for", words=NO_CATALOGUE)
            return None
        night = f"{self._clock.now():%Y-%m-%d}"
        async with self._records.transaction() as tx:
            if not await tx.marks.claim(f"drift {night}"):
                return None
        try:
            report = await self.look()
        except SwitchboardError as error:
            log.warning("drift_not_looked_for", words=error.sentence)
            return None
        for finding in report.findings:
            log.warning("drift", person=finding.person.id, persona=finding.persona, what=finding.what)
        log.info(
            "drift_looked_for",
            people=report.looked_at,
            findings=len(report.findings),
            unread=len(report.unread),
            changing=len(report.changing),
        )
        async with self._records.transaction() as tx:
            facts = {
                "people": str(report.looked_at),
                "drifted": str(report.people),
                "findings": str(len(report.findings)),
                "unread": str(len(report.unread)),
                "changing": str(len(report.changing)),
            }
            await tx.audit.append(report.at, SWITCHBOARD, "drift looked for", night, facts)
        return report

    async def _latest(self) -> dict[str, Request]:
        """The latest completed change of persona of each person."""
        latest: dict[str, Request] = {}
        last: Request | None = None
        while True:
            async with self._records.transaction() as tx:
                page = await tx.requests.in_state(RequestState.COMPLETED, PAGE, after=last)
            for request in page:
                if request.kind is RequestKind.PERSONA:
                    latest[request.beneficiary.id] = request
            if len(page) < PAGE:
                return latest
            last = page[-1]

    async def _of(self, request: Request, catalogue: Catalogue) -> Outcome:
        who = request.beneficiary
        try:
            has = await self._has(who)
        except PersonUnknown:
            return (gone(who),)
        except TenantError as error:
            log.info("drift_unread", person=who.id, words=error.sentence)
            return NotNow.UNREAD
        async with self._records.transaction() as tx:  # after the tenant was read: see ``_compare``
            now_open = await tx.requests.open_of(who.id)
        if now_open is not None and now_open.state in UNDER_WAY:
            return NotNow.CHANGING
        change = request.change
        given = tuple(dict.fromkeys((*change.keeps, *change.takes))) if change else ()
        return tuple(drift(who, given, catalogue, has, ended=change.drops if change else ()))

    async def _has(self, who: PersonRef) -> Has:
        person, memberships, licences, bought, voice = await asyncio.gather(
            self._directory.person(who.id),
            self._directory.memberships(who.id),
            self._directory.licences(who.id),
            self._directory.subscriptions(),
            self._telephony.configuration(who.id),
        )
        async with self._records.transaction() as tx:
            numbers = await tx.numbers.assigned_to(who.id)
        return Has(
            person=person,
            memberships=memberships,
            licences=licences,
            bought=bought,
            voice=voice,
            numbers=numbers,
        )


def _next_night(now: datetime) -> datetime:
    tonight = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)
