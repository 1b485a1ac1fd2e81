"""Tokens that the bot shows to the channel, without ever stopping the event loop.

MSAL works synchronously and keeps its own cache: it hands out a token only while more than five minutes of it
are left. So a token that MSAL gave is good for `_GOOD_FOR` seconds, and asking MSAL again before that, in a
thread, keeps a fresh one at hand.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from botframework.connector.auth import (
    AppCredentials,
    AuthenticationConstants,
    ServiceClientCredentialsFactory,
)

from bot.channel_errors import SignInFailed

_ASK_AHEAD = 120.0
_GOOD_FOR = 270.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Held:
    token: str
    since: float


class Tokens:
    """One token per audience, refreshed ahead of need, asked for once however many callers wait."""

    def __init__(
        self,
        credentials: ServiceClientCredentialsFactory,
        app_id: str,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._factory = credentials
        self._app_id = app_id
        self._now = now
        self._credentials: dict[str, AppCredentials] = {}
        self._held: dict[str, _Held] = {}
        self._asking: dict[str, asyncio.Task[str]] = {}

    async def get(self, audience: str) -> str:
        """Return a token for the audience. Raises SignInFailed."""
        held = self._held.get(audience)
        if held is not None:
            age = self._now() - held.since
            if age < _ASK_AHEAD:
                return held.token
            if age < _GOOD_FOR:
                self._ask(audience)
                return held.token
        return await asyncio.shield(self._ask(audience))

    async def close(self) -> None:
        """Wait for the questions under way; a thread cannot be interrupted."""
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    def _ask(self, audience: str) -> asyncio.Task[str]:
        task = self._asking.get(audience)
        if task is None:
            task = self._asking[audience] = asyncio.create_task(self._fetch(audience))
            task.add_done_callback(lambda done: self._asked(audience, done))
        return task

    def _asked(self, audience: str, task: asyncio.Task[str]) -> None:
        self._asking.pop(audience, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.warning("channel.sign_in_failed", audience=audience, error=str(error))

    async def _fetch(self, audience: str) -> str:
        credentials = self._credentials.get(audience)
        if credentials is None:
            credentials = self._credentials[audience] = await self._factory.create_credentials(
                self._app_id,
                audience,
                AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX,
                validate_authority=True,
            )
        asked = self._now()
        try:
            token = await asyncio.to_thread(credentials.get_access_token)
        except (OSError, ValueError, KeyError) as error:  # what the SDK and MSAL raise for a refused sign-in
            raise SignInFailed(f"Entra gives the bot no token for {audience}: {error}") from error
        self._held[audience] = _Held(token, asked)
        return str(token)
