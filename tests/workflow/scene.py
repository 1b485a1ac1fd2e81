"""A real process on real records, and a tenant over HTTP that can have it killed."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from urllib.parse import unquote

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from services.clock import SystemClock
from services.domain.number import Number, NumberType, hold
from services.domain.person import PersonRef
from services.domain.request import Request, RequestState
from services.ports import Records
from services.sandbox.company.cast import person_id
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from services.storage.embedded import EmbeddedRecords
from tests.fakes.voice_company import REQUEST_ID, an_approved_request
from tests.workflow.victim import live

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LYNNE = PersonRef(id=person_id("Lynne Robbins"), name="Lynne Robbins")
NUMBER = "+441214960000"

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.workflow.warm"])


@dataclass
class Trap:
    """Kills the process at the first call that matches: before the tenant does it, or after it has."""

    method: str
    path: str
    is_after: bool
    kill: Callable[[], None]
    is_armed: Callable[[], bool]
    has_sprung: bool = False
    has_killed: bool = False

    def matches(self, request: web.Request) -> bool:
        return (
            not self.has_sprung
            and request.method == self.method
            and re.search(self.path, unquote(request.path_qs)) is not None
            and self.is_armed()
        )


@dataclass
class Scene:
    """A tenant over HTTP, records on disk, and the process that is alive."""

    folder: Path
    tenant: Tenant
    url: str = ""
    trap: Trap | None = None
    victim: ForkServerProcess | None = None
    states: list[str] = field(default_factory=list)

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        trap = self.trap
        if trap is None or not trap.matches(request):
            return await handler(request)
        trap.has_sprung = True
        if not trap.is_after:
            self._spring(trap)
            return web.Response(status=500)
        reply = await handler(request)
        self._spring(trap)
        return reply

    @staticmethod
    def _spring(trap: Trap) -> None:
        trap.kill()
        trap.has_killed = True

    def set_trap(self, method: str, path: str, *, is_after: bool, once: str = "") -> None:
        """``once``: not before the tenant has made that change."""
        self.trap = Trap(method, path, is_after, self.kill, lambda: not once or once in self.ledger())

    def start(self) -> None:
        """Begin a new process on the records."""
        self._ear, mouth = FORKS.Pipe(duplex=False)
        self.victim = FORKS.Process(target=live, args=(self.folder, self.url, mouth), daemon=True)
        self.victim.start()
        mouth.close()

    def kill(self) -> None:
        assert self.victim is not None
        self.victim.kill()
        self.victim.join(10)

    async def until_killed(self) -> None:
        async with asyncio.timeout(30):
            while self.trap is None or not self.trap.has_killed:
                self._listen()
                await asyncio.sleep(0.005)

    async def until(self, state: RequestState) -> None:
        async with asyncio.timeout(30):
            while state.value not in self.states:
                self._listen()
                assert self.victim is not None
                assert self.victim.is_alive(), "it ended by itself"
                await asyncio.sleep(0.01)
        self.kill()

    def _listen(self) -> None:
        with suppress(EOFError):
            while self._ear.poll():
                self.states.append(self._ear.recv())

    async def records(self) -> Records:
        return await EmbeddedRecords.open(self.folder, SystemClock())

    async def weather(self, **faults: float) -> None:
        """Order the tenant's weather."""
        url = self.url.replace("/v1.0", "/sandbox/faults")
        async with ClientSession() as session, session.post(url, json=faults) as answer:
            assert answer.status == 200

    def ledger(self) -> Counter[str]:
        return Counter(entry.action for entry in self.tenant.log)


@asynccontextmanager
async def open_scene(folder: Path) -> AsyncIterator[Scene]:
    """A scene with a tenant that is quick."""
    tenant = Tenant.open(folder / "tenant", lambda: datetime.now(UTC))
    scene = Scene(folder / "data", tenant)
    app = create_app(tenant)
    app.middlewares.append(scene.guard)
    async with TestServer(app) as server:
        scene.url = str(server.make_url("/v1.0"))
        await scene.weather(licence_s=0.2, operation_s=0.2)
        try:
            yield scene
        finally:
            if scene.victim is not None and scene.victim.is_alive():
                scene.kill()
    tenant.close()


async def approve(scene: Scene) -> None:
    """Lynne's request for a number in Birmingham, approved."""
    records = await scene.records()
    clock = SystemClock()
    like = await an_approved_request(records, clock)
    mine = replace(like, requester=LYNNE, beneficiary=LYNNE, location="Birmingham", number=NUMBER, plan=())
    number = Number(e164=NUMBER, type=NumberType.OPERATOR_CONNECT, location="Birmingham", country="GB")
    async with records.transaction() as tx:
        await tx.requests.save(replace(mine, version=like.version + 1), like.version)
        await tx.numbers.put([hold(number, REQUEST_ID, like.expires_at, clock.now())])
    await records.close()


async def read(scene: Scene) -> tuple[Request, Number]:
    records = await scene.records()
    async with records.transaction() as tx:
        request, number = await tx.requests.get(REQUEST_ID), await tx.numbers.get(NUMBER)
    await records.close()
    assert number is not None
    return request, number
