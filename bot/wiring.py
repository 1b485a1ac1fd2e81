"""The composition root: with ``choices`` and what the commands put together, all that names adapters."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Collection, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web

from bot.adapter import Adapter
from bot.approval_parts import ApprovalParts
from bot.choices import credential_of, identity_of, open_kept_records, open_stores, replica_id
from bot.handler import Handler
from bot.messenger import TeamsMessenger
from bot.replies import Replies
from bot.web import create_app
from dialogs.context import Desk
from services.approvals.chaser import Chaser
from services.approvals.decisions import Approvals
from services.approvals.digest import Digest
from services.approvals.preferences import Preferences
from services.audit import verify
from services.changes import Changes
from services.clock import SystemClock
from services.courier import Courier
from services.domain.approval_rule import Rulebook, no_rules
from services.domain.errors import SwitchboardError
from services.domain.persona import Catalogue, no_personas
from services.drift import Drift
from services.graph.client import Graph
from services.graph.directory import GraphDirectory
from services.graph.telephony import GraphTelephony
from services.graph.warm import warm_up
from services.inventory import Inventory
from services.locations import Locations
from services.noticeboard import NoticeBoard
from services.number_requests import NumberRequests
from services.persona_requests import PersonaRequests
from services.phones import Phones
from services.ports import Clock, Records, SendBudget
from services.provisioning.pace import Pace
from services.provisioning.workflow import ProvisioningEngine
from services.requests import Requests
from services.rollout.progress import RollOuts
from services.settings import Settings

log = structlog.get_logger()

AGAIN_SECONDS = 5.0
LONGEST_SECONDS = 60.0
SHUTDOWN_SECONDS = 10.0


@dataclass
class Switchboard:
    """The running product. ``start`` and ``stop`` once each, on the loop that serves it.

    ``blocked`` are numbers that are never offered. ``budget`` stands in for the one of the stores.
    """

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    pace: Pace = field(default_factory=Pace)
    blocked: Collection[str] = ()
    replica: str = field(default_factory=replica_id)
    budget: SendBudget | None = None
    personas: Callable[[], Catalogue] = no_personas
    rules: Callable[[], Rulebook] = no_rules
    app: web.Application = field(init=False)
    records: Records = field(init=False)

    async def start(self) -> None:
        """Open records, tenant and channel, and pick up what the last process left."""
        settings = self.settings
        self._tasks: set[asyncio.Task[None]] = set()
        self._why_not = "reading the organisation's numbers"
        self._ready = asyncio.Event()
        async with AsyncExitStack() as opened:  # what was opened is closed again if a later part fails
            self._stores = await open_stores(settings, self.clock, self.replica)
            self.records = self._stores.records
            opened.push_async_callback(self.records.close)
            self._graph = Graph.connect(settings.graph_url, credential_of(settings), self.clock)
            opened.push_async_callback(self._graph.close)
            budget = self.budget if self.budget is not None else self._stores.budget
            self._adapter = Adapter(
                identity_of(settings), allow_unauthenticated=settings.is_sandbox, budget=budget
            )
            opened.push_async_callback(self._adapter.close)
            self._assemble(Locations.read(settings.locations))
            await asyncio.to_thread(warm_up, self._graph)
            await self._engine.start()
            opened.push_async_callback(self._engine.stop)
            self.app = create_app(self._adapter, self._handler, self._readiness)
            for work in (
                self._board.run,
                self._chaser.run,
                self._digest.run,
                self._take_over,
                self._drift.nightly,
            ):
                self._in_background(work)
            opened.push_async_callback(self._end_background)
            opened.push_async_callback(self._replies.close, SHUTDOWN_SECONDS)
            self._opened = opened.pop_all()

    async def until_ready(self) -> None:
        """Return once turns can be taken."""
        await self._ready.wait()

    async def stop(self) -> None:
        """Finish turns, let durable work come to a checkpoint, and close everything."""
        self._why_not = "stopping"
        await self._opened.aclose()

    async def _end_background(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _assemble(self, locations: Locations) -> None:
        settings, clock = self.settings, self.clock
        directory = GraphDirectory(self._graph, settings.manifest_app_id)
        telephony = GraphTelephony(self._graph)
        admins = frozenset(admin.lower() for admin in settings.admins)
        changes = Changes(self.records, clock, admins, on_change=lambda _: self._board.ring())
        parts = ApprovalParts.of(directory, changes, self.rules, settings.fallback_approver)
        routing = parts.routing
        self._engine = ProvisioningEngine(
            self.records,
            directory,
            telephony,
            locations,
            clock,
            changed=changes.announce,
            checkpoints=self._stores.checkpoints,
            catalogue=self.personas,
            may_write=settings.write_attributes,
            pace=self.pace,
            rest_days=settings.rest_days,
        )
        self._chaser = Chaser(changes, routing, directory, self.personas, self._engine)
        approvals = Approvals(
            changes, self._engine, routing, parts.attendance, parts.finder, chase=self._chaser.ring
        )
        self._requests = Requests(changes, self._engine)
        number_requests = NumberRequests(
            changes,
            directory,
            telephony,
            locations,
            routing,
            parts.behalf,
            self._engine,
            settings.request_days,
        )
        persona_requests = PersonaRequests(
            changes,
            directory,
            telephony,
            locations,
            self.personas,
            routing,
            parts.behalf,
            self._engine,
            may_write=settings.write_attributes,
            days=settings.request_days,
        )
        self._inventory = Inventory(self.records, telephony, locations, clock)
        self._drift = Drift(self.records, directory, telephony, self.personas, clock)
        messenger = TeamsMessenger(self._adapter.outbound, settings.tenant_id, clock.now)
        self._digest = Digest(changes, directory, parts.attendance, messenger)
        courier = Courier(changes, messenger, directory)
        self._board = NoticeBoard(changes, courier, approvals, routing, is_shared=self._stores.is_shared)
        self._replies = Replies(self._adapter.outbound, self._board, clock)
        desk = Desk(
            changes,
            self._requests,
            number_requests,
            persona_requests,
            approvals,
            Preferences(changes, directory, parts.attendance, parts.finder),
            parts.behalf,
            Phones(self.records, directory, telephony, self.personas),
            self._drift,
            RollOuts(self.records, clock),
            locations,
        )
        self._handler = Handler(desk, self._replies, settings.tenant_id)

    async def _readiness(self) -> str:
        if self._why_not:
            return self._why_not
        try:
            await self.records.ready()
        except SwitchboardError as error:
            return error.sentence
        return ""

    async def _take_over(self) -> None:
        """Take the tenant's numbers over, once; patient with a tenant or a disk that is busy."""
        while not await self._inventory.is_taken_over():
            try:
                count = await self._inventory.take_over(self.blocked)
            except SwitchboardError as error:
                log.warning("take_over_failed", words=error.sentence)
                await self.clock.sleep(AGAIN_SECONDS)
            else:
                log.info("numbers_taken_over", count=count)
        gc.collect()
        gc.freeze()  # records and imports live as long as the process: collections need not walk them
        self._why_not = ""
        self._ready.set()

    def _in_background(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tasks.add(asyncio.create_task(self._kept_alive(work)))

    async def _kept_alive(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Background work that fails in a way nobody thought of is begun again."""
        pause = AGAIN_SECONDS
        while True:
            try:
                return await work()
            except Exception:
                log.exception("background_work_failed", work=work.__qualname__)
            await self.clock.sleep(pause)
            pause = min(pause * 2, LONGEST_SECONDS)


async def verify_audit(settings: Settings) -> int:
    """Walk the audit log and give the number of entries. Raises AuditBroken."""
    records = await open_kept_records(settings, "audit")
    try:
        return await verify(records)
    finally:
        await records.close()
