"""Putting a roll-out together. Names concrete adapters, as wiring.py does; no chat is connected here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager

from bot.choices import Stores, credential_of, open_stores, replica_id
from services.catalogue.file import read
from services.changes import Changes
from services.clock import SystemClock
from services.domain.persona import Catalogue
from services.graph.client import Graph
from services.graph.crowd import GraphCrowd
from services.graph.directory import GraphDirectory
from services.graph.pacing import Pacing, Quota
from services.graph.patience import Patience
from services.graph.telephony import GraphTelephony
from services.inventory import Inventory
from services.locations import Locations
from services.ports import Clock
from services.promising import Promises
from services.provisioning.pace import Pace
from services.provisioning.workflow import ProvisioningEngine
from services.rollout.carrying import Carrying, Moves
from services.rollout.ordering import Ordering
from services.rollout.planning import Planning
from services.rollout.rollout import RollOut
from services.settings import Settings

PATIENCE = Patience(total=300.0, longest_pause=30.0)
"""Nobody waits for an answer in a chat: calls that are throttled are worth minutes."""


@asynccontextmanager
async def opened_roll_out(settings: Settings, people: int) -> AsyncIterator[RollOut]:
    """A roll-out by the catalogue of the settings, for a file that names so many ``people``.

    In the sandbox it is on the tenant that listens, or else on the one in the data folder.
    Raises BadInput when something is missing or the catalogue has faults, and as ``open_roll_out``.
    """
    async with AsyncExitStack() as opened:
        blocked: Collection[str] = ()
        if settings.is_sandbox:
            from bot.sandbox_tenant import at_sandbox_tenant  # loads the bot
            from services.sandbox.company.numbers import blocked_numbers

            settings = await opened.enter_async_context(at_sandbox_tenant(settings))
            blocked = frozenset(blocked_numbers())
        settings.check_graph()
        catalogue = read(settings.personas, [place.name for place in Locations.read(settings.locations)])
        yield await opened.enter_async_context(
            open_roll_out(settings, lambda: catalogue, people, blocked=blocked)
        )


@asynccontextmanager
async def open_roll_out(
    settings: Settings,
    catalogue: Callable[[], Catalogue],
    people: int,
    *,
    pace: Pace | None = None,
    quota: Quota | None = None,
    blocked: Collection[str] = (),
) -> AsyncIterator[RollOut]:
    """A roll-out on the records of the settings, for a file that names so many ``people``. ``quota`` is the
    tenant's; without one, that of a tenant which has those people.

    Its engine runs in this process. In a data folder it is the only one, so it raises DataFolderInUse while a
    bot has the folder. On PostgreSQL it is one more replica beside the bots.
    """
    clock = SystemClock()
    async with AsyncExitStack() as opened:
        stores = await open_stores(settings, clock, replica_id())
        opened.push_async_callback(stores.records.close)
        pacing = Pacing(clock, quota or Quota.for_people(people))
        graph = Graph.connect(settings.graph_url, credential_of(settings), clock, PATIENCE, pacing)
        opened.push_async_callback(graph.close)
        locations = Locations.read(settings.locations)
        inventory = Inventory(stores.records, GraphTelephony(graph), locations, clock)
        if not await inventory.is_taken_over():
            await inventory.take_over(blocked)
        yield _assembled(settings, catalogue, clock, stores, graph, locations, pace or Pace())


def _assembled(
    settings: Settings,
    catalogue: Callable[[], Catalogue],
    clock: Clock,
    stores: Stores,
    graph: Graph,
    locations: Locations,
    pace: Pace,
) -> RollOut:
    records, may_write = stores.records, settings.write_attributes
    directory, telephony = GraphDirectory(graph, settings.manifest_app_id), GraphTelephony(graph)
    crowd, promises = GraphCrowd(graph, directory), Promises(locations)
    moves = Moves()
    engine = ProvisioningEngine(
        records,
        directory,
        telephony,
        locations,
        clock,
        changed=moves.note,
        checkpoints=stores.checkpoints,
        catalogue=catalogue,
        may_write=may_write,
        pace=pace,
        rest_days=settings.rest_days,
    )
    return RollOut(
        changes=Changes(records, clock, frozenset(map(str.lower, settings.admins)), moves.note),
        crowd=crowd,
        catalogue=catalogue,
        planning=Planning(records, directory, crowd, promises, catalogue, clock, may_write=may_write),
        ordering=Ordering(records, promises, clock, may_write=may_write, days=settings.request_days),
        carrying=Carrying(records, crowd, clock, engine, moves),
    )
