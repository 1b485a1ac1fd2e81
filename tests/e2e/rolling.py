"""A company with new hires, its tenant over HTTP, and roll-outs in it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from bot.rolling_out import open_roll_out
from bot.sandbox_settings import sandbox_settings
from services.domain.persona import Catalogue
from services.graph.pacing import Quota
from services.rollout.model import Outcome, RolloutPlan, Sponsors
from services.rollout.people_file import read_people
from services.rollout.rollout import RollOut
from services.sandbox import company
from services.sandbox.company.numbers import blocked_numbers
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from services.settings import Mode, Settings
from tests.chaos.crowd import hires, join
from tests.fakes.personas import CATALOGUE
from tests.pace import QUICK

MANAGER, ADMIN = company.MANAGER.upn, company.ADMIN.upn
QUOTA = Quota(units=4000, writes=3000, teams=150)
"""What this tenant allows, in a hurry; the bench has the published one."""


def address(place: int) -> str:
    return f"hire{place}@switchboard.example"


@dataclass
class Office:
    """``quota`` is the tenant's, and what roll-outs are told of it. ``told`` is what they report."""

    folder: Path
    tenant: Tenant
    http: TestClient[Any, Any]
    database: str = ""
    catalogue: Callable[[], Catalogue] = lambda: CATALOGUE
    quota: Quota = QUOTA
    told: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        plain = Settings(
            mode=Mode.SANDBOX, data=self.folder / "bot", database_url=SecretStr(self.database), port=0
        )
        return sandbox_settings(plain, int(self.http.port or 0))

    async def weather(self, **faults: Any) -> None:
        quota = {
            "units_per_10s": self.quota.units,
            "writes_per_150s": self.quota.writes,
            "teams_per_s": self.quota.teams,
        }
        faults = {"licence_s": 0.2, "operation_s": 0.2, "quota": quota, **faults}
        answer = await self.http.post("/sandbox/faults", json=faults)
        assert answer.status == 200, await answer.text()

    async def used(self) -> Any:
        return await (await self.http.get("/sandbox/quota")).json()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[RollOut]:
        blocked = frozenset(blocked_numbers())
        async with open_roll_out(
            self.settings, self.catalogue, 60, pace=QUICK, quota=self.quota, blocked=blocked
        ) as roll_out:
            yield roll_out

    async def look(
        self, roll_out: RollOut, people: Sequence[str], persona: str = "Manchester Calling"
    ) -> tuple[RolloutPlan, Sponsors]:
        rows = read_people("\n".join(["person", *people]).encode(), "people.csv")
        sponsors = await roll_out.sponsors(MANAGER, ADMIN, "New office")
        chosen = roll_out.persona(persona)
        return await roll_out.plan(chosen, rows, sponsors, self._report), sponsors

    async def roll_out(self, people: Sequence[str], persona: str = "Manchester Calling") -> list[Outcome]:
        """Plan and carry out."""
        async with self.opened() as roll_out:
            plan, sponsors = await self.look(roll_out, people, persona)
            return list(await roll_out.carry_out(plan, sponsors, asyncio.Event(), self._report))

    def _report(self, what: str, done: int, total: int) -> None:
        self.told.append((what, done, total))

    def ledger(self) -> Counter[str]:
        return Counter(entry.action for entry in self.tenant.log)

    def done_twice(self) -> list[tuple[str, str]]:
        """Memberships and numbers that somebody was given more than once."""
        done = Counter(
            (entry.action, entry.detail.get("member") or entry.detail.get("target") or entry.subject)
            for entry in self.tenant.log
            if entry.action in {"member.added", "number.assigned"}
        )
        return [what for what, count in done.items() if count > 1]

    def numbers_of(self, person_id: str) -> list[str]:
        return [n.telephone_number for n in self.tenant.numbers if n.assignment_target_id == person_id]


@asynccontextmanager
async def open_office(folder: Path, count: int, database: str = "", **more: Any) -> AsyncIterator[Office]:
    """With so many new hires."""
    tenant = Tenant.open(folder / "tenant", lambda: datetime.now(UTC))
    join(tenant, hires(count))
    async with TestClient(TestServer(create_app(tenant))) as http:
        office = Office(folder, tenant, http, database, **more)
        await office.weather()
        yield office
    tenant.close()
