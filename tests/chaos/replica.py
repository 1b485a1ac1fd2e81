"""One replica in a process of its own.

Usage: python -m tests.chaos.replica PORT DATA DATABASE_URL TENANT_PORT [usual]

It provisions in a hurry, unless its pace is to be the usual one. With "" for DATABASE_URL its records are in
DATA.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from bot.sandbox_settings import sandbox_settings
from bot.serving import serving, until_stopped
from bot.wiring import Switchboard
from services import logs
from services.provisioning.pace import Pace
from services.sandbox.company.numbers import blocked_numbers
from services.settings import Mode, Settings
from tests.pace import QUICK

HURRIED = replace(QUICK, doubt=6.0, late_doubt=30.0, fault_patience=60.0)
"""An order takes effect, and shows, well within its doubt: after two seconds in the storm's weather."""


async def main(port: int, data: Path, database: str, tenant_port: int, pace: Pace) -> None:
    logs.configure()
    settings = sandbox_settings(
        Settings(mode=Mode.SANDBOX, data=data, database_url=SecretStr(database)), tenant_port
    )
    switchboard = Switchboard(settings, pace=pace, blocked=frozenset(blocked_numbers()))
    await switchboard.start()
    async with serving(switchboard.app, "127.0.0.1", port):
        await until_stopped()
    await switchboard.stop()


if __name__ == "__main__":
    chosen = Pace() if "usual" in sys.argv else HURRIED
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), chosen))
