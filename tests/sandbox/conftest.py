"""A tenant with a clock that tests move, served over real HTTP."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp.test_utils import TestClient, TestServer

from services.sandbox.company import EMPLOYEE, MANAGER
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock

NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"
OPERATIONS = "/admin/teams/telephoneNumberManagement/operations"
CONFIGURATIONS = "/admin/teams/userConfigurations"


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str]
    raw: bytes

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])


class Api:
    """Calls Graph as an application with the token does, and the sandbox's own routes as anybody does."""

    def __init__(self, client: TestClient[Any, Any], clock: FakeClock, tenant: Tenant) -> None:
        self.client = client
        self.clock = clock
        self.tenant = tenant

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        headers = {"Authorization": "Bearer sandbox"} | options.pop("headers", {})
        data = body if isinstance(body, bytes) or body is None else orjson.dumps(body)
        if data is not None:
            headers.setdefault("Content-Type", "application/json")
        url = path if path.startswith("http") else f"/v1.0{path}"
        if url.startswith("http"):
            url = "/v1.0" + url.partition("/v1.0")[2]
        async with self.client.request(method, url, data=data, headers=headers, **options) as reply:
            raw = await reply.read()
            is_json = "json" in reply.headers.get("Content-Type", "") and raw
            return Answer(reply.status, orjson.loads(raw) if is_json else None, dict(reply.headers), raw)

    async def get(self, path: str, params: dict[str, str] | None = None, **options: Any) -> Answer:
        return await self.call("GET", path, params=params, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return await self.call("POST", path, body, **options)

    async def weather(self, **faults: Any) -> None:
        reply = await self.client.post("/sandbox/faults", json=faults)
        assert reply.status == 200, await reply.text()

    async def state(self) -> Any:
        reply = await self.client.get("/sandbox/state")
        assert reply.status == 200
        return await reply.json()

    async def join(self, group: str, person: str) -> Answer:
        reference = f"https://graph.microsoft.com/v1.0/directoryObjects/{person_id(person)}"
        return await self.post(f"/groups/{group_id(group)}/members/$ref", {"@odata.id": reference})

    async def leave(self, group: str, person: str) -> Answer:
        return await self.call("DELETE", f"/groups/{group_id(group)}/members/{person_id(person)}/$ref")

    async def license_states(self, person: str) -> dict[str, str]:
        """SKU part number to state, or to the error when there is one."""
        parts = {sku.id: sku.part_number for sku in self.tenant.skus}
        path = f"/users/{person_id(person)}"
        answer = await self.get(path, {"$select": "licenseAssignmentStates"})
        states = answer.body["licenseAssignmentStates"]
        return {parts[s["skuId"]]: s["state"] if s["error"] == "None" else s["error"] for s in states}

    async def order(
        self, verb: str, number: str, person: str | None = None, kind: str = "directRouting"
    ) -> str:
        """Order a change of a number and return the operation's address."""
        body = {"telephoneNumber": number, "numberType": kind}
        if person is not None:
            body["assignmentTargetId"] = person_id(person)
        answer = await self.post(f"{NUMBERS}/{verb}", body)
        assert answer.status == 202, answer.body
        assert answer.raw == b""
        return answer.headers["Location"]

    async def outcome(self, address: str) -> tuple[str, str | None]:
        answer = await self.get(address)
        assert answer.status == 200, answer.body
        return answer.body["status"], answer.body["numbers"][0]["statusDetail"]

    async def carried_out(
        self, verb: str, number: str, person: str | None = None, kind: str = "directRouting"
    ) -> tuple[str, str | None]:
        """Order a change, let the time pass that it takes, and return how it ended."""
        address = await self.order(verb, number, person, kind)
        self.clock.move(2)
        return await self.outcome(address)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the freshly founded company; tests work on copies."""
    folder = tmp_path_factory.mktemp("founded")
    Tenant.open(folder, FakeClock().now).close()
    return folder


@pytest.fixture
def folder(founded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(founded, tmp_path / "tenant"))


@pytest.fixture
def tenant(folder: Path, clock: FakeClock) -> Iterator[Tenant]:
    tenant = Tenant.open(folder, clock.now)
    yield tenant
    tenant.close()


@pytest.fixture
async def api(tenant: Tenant, clock: FakeClock) -> AsyncIterator[Api]:
    async with TestClient(TestServer(create_app(tenant))) as client:
        yield Api(client, clock, tenant)


@pytest.fixture
def employee() -> str:
    return EMPLOYEE.name


@pytest.fixture
def manager() -> str:
    return MANAGER.name
