"""A process that carries a roll-out out, to be killed."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from bot.rolling_out import open_roll_out
from bot.sandbox_settings import sandbox_settings
from services.graph.pacing import Quota
from services.rollout.people_file import read_people
from services.sandbox import company
from services.settings import Mode, Settings
from tests.fakes.personas import CATALOGUE
from tests.pace import QUICK

PEOPLE = 24


def roll_out(folder: Path, tenant_url: str, tell: Connection) -> None:
    """Roll a persona out until killed. Tells everybody's result, in the order of the file."""
    asyncio.run(_roll_out(folder, tenant_url, tell))


async def _roll_out(folder: Path, tenant_url: str, tell: Connection) -> None:
    settings = sandbox_settings(Settings(mode=Mode.SANDBOX, data=folder), 0)
    settings = settings.model_copy(update={"graph_url": tenant_url})
    rows = read_people(b"person\n" + b"".join(b"hire%d@switchboard.example\n" % n for n in range(PEOPLE)), "")
    quota = Quota(teams=100)
    async with open_roll_out(settings, lambda: CATALOGUE, PEOPLE, pace=QUICK, quota=quota) as rolling:
        sponsors = await rolling.sponsors(company.MANAGER.upn, company.ADMIN.upn, "New office")
        plan = await rolling.plan(rolling.persona("Manchester Calling"), rows, sponsors, lambda *_: None)
        for outcome in await rolling.carry_out(plan, sponsors, asyncio.Event(), lambda *_: None):
            tell.send(outcome.result)
