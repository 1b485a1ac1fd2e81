"""The approval rules for the bot and for its commands. Names the adapters of Graph, as wiring.py does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.choices import credential_of
from services.approval_rules.file import read_draft
from services.approval_rules.holder import Rules
from services.approval_rules.review import review
from services.catalogue import approved, file
from services.clock import SystemClock
from services.domain.approval_rule import Rulebook, no_rules
from services.domain.errors import BadInput
from services.graph.client import Graph
from services.graph.directory import GraphDirectory
from services.locations import Locations
from services.settings import Settings
from services.written.findings import FaultyFile, Finding


def rules_of(settings: Settings) -> Callable[[], Rulebook]:
    """The rulebook at each call: a changed file counts at once. Raises BadInput for one with faults."""
    return Rules(settings.approvals_file).current


def written_rules(settings: Settings) -> Rulebook:
    """What the file says now, as far as it can be read: whoever names a rule is held against it.

    Raises BadInput when nothing of it can be.
    """
    path = settings.approvals_file
    return read_draft(path).value if _is_there(settings) else no_rules()


async def check_rules(settings: Settings, *, offline: bool) -> list[Finding] | None:
    """Everything that is wrong with the file, also against the catalogue; None where there is no file.

    Raises BadInput when it cannot be read.
    """
    if not _is_there(settings):
        return None
    try:
        draft = read_draft(settings.approvals_file)
    except FaultyFile as faulty:
        return list(faulty.findings)
    async with directory_of(settings, offline=offline) as found:
        findings = await review(draft, None if found is None else found[1])
    return [*findings, *_of_personas(settings, draft.value)]


def _is_there(settings: Settings) -> bool:
    """Whether there is a file to read; one that is set must be there, and reading it says so."""
    return settings.approvals is not None or settings.approvals_file.exists()


def _of_personas(settings: Settings, rulebook: Rulebook) -> list[Finding]:
    """Personas whose rule is not there, or asks nobody; none of a catalogue that cannot be read itself."""
    if not settings.personas.exists():
        return []
    try:
        names = [location.name for location in Locations.read(settings.locations)]
        draft = file.read_draft(settings.personas, names)
    except BadInput:
        return []  # `personas check` says it
    found: list[Finding] = []
    for place, persona in enumerate(draft.value):
        if place not in draft.unsound:
            found += approved.findings(("personas", place), persona, rulebook)
    return draft.located(found)


@asynccontextmanager
async def directory_of(
    settings: Settings, *, offline: bool
) -> AsyncIterator[tuple[Graph, GraphDirectory] | None]:
    """Microsoft 365, to ask what it has; None when nothing is to be asked. Raises BadInput."""
    if offline:
        yield None
        return
    settings.check_graph()
    graph = Graph.connect(settings.graph_url, credential_of(settings), SystemClock())
    try:
        yield graph, GraphDirectory(graph, settings.manifest_app_id)
    finally:
        await graph.close()
