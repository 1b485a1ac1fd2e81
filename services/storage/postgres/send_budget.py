"""The SendBudget of all replicas, in their database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from services.domain.allowance import INSTANT, TEAMS, Allowance, Slot
from services.send_budget import LocalSendBudget
from services.storage.postgres.session import Row
from services.storage.postgres.statements import Statement, load

log = structlog.get_logger()

_SQL = load("send_budget")

ANSWER_SECONDS = 1.0
"""How long a message waits for the database; then it goes by what this replica alone knows."""

ALONE_SECONDS = 5.0
"""How long the database is left alone after it did not answer, so that not each message waits for it."""

FORGET_SECONDS = 60.0
"""Between two clean-ups by one replica."""


class PostgresSendBudget:
    """Asks the database, by its clock. Without an answer each replica keeps the limits by itself.

    Then replicas that write into the same conversation may exceed them together; Teams refuses what is too
    much, and it is sent again. ``now`` counts seconds of this machine.
    """

    def __init__(
        self,
        pool: asyncpg.Pool[Row],
        allowance: Allowance = TEAMS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._local = LocalSendBudget(allowance, now)
        self._now = now
        self._alone_until = 0.0
        self._forget_at = now() + FORGET_SECONDS
        self._asking: set[asyncio.Task[Row | None]] = set()
        self._given = {
            "brief_interval": allowance.brief.interval,
            "brief_tolerance": allowance.brief.tolerance,
            "lasting_interval": allowance.lasting.interval,
            "lasting_tolerance": allowance.lasting.tolerance,
            "tenant_interval": allowance.tenant.interval,
            "tenant_tolerance": allowance.tenant.tolerance,
            "instant": INSTANT,
        }

    async def reserve(self, conversation_id: str) -> Slot:
        """Reserve the next moment for a message into this conversation."""
        row = await self._answer(_SQL["reserve"], conversation=conversation_id)
        if row is None:
            return await self._local.reserve(conversation_id)
        if self._now() >= self._forget_at:
            self._forget_at = self._now() + FORGET_SECONDS
            self._ask(_SQL["forget"])
        return Slot(granted=row["granted"], wait=row["wait"], at=row["at"])

    async def hold_back(self, conversation_id: str, seconds: float) -> None:
        """Grant nothing more in this conversation for ``seconds``."""
        await self._local.hold_back(conversation_id, seconds)
        await self._answer(_SQL["hold_back"], conversation=conversation_id, seconds=seconds)

    async def _answer(self, statement: Statement, **given: Any) -> Row | None:
        """The statement's row; None when there is none, or no database."""
        if self._now() < self._alone_until:
            return None
        asking = self._ask(statement, **given)
        try:
            # Not wait_for: it would wait until the driver has taken the question back, and a database that
            # hangs does not let it.
            await asyncio.wait({asking}, timeout=ANSWER_SECONDS)
        finally:
            answered = asking.done()
            asking.cancel()
        if not answered:
            self._goes_alone(f"no answer in {ANSWER_SECONDS} s")
            return None
        error = asking.exception()
        if error is not None:
            self._goes_alone(f"{type(error).__name__}: {error}")
            return None
        if self._alone_until:
            self._alone_until = 0.0
            log.info("send_budget_shared_again")
        return asking.result()

    def _ask(self, statement: Statement, **given: Any) -> asyncio.Task[Row | None]:
        arguments = statement.arguments(self._given | given)
        asking = asyncio.create_task(self._row(statement.sql, arguments))
        self._asking.add(asking)
        asking.add_done_callback(self._asked)
        return asking

    async def _row(self, sql: str, arguments: list[Any]) -> Row | None:
        async with self._pool.acquire(timeout=ANSWER_SECONDS) as connection:
            return await connection.fetchrow(sql, *arguments)

    def _asked(self, asking: asyncio.Task[Row | None]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            asking.exception()  # looked at here, where nobody waits for it any more

    def _goes_alone(self, why: str) -> None:
        self._alone_until = self._now() + ALONE_SECONDS
        log.warning("send_budget_not_shared", words=why, seconds=ALONE_SECONDS)
