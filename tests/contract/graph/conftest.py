"""The ports over a tenant behind a real socket, with one clock for the product and the tenant."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from services.graph.client import Graph
from services.graph.credentials import StaticToken
from services.graph.directory import GraphDirectory
from services.graph.telephony import GraphTelephony
from services.ports import Directory, Telephony
from services.sandbox.company import APP_EXTERNAL_ID
from services.sandbox.company.cast import person_id
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock
from tests.contract.graph.road import Road


@dataclass
class World:
    """A tenant, and the ports onto it."""

    directory: Directory
    telephony: Telephony
    graph: Graph
    tenant: Tenant
    road: Road
    clock: FakeClock
    address: str

    async def state(self) -> Any:
        """The tenant's whole truth, read as anybody may."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{self.address}/sandbox/state")).json()

    async def ledger(self, action: str) -> list[dict[str, Any]]:
        """The writes of one kind that the tenant accepted."""
        return [entry for entry in (await self.state())["log"] if entry["action"] == action]

    async def weather(self, **faults: object) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            reply = await client.post(f"{self.address}/sandbox/faults", json=faults)
        assert reply.status_code == 200, reply.text

    def free_numbers(self, prefix: str) -> list[str]:
        """Numbers that really can be given out, in ascending order."""
        return sorted(
            number.telephone_number
            for number in self.tenant.numbers
            if number.telephone_number.startswith(prefix)
            and number.assignment_status == "unassigned"
            and not (number.held_elsewhere or number.blocked)
        )

    def set_manager(self, name: str, manager: str | None) -> None:
        person = self.tenant.people.get(person_id(name))
        assert person is not None
        person.manager_id = None if manager is None else person_id(manager)
        self.tenant.people.put(person)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the freshly founded company; each test works on a copy."""
    folder = tmp_path_factory.mktemp("founded")
    Tenant.open(folder, FakeClock().now).close()
    return folder


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["graph"])
async def world(
    request: pytest.FixtureRequest, founded: Path, tmp_path: Path, clock: FakeClock
) -> AsyncIterator[World]:
    """The adapters under contract. Another way to reach a tenant becomes another parameter."""
    assert request.param == "graph"
    tenant = Tenant.open(Path(shutil.copytree(founded, tmp_path / "tenant")), clock.now)
    road, app = Road(), create_app(tenant)
    app.middlewares.append(road.middleware)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    graph = Graph.connect(f"{address}/v1.0", StaticToken("sandbox"), clock)
    try:
        yield World(
            GraphDirectory(graph, APP_EXTERNAL_ID),
            GraphTelephony(graph),
            graph,
            tenant,
            road,
            clock,
            address,
        )
        assert road.is_clear, "an accident that the story is about never happened"
    finally:
        await graph.close()
        await runner.cleanup()
        tenant.close()
