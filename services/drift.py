"""Comparing everyone whom Switchboard gave personas with what they have: on demand, and every night."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog

from services.changes import SWITCHBOARD
from services.domain.drift import DriftReport, Finding
from services.domain.errors import PersonUnknown, TenantError
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

Outcome = tuple[Finding, ...] | None
"""What was found about one person; None when they could not be looked at."""


class Drift:
    """Looks for drift."""

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

    async def look(self, only: str = "") -> DriftReport:
        """Look at everyone, or at the one person of an id. Who cannot be looked at is listed as unread."""
        latest = await self._latest()
        asked = [request for person_id, request in latest.items() if only in {"", person_id}]
        catalogue, room = self._catalogue(), asyncio.Semaphore(AT_ONCE)

        async def one(request: Request) -> Outcome:
            async with room:
                return await self._of(request, catalogue)

        outcomes = await asyncio.gather(*(one(request) for request in asked))
        return DriftReport(
            at=self._clock.now(),
            looked_at=len(asked),
            findings=tuple(finding for outcome in outcomes for finding in outcome or ()),
            unread=tuple(
                request.beneficiary
                for request, outcome in zip(asked, outcomes, strict=True)
                if outcome is None
            ),
        )

    async def nightly(self) -> None:
        """Look every night, for as long as it runs: once, however many replicas there are."""
        while True:
            await self._clock.sleep((_next_night(self._clock.now()) - self._clock.now()).total_seconds())
            await self.tonight()

    async def tonight(self) -> DriftReport | None:
        """The run of this night, unless it was begun already, here or by another replica."""
        night = f"{self._clock.now():%Y-%m-%d}"
        async with self._records.transaction() as tx:
            if not await tx.marks.claim(f"drift {night}"):
                return None
        report = await self.look()
        for finding in report.findings:
            log.warning("drift", person=finding.person.id, persona=finding.persona, what=finding.what)
        log.info("drift_looked_for", people=report.looked_at, findings=len(report.findings))
        async with self._records.transaction() as tx:
            facts = {
                "people": str(report.looked_at),
                "drifted": str(report.people),
                "findings": str(len(report.findings)),
                "unread": str(len(report.unread)),
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
            return None
        return tuple(drift(who, tuple(_given(request)), catalogue, has))

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


def _given(request: Request) -> Iterator[str]:
    if request.change is not None:
        yield from request.change.keeps
        yield from request.change.takes


def _next_night(now: datetime) -> datetime:
    tonight = now.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)
