"""Processes that are started, waited for, killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from bot.serving import free_port

ROOT = Path(__file__).parent.parent.parent


class Program:
    """``python -m MODULE PORT ARGUMENTS`` on a port that stays the same over all its lives.

    ``ready_at`` is the path that answers with 200 once it can be used, and ``up`` whether it did. What it
    says goes to ``log``.
    """

    def __init__(self, module: str, arguments: Sequence[str], ready_at: str, log: Path) -> None:
        self.port = free_port()
        self.up = asyncio.Event()
        self._command = (sys.executable, "-m", module, str(self.port), *arguments)
        self._ready_at = ready_at
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of its present life."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Start it; it is not ready yet."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, stdout=log, stderr=log
            )

    async def ready(self, within: float = 60.0) -> None:
        """Return when it can be used. Raises AssertionError with its last words."""
        async with asyncio.timeout(within), aiohttp.ClientSession() as session:
            while not self.up.is_set():
                self.check()
                try:
                    async with session.get(self.url + self._ready_at) as answer:
                        if answer.status == 200:
                            self.up.set()
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    def check(self) -> None:
        """Raise AssertionError if it ended by itself."""
        if self._process is not None and self._process.returncode is not None:
            words = self._log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise AssertionError(f"{self._command[2]} ended with {self._process.returncode}:\n{words}")

    async def keep_alive(self) -> None:
        """Start it again whenever it has ended, as an orchestrator does, until cancelled."""
        while True:
            await self.start()
            with contextlib.suppress(AssertionError):
                await self.ready()
            assert self._process is not None
            await self._process.wait()
            self.up.clear()
            await asyncio.sleep(0.2)

    async def kill(self) -> None:
        """End it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it as an operator does."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        self.up.clear()
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()
