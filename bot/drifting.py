"""Looking for drift from the command line. Names concrete adapters, as wiring.py does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from bot.catalogue import catalogue_of
from bot.choices import credential_of, open_kept_records
from services.clock import SystemClock
from services.domain.drift import DriftReport
from services.domain.persona import Catalogue
from services.drift import Drift
from services.graph.client import Graph
from services.graph.directory import GraphDirectory
from services.graph.patience import Patience
from services.graph.telephony import GraphTelephony
from services.settings import Settings

PATIENCE = Patience(total=120.0, longest_pause=20.0)
"""Nobody waits for an answer in a chat: a tenant that is busy is worth minutes."""


async def look_for_drift(
    settings: Settings, person: str = "", personas: Callable[[], Catalogue] | None = None
) -> DriftReport:
    """Compare everyone, or one person by UPN or object id, with their personas.

    ``personas`` gives the catalogue; without it, that of the settings, which must have no faults.
    Raises BadInput, StoreError, TenantError.
    """
    async with AsyncExitStack() as opened:
        clock = SystemClock()
        records = await open_kept_records(settings, "drift")
        opened.push_async_callback(records.close)
        if settings.is_sandbox:
            from bot.sandbox_tenant import at_sandbox_tenant

            settings = await opened.enter_async_context(at_sandbox_tenant(settings))
        settings.check_graph()
        catalogue = personas() if personas else catalogue_of(settings)
        graph = Graph.connect(settings.graph_url, credential_of(settings), clock, PATIENCE)
        opened.push_async_callback(graph.close)
        drift = Drift(
            records,
            GraphDirectory(graph, settings.manifest_app_id),
            GraphTelephony(graph),
            lambda: catalogue,
            clock,
        )
        return await (drift.look_at(person) if person else drift.look())
