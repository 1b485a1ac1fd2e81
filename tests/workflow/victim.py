"""A process that provisions, to be killed: records on disk, dbos on SQLite, a tenant over HTTP."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from services.clock import SystemClock
from services.graph.client import Graph
from services.graph.credentials import StaticToken
from services.graph.directory import GraphDirectory
from services.graph.patience import Patience
from services.graph.telephony import GraphTelephony
from services.locations import Locations
from services.provisioning.durable import Checkpoints
from services.provisioning.workflow import ProvisioningEngine
from services.sandbox import company
from services.storage.embedded import EmbeddedRecords
from tests.fakes.personas import CATALOGUE
from tests.pace import QUICK

IMPATIENT = Patience(total=0.5, first_pause=0.02, longest_pause=0.2)
"""The client gives up early, so that what is transient reaches the engine."""

LOCATIONS = Path(company.__file__).parent / "locations.yaml"


def live(folder: Path, tenant_url: str, tell: Connection) -> None:
    """Provision until killed. Tells the state of a request after each of its changes."""
    asyncio.run(_live(folder, tenant_url, tell))


async def _live(folder: Path, tenant_url: str, tell: Connection) -> None:
    clock = SystemClock()
    records = await EmbeddedRecords.open(folder, clock)
    graph = Graph.connect(tenant_url, StaticToken("sandbox"), clock, IMPATIENT)
    changes: asyncio.Queue[str] = asyncio.Queue()
    engine = ProvisioningEngine(
        records,
        GraphDirectory(graph, ""),
        GraphTelephony(graph),
        Locations.read(LOCATIONS),
        clock,
        changed=changes.put_nowait,
        checkpoints=Checkpoints.in_folder(folder),
        catalogue=lambda: CATALOGUE,
        may_write=True,
        pace=QUICK,
    )
    await engine.start()
    while True:
        request_id = await changes.get()
        async with records.transaction() as tx:
            tell.send((await tx.requests.get(request_id)).state.value)
