"""Serves a bot on this machine, the way its web application does, for tests of the adapter alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from botbuilder.core import Bot

from bot.adapter import Adapter
from bot.serving import serving


@asynccontextmanager
async def hosted(adapter: Adapter, bot: Bot) -> AsyncIterator[str]:
    """Yield the address of the bot; the adapter is closed at the end."""

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    app = web.Application()
    app.router.add_route("*", "/api/messages", messages)
    try:
        async with serving(app, "127.0.0.1", 0) as port:
            yield f"http://127.0.0.1:{port}"
    finally:
        await adapter.close()
