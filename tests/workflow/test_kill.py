"""Killed at any moment, a real process goes on after a restart, and the tenant sees each change once."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from services.clock import SystemClock
from services.domain import transitions
from services.domain.number import Number, NumberStatus, NumberType, hold
from services.domain.person import PersonRef
from services.domain.request import Attention, Request, RequestState
from services.domain.step import StepKind
from services.ports import Records
from services.sandbox.company.cast import person_id
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from services.storage.embedded import EmbeddedRecords
from tests.fakes.voice_company import REQUEST_ID, an_approved_request
from tests.workflow.victim import live

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LYNNE = PersonRef(id=person_id("Lynne Robbins"), name="Lynne Robbins")
GROUP = "Prov_Teams_Phone_Birmingham"
NUMBER = "+441214960000"

CHANGING = {StepKind.JOIN_GROUP, StepKind.ASSIGN_NUMBER}

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.workflow.victim", "dbos"])


@dataclass
class Trap:
    """Kills the process at the first call that matches: before the tenant does it, or after it has."""

    method: str
    path: str
    is_after: bool
    kill: Callable[[], None]
    is_armed: Callable[[], bool]
    has_sprung: bool = False

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
            trap.kill()
            return web.Response(status=500)
        reply = await handler(request)
        trap.kill()
        return reply

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
            while self.trap is None or not self.trap.has_sprung:
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

    def ledger(self) -> Counter[str]:
        return Counter(entry.action for entry in self.tenant.log)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    tenant = Tenant.open(tmp_path / "tenant", lambda: datetime.now(UTC))
    scene = Scene(tmp_path / "data", tenant)
    app = create_app(tenant)
    app.middlewares.append(scene.guard)
    async with TestServer(app) as server:
        scene.url = str(server.make_url("/v1.0"))
        faults = {"licence_s": 0.3, "operation_s": 0.3}
        async with (
            ClientSession() as session,
            session.post(server.make_url("/sandbox/faults"), json=faults) as answer,
        ):
            assert answer.status == 200
        yield scene
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


BEFORE, AFTER = False, True
MOMENTS = {
    "before anything is read": ("GET", "/users/", BEFORE, ""),
    "before the group is joined": ("POST", r"/members/\$ref", BEFORE, ""),
    "after the group is joined": ("POST", r"/members/\$ref", AFTER, ""),
    "while it waits for the licence": ("GET", "assignedPlans", AFTER, "member.added"),
    "before the number is ordered": ("POST", "assignNumber", BEFORE, ""),
    "after the number is ordered": ("POST", "assignNumber", AFTER, ""),
    "while the order is followed": ("GET", "/operations", AFTER, ""),
    "while it is checked": ("GET", "/userConfigurations", AFTER, "number.assigned"),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_killed_while_it_provisions(scene: Scene, moment: str) -> None:
    method, path, is_after, once = MOMENTS[moment]
    await approve(scene)
    scene.set_trap(method, path, is_after=is_after, once=once)
    scene.start()
    await scene.until_killed()
    scene.start()
    await scene.until(RequestState.COMPLETED)
    request, number = await read(scene)
    assert request.runs == 1
    assert (number.status, number.assignee) == (NumberStatus.ASSIGNED, LYNNE)
    assert scene.ledger() == {"member.added": 1, "number.assign": 1, "number.assigned": 1}
    assert all(step.changed for step in request.plan if step.kind in CHANGING)


ROLLING_BACK_MOMENTS = {
    "before the number is taken back": ("POST", "unassignNumber", BEFORE, ""),
    "after the number is taken back": ("POST", "unassignNumber", AFTER, ""),
    "after the group is left": ("DELETE", r"/members/", AFTER, ""),
}


@pytest.mark.parametrize("moment", ROLLING_BACK_MOMENTS)
async def test_killed_while_it_rolls_back(scene: Scene, moment: str) -> None:
    method, path, is_after, once = ROLLING_BACK_MOMENTS[moment]
    await approve(scene)
    scene.set_trap("GET", "/userConfigurations", is_after=True, once="number.assigned")
    scene.start()
    await scene.until_killed()
    await ask_to_roll_back(scene)
    scene.set_trap(method, path, is_after=is_after, once=once)
    scene.start()
    await scene.until_killed()
    scene.start()
    await scene.until(RequestState.ROLLED_BACK)
    request, number = await read(scene)
    assert number.status is NumberStatus.RESTING
    assert scene.ledger() == {
        "member.added": 1,
        "number.assign": 1,
        "number.assigned": 1,
        "number.unassign": 1,
        "number.unassigned": 1,
        "member.removed": 1,
    }
    assert not any(step.changed for step in request.plan)


async def ask_to_roll_back(scene: Scene) -> None:
    """What people do while no process is alive: the request is parked, and somebody presses Roll back."""
    records = await scene.records()
    now = SystemClock().now()
    why = Attention(step="the last check", words="calls do not work", what_to_do="roll back")
    async with records.transaction() as tx:
        request = await tx.requests.get(REQUEST_ID)
        parked = transitions.park(request, why, now)
        await tx.requests.save(parked, request.version)
        rolling = transitions.roll_back(parked, LYNNE, now, is_admin=False)
        await tx.requests.save(rolling, parked.version)
    await records.close()
