"""Serves a bot on this machine, the way its web application does, for tests of the adapter alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from botbuilder.core import Bot

from bot.adapter import Adapter


@asynccontextmanager
async def hosted(adapter: Adapter, bot: Bot) -> AsyncIterator[str]:
    """Yield the address of the bot; the adapter is closed at the end."""

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    app = web.Application()
    app.router.add_route("*", "/api/messages", messages)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        await adapter.close()
