"""Run by a test in a process of its own: prints what the first call of each kind still had to import."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from aiohttp import web

from services.graph.client import Graph
from services.graph.credentials import StaticToken
from services.graph.directory import GraphDirectory
from services.graph.telephony import GraphTelephony
from services.graph.warm import warm_up
from services.sandbox.company import APP_EXTERNAL_ID, EMPLOYEE
from services.sandbox.company.groups import group_id
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock

VENDORS = ("msgraph", "kiota", "azure", "anyio", "httpx", "httpcore", "h11", "pydantic", "tenacity")
BIG_MODELS = {f"msgraph.generated.models.{name}" for name in ("user", "group", "entity")}


async def every_question(graph: Graph) -> None:
    directory, telephony = GraphDirectory(graph, APP_EXTERNAL_ID), GraphTelephony(graph)
    group = group_id("Prov_Teams_Phone_Manchester")
    await directory.person(EMPLOYEE.id)
    await directory.management_chain(EMPLOYEE.id)
    await directory.search("Chris", 5)
    await directory.availability(EMPLOYEE.id)
    await directory.group_owners(group)
    await directory.group_members(group, 5)
    await directory.group_named("Prov_Teams_Phone_Manchester")
    await directory.group_licences(group)
    await directory.add_member(group, EMPLOYEE.id)
    await directory.is_member(group, EMPLOYEE.id)
    await directory.remove_member(group, EMPLOYEE.id)
    await directory.licences(EMPLOYEE.id)
    await directory.subscriptions()
    await directory.install_app(EMPLOYEE.id)
    number = await anext(aiter(telephony.numbers()))
    await telephony.number(number.telephone_number)
    address = await telephony.assign(number.telephone_number, number.type, EMPLOYEE.id, None)
    await telephony.operation(address)
    await telephony.unassign(number.telephone_number, number.type)
    await telephony.configuration(EMPLOYEE.id)


async def main() -> None:
    clock = FakeClock()
    with tempfile.TemporaryDirectory() as folder:
        tenant = Tenant.open(Path(folder), clock.now)
        runner = web.AppRunner(create_app(tenant))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}/v1.0"
        graph = Graph.connect(base, StaticToken("sandbox"), clock)
        await asyncio.to_thread(warm_up, graph)
        before = set(sys.modules)
        await every_question(graph)
        late = sorted(name for name in set(sys.modules) - before if name.startswith(VENDORS))
        sys.stdout.write(f"answered\nlate: {late}\nmodels: {sorted(BIG_MODELS & set(sys.modules))}\n")
        await graph.close()
        await runner.cleanup()
        tenant.close()


if __name__ == "__main__":
    asyncio.run(main())
