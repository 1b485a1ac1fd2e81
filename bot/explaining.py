"""`requests rules explain`: who would be asked for a request. Names the adapters, as wiring.py does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.approval_parts import ApprovalParts
from bot.catalogue import catalogue_of
from bot.choices import database_of, open_kept_records
from bot.rules import directory_of, written_rules
from services.approvals.finding import Finder
from services.approvals.subject import Subject, number_subject, persona_subject
from services.changes import Changes
from services.clock import SystemClock
from services.domain.course import Course
from services.domain.errors import BadInput, DataFolderInUse, NoApprover
from services.domain.request import RequestKind
from services.graph.directory import GraphDirectory
from services.graph.telephony import GraphTelephony
from services.locations import Locations
from services.ports import Records
from services.provisioning.persona_survey import survey_persona
from services.provisioning.survey import survey
from services.settings import Settings
from services.storage.embedded import AUDIT_FILE, EmbeddedRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked about. ``by`` is empty for somebody who asks for themselves."""

    kind: RequestKind
    person: str
    by: str = ""
    persona: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What would happen. ``refusal`` is why nobody can be asked.

    ``knows_deputies``: whether the deputies that approvers have named were looked at.
    """

    subject: Subject
    course: Course | None
    refusal: str = ""
    knows_deputies: bool = True


async def explain(settings: Settings, asking: Asking) -> Explained:
    """Find out who would be asked. Raises BadInput, TenantError, StoreError."""
    rulebook = written_rules(settings)
    async with directory_of(settings, offline=False) as found, _records(settings) as (records, is_kept):
        if found is None:
            raise BadInput(what="Microsoft 365 has to be asked who would decide.")
        graph, directory = found
        changes = Changes(records, SystemClock(), frozenset(), lambda _: None)
        parts = ApprovalParts.of(directory, changes, lambda: rulebook, settings.fallback_approver)
        subject = await _subject(settings, asking, directory, GraphTelephony(graph), parts.finder)
        try:
            course = await parts.routing.course(subject)
        except NoApprover as error:
            return Explained(subject=subject, course=None, refusal=error.sentence, knows_deputies=is_kept)
        return Explained(subject=subject, course=course, knows_deputies=is_kept)


async def _subject(
    settings: Settings, asking: Asking, directory: GraphDirectory, telephony: GraphTelephony, finder: Finder
) -> Subject:
    """The request as it would be asked for. Raises BadInput for no such persona or location."""
    person = await finder.one(asking.person)
    by = (await finder.one(asking.by)).id if asking.by else person.id
    if asking.kind is RequestKind.NUMBER:
        locations = Locations.read(settings.locations)
        location = locations.named(asking.location) if asking.location else locations.of_person(person)
        return number_subject(by, person, location, await survey(directory, telephony, person, location))
    catalogue = catalogue_of(settings)
    chosen = catalogue.named(asking.persona)
    if chosen is None:
        names = ", ".join(persona.name for persona in catalogue)
        raise BadInput(what=f"Name a persona with --persona. There are: {names}.")
    return persona_subject(by, await survey_persona(directory, telephony, person, catalogue, chosen))


@asynccontextmanager
async def _records(settings: Settings) -> AsyncIterator[tuple[Records, bool]]:
    """The records, for the deputies in them; empty ones where a running Switchboard holds the folder."""
    is_kept = bool(database_of(settings)) or (settings.data / AUDIT_FILE).is_file()
    with TemporaryDirectory() as folder:
        try:
            records = await open_kept_records(settings, "explain") if is_kept else await _empty(folder)
        except DataFolderInUse:
            records, is_kept = await _empty(folder), False
        try:
            yield records, is_kept
        finally:
            await records.close()


async def _empty(folder: str) -> Records:
    return await EmbeddedRecords.open(Path(folder), SystemClock())
