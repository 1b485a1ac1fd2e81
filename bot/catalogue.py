"""The catalogue for the bot and for its commands. Names the adapters of Graph, as wiring.py does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.rules import directory_of, written_rules
from services.catalogue import file
from services.catalogue.changes import Change, changes_between, outdated
from services.catalogue.holder import Personas
from services.catalogue.review import Microsoft365, importable, review
from services.domain.number import NumberType
from services.domain.persona import Catalogue, no_personas
from services.graph.telephony import GraphTelephony
from services.locations import Locations
from services.settings import Settings
from services.written.findings import FaultyFile, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to. ``version`` is that of the catalogue afterwards."""

    findings: Sequence[Finding]
    changes: Sequence[Change] = ()
    version: int = 0

    @property
    def errors(self) -> int:
        """How many findings kept it from being imported."""
        return sum(finding.is_error for finding in self.findings)


def personas_of(settings: Settings) -> Callable[[], Catalogue]:
    """The catalogue at each call: a changed file counts at once. Raises BadInput without locations."""
    return Personas(settings.personas, _offers(settings)).current


def catalogue_of(settings: Settings) -> Catalogue:
    """The catalogue as its file says now. Raises BadInput when it has faults or cannot be read."""
    return file.read(settings.personas, _offers(settings))


async def check_catalogue(settings: Settings, *, offline: bool) -> list[Finding]:
    """Everything that is wrong with the catalogue's file. Raises BadInput when it cannot be read."""
    offers = _offers(settings)
    try:
        draft = file.read_draft(settings.personas, offers)
    except FaultyFile as faulty:
        return list(faulty.findings)
    async with _tenant(settings, offline=offline) as tenant:
        return await review(draft, offers, written_rules(settings), tenant)


async def import_workbook(settings: Settings, book: Path, *, offline: bool, dry_run: bool) -> Imported:
    """Put a workbook in the place of the catalogue's file, unless anything in it is wrong."""
    from services.catalogue.workbook import read_workbook  # openpyxl takes its time

    offers = _offers(settings)
    before = _before(settings.personas, offers)
    draft = read_workbook(book, offers)
    async with _tenant(settings, offline=offline) as tenant:
        findings = await review(draft, offers, written_rules(settings), tenant)
        findings += outdated(draft, before)
    try:
        wanted = importable(draft, findings)
    except FaultyFile:
        return Imported(findings=findings)
    changes = changes_between(before, wanted)
    if not changes:
        return Imported(findings=findings, version=before.version)
    after = replace(wanted, version=before.version + 1)
    if not dry_run:
        file.write(after, settings.personas)
    return Imported(findings=findings, changes=changes, version=after.version)


def _before(path: Path, offers: Mapping[str, object]) -> Catalogue:
    """What the file says; nothing where there is none yet. One with faults must be mended first."""
    return file.read(path, offers) if path.exists() else no_personas()


def _offers(settings: Settings) -> dict[str, tuple[NumberType, ...]]:
    return {location.name: location.number_types for location in Locations.read(settings.locations)}


@asynccontextmanager
async def _tenant(settings: Settings, *, offline: bool) -> AsyncIterator[Microsoft365 | None]:
    async with directory_of(settings, offline=offline) as found:
        yield None if found is None else Microsoft365(found[1], GraphTelephony(found[0]))
