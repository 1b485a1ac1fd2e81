"""Serving an application until the process is asked to end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from services.domain.errors import BadInput


def stopped() -> asyncio.Event:
    """An event that Ctrl-C sets, and whatever asks the process to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on the loop
            loop.add_signal_handler(wanted, stop.set)
    return stop


async def until_stopped() -> None:
    """Return at Ctrl-C or when the process is asked to end."""
    await stopped().wait()


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve an application; gives the port. Raises BadInput when the port cannot be used.

    Bodies reach the application as they came: it decides whether it takes a packed one, and how large.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5, auto_decompress=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise BadInput(
                what=f"Port {port} cannot be used ({error.strerror}). Choose another one."
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def free_port() -> int:
    """A port of this machine that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
