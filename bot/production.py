"""The product in a real Teams: one process that serves until it is asked to end."""

from __future__ import annotations

from contextlib import AsyncExitStack

import structlog

from bot.catalogue import personas_of
from bot.rules import rules_of
from bot.serving import serving, until_stopped
from bot.wiring import Switchboard
from services.settings import Settings

log = structlog.get_logger()


async def run_production(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises BadInput when a port or a folder cannot be used."""
    async with AsyncExitStack() as stack:
        switchboard = Switchboard(settings, personas=personas_of(settings), rules=rules_of(settings))
        await switchboard.start()
        stack.push_async_callback(switchboard.stop)
        port = await stack.enter_async_context(serving(switchboard.app, settings.host, settings.port))
        log.info("serving", host=settings.host, port=port)
        await until_stopped()
