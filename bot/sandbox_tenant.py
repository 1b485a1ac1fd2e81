"""The sandbox tenant for a command: the one that listens, or else the one in the data folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.local import sandbox_tenant
from bot.sandbox_settings import LOOPBACK, sandbox_settings
from services.settings import Settings

LISTENS_SECONDS = 1.0


@asynccontextmanager
async def at_sandbox_tenant(settings: Settings) -> AsyncIterator[Settings]:
    """The settings with those of the sandbox company, whose tenant listens. Raises BadInput."""
    if settings.tenant_port and await _listens(settings.tenant_port):
        yield sandbox_settings(settings, settings.tenant_port)
        return
    async with sandbox_tenant(settings) as port:
        yield sandbox_settings(settings, port)


async def _listens(port: int) -> bool:
    try:
        async with asyncio.timeout(LISTENS_SECONDS):
            _, writer = await asyncio.open_connection(LOOPBACK, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True
