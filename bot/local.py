"""The sandbox on this machine: the tenant, the bot and the chat windows, in one command."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from bot.catalogue import personas_of
from bot.rules import rules_of
from bot.sandbox_settings import LOOPBACK, sandbox_settings
from bot.serving import free_port, serving, until_stopped
from bot.wiring import Switchboard
from services.domain.errors import BadInput
from services.sandbox import company
from services.sandbox.company.numbers import blocked_numbers
from services.sandbox.server import create_app
from services.sandbox.store import SandboxError
from services.sandbox.tenant import Tenant
from services.sandbox.windows import Sitter, Window, close_windows, installed, open_windows
from services.settings import Settings

PARTS = (
    ("employee", company.EMPLOYEE),
    ("manager", company.MANAGER),
    ("queue owner and admin", company.ADMIN),
)


async def run_local(settings: Settings, show: Callable[[str, Sequence[Window]], None]) -> None:
    """Run until Ctrl-C; ``show`` is told the bot's address and the windows when everything is ready.

    Raises BadInput when a port or a folder cannot be used.
    """
    port = settings.port or free_port()
    async with AsyncExitStack() as stack:
        bot_url = f"http://{LOOPBACK}:{port}/api/messages"
        windows = asyncio.create_task(_windows(settings, bot_url))  # they take as long to start as the bot
        stack.push_async_callback(_close, windows)
        tenant_port = await stack.enter_async_context(sandbox_tenant(settings))
        settings = sandbox_settings(settings, tenant_port)
        switchboard = Switchboard(
            settings,
            blocked=frozenset(blocked_numbers()),
            personas=personas_of(settings),
            rules=rules_of(settings),
        )
        await switchboard.start()
        stack.push_async_callback(switchboard.stop)
        await stack.enter_async_context(serving(switchboard.app, settings.host, port))
        await switchboard.until_ready()
        show(bot_url, await windows)
        await until_stopped()


async def _close(windows: asyncio.Task[list[Window]]) -> None:
    with contextlib.suppress(BadInput):
        await close_windows(await windows)


@asynccontextmanager
async def sandbox_tenant(settings: Settings) -> AsyncIterator[int]:
    """Serve the tenant of the data folder; gives the port. Raises BadInput when it cannot be used."""
    try:
        tenant = Tenant.open(settings.data / "tenant", lambda: datetime.now(UTC))
    except SandboxError as error:
        raise BadInput(what=str(error)) from error
    try:
        async with serving(create_app(tenant), LOOPBACK, settings.tenant_port) as port:
            yield port
    finally:
        tenant.close()


async def _windows(settings: Settings, bot_url: str) -> list[Window]:
    if not settings.playground:
        return []
    if not installed():
        raise BadInput(what="The Agents Playground is not installed. Run `make run`, or add --no-playground.")
    sitters = [
        Sitter(
            role=role,
            id=player.id,
            name=player.name,
            given_name=player.given_name,
            surname=player.surname,
            upn=player.upn,
        )
        for role, player in PARTS
    ]
    return await open_windows(sitters, tenant_id=company.TENANT_ID, bot_url=bot_url, folder=settings.data)
