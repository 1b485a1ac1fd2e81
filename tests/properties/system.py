"""The system under test: the use cases on one kind of records, a tenant in memory, and time moved by hand."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, replace

from bot.approval_parts import ApprovalParts
from services.approvals.chaser import Chaser
from services.approvals.decisions import Approvals
from services.changes import Changes
from services.domain.audit import AuditEntry
from services.domain.errors import UnknownRequest
from services.domain.number import Number
from services.domain.persona import no_personas
from services.domain.request import Request
from services.inventory import TAKEN_OVER
from services.ports import Records, Transaction
from services.provisioning.conduct import Conductor
from services.provisioning.pace import Pace
from services.requests import Requests
from tests.clock import FakeClock
from tests.fakes.provisioner import NoProvisioner
from tests.fakes.telephony import FakeTelephony
from tests.properties.backends import Backend
from tests.properties.company import (
    ADMIN,
    FALLBACK,
    LOCATIONS,
    NUMBERS,
    REST,
    RULES,
    AssistedRequests,
    ManagedDirectory,
    a_tenant,
    an_inventory,
)
from tests.properties.faults import Faults, FaultyRecords

DAYS = 5
"""How long a request waits for a decision."""

# Pauses are of the same length each time, so that the same steps take the same time on all records.
PACE = Pace(first_pause=0, longest_pause=0, patience=200, doubt=60, late_doubt=120, fault_patience=60)
PAUSE = 60.0


@dataclass(frozen=True)
class Snapshot:
    """Everything that is in the records, found by looking at each single record."""

    requests: dict[str, Request]
    numbers: dict[str, Number]
    notes: dict[str, int]
    audit: tuple[AuditEntry, ...]

    def without_refs(self) -> tuple[object, ...]:
        """What must be the same on all records. Which references were skipped may differ."""
        requests = {key: replace(request, ref="") for key, request in self.requests.items()}
        audit = [(entry.at, entry.actor, entry.what, entry.subject) for entry in self.audit]
        return requests, self.numbers, self.notes, audit


class System:
    """``forms`` are ids of forms: of those that became requests, and the latest; ``shown`` what cards show.

    ``store`` are the records without their faults; ``seen`` is what was in them after the last step.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.clock = FakeClock()
        self.tenant = a_tenant(self.clock)
        self.faults = Faults()
        self.forms: list[str] = []
        self._form_ids = (f"form-{count}" for count in itertools.count(1))
        self.shown: dict[str, int] = {}
        self.seen = Snapshot({}, {}, {}, ())

    @classmethod
    async def opened(cls, backend: Backend) -> System:
        backend.clear()
        system = cls(backend)
        await system.open()
        async with system.store.transaction() as tx:
            await tx.numbers.add(an_inventory(system.clock.now()))
            await tx.marks.put(TAKEN_OVER)
        system.seen = await system.look()
        return system

    async def open(self) -> None:
        """Open the records and put the use cases on them."""
        self.store = await self.backend.open(self.clock)
        records: Records = FaultyRecords(self.store, self.faults)
        directory, telephony = ManagedDirectory(self.tenant), FakeTelephony(self.tenant)
        changes = Changes(records, self.clock, frozenset({ADMIN.id}), lambda _: None)
        self.records = records
        self.requests = Requests(changes, NoProvisioner())
        parts = ApprovalParts.of(directory, changes, lambda: RULES, FALLBACK.id)
        self.chaser = Chaser(changes, parts.routing, directory, no_personas, NoProvisioner())
        self.approvals = Approvals(
            changes, NoProvisioner(), parts.routing, parts.attendance, parts.finder, chase=lambda: None
        )
        self.number_requests = AssistedRequests(
            changes, directory, telephony, LOCATIONS, parts.routing, parts.behalf, NoProvisioner(), DAYS
        )
        self.conductor = Conductor.of(
            records,
            directory,
            telephony,
            LOCATIONS,
            self.clock,
            changed=lambda _: None,
            sleep=self._pause,
            pace=PACE,
            rest=REST,
        )

    async def restart(self) -> None:
        await self.store.close()
        await self.open()

    def new_form(self) -> None:
        """Somebody opens a form, which is from now on the latest."""
        self.forms.append(next(self._form_ids))

    async def look(self) -> Snapshot:
        """Look at every record by its key."""
        async with self.store.transaction() as tx:
            numbers = {key: await tx.numbers.get(key) for key in NUMBERS}
            requests = {key: found for key in self.forms if (found := await _request(tx, key)) is not None}
            self.forms = [key for key in self.forms if key in requests or key == self.forms[-1]]
            notes = {key: await tx.posts.note_of(key) for key in self.forms}
            return Snapshot(
                requests,
                {key: number for key, number in numbers.items() if number is not None},
                {key: note.marks for key, note in notes.items() if note is not None},
                tuple([entry async for entry in tx.audit.entries()]),
            )

    async def _pause(self, seconds: float) -> None:
        self.clock.move(max(seconds, PAUSE))
        await asyncio.sleep(0)


async def _request(tx: Transaction, key: str) -> Request | None:
    try:
        return await tx.requests.get(key)
    except UnknownRequest:
        return None
