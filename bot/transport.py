"""HTTP to the channel: one shared session, the bot's token, and patience with a busy channel."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from botframework.connector.auth import AuthenticationConstants
from multidict import CIMultiDict, CIMultiDictProxy
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random
from yarl import URL

from bot.channel_errors import ChannelUnavailable
from bot.lanes import Lane
from bot.tokens import Tokens

CHANNEL_AUDIENCE = AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE

# Source: platform documentation, "Rate limiting": 412, 429, 502 and 504 pass; 503 says so itself.
_BUSY = frozenset({412, 429, 502, 503, 504})
_HEADERS = {"User-Agent": "Microsoft-BotFramework/3.1 (Switchboard)", "Accept": "application/json"}


@dataclass(frozen=True)
class Patience:
    """How long a send is tried: pauses grow from `first` to `longest` seconds, with jitter.

    A channel that asks for a pause longer than `longest_asked` seconds is not waited for.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 8.0
    longest_asked: float = 30.0


@dataclass(frozen=True)
class Answer:
    """What the channel answered; the body is read."""

    status: int
    headers: CIMultiDictProxy[str] | CIMultiDict[str]
    body: bytes

    @property
    def retry_after(self) -> float | None:
        """Seconds the channel asks to wait, if it says so in seconds."""
        try:
            return max(0.0, float(self.headers["Retry-After"]))
        except (KeyError, ValueError):
            return None


class Transport:
    """Sends requests to the channel. Opens its session at the first use; `close` ends it."""

    def __init__(
        self,
        tokens: Tokens | None,
        *,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._tokens = tokens
        self._patience = patience or Patience()
        self._tls = tls
        self._sleep = sleep
        self._opened: aiohttp.ClientSession | None = None
        self._grow = wait_exponential(
            multiplier=self._patience.first, max=self._patience.longest
        ) + wait_random(0, self._patience.first)

    async def request(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        *,
        audience: str = CHANNEL_AUDIENCE,
        lane: Lane | None = None,
    ) -> Answer:
        """Return the channel's answer, whatever its status, after waiting out a busy channel.

        `url` is percent-encoded already. Each try waits for its turn in the `lane`, for Teams counts each.
        Raises ChannelUnavailable when no answer came, and SignInFailed.
        """
        target = URL(url, encoded=True)
        answer = await self._once(method, target, body, audience, lane)
        if isinstance(answer, Answer) and answer.status not in _BUSY:
            return answer
        answer = await self._again(answer, lambda: self._once(method, target, body, audience, lane))
        if isinstance(answer, Answer):
            return answer
        raise ChannelUnavailable(f"The channel cannot be reached: {answer!r}") from answer

    async def download(self, url: str) -> bytes:
        """Return a public document, without the bot's token. Raises OSError."""
        try:
            async with self._session().get(url) as response:
                response.raise_for_status()
                return await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OSError(f"{url} cannot be read: {error!r}") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._tokens is not None:
            await self._tokens.close()
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=200, keepalive_timeout=60, ssl=self._tls or True),
                timeout=aiohttp.ClientTimeout(total=10, sock_connect=5),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
            )
        return self._opened

    async def _once(
        self, method: str, url: URL, body: bytes | None, audience: str, lane: Lane | None
    ) -> Answer | OSError:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._tokens is not None:
            headers["Authorization"] = f"Bearer {await self._tokens.get(audience)}"
        if lane is not None:
            await lane.turn()  # last, so that nothing comes between the turn and the request
        answer = await self._answer(method, url, body, headers)
        if lane is not None and isinstance(answer, Answer) and answer.status == 429 and answer.retry_after:
            await lane.throttled(answer.retry_after)
        return answer

    async def _answer(
        self, method: str, url: URL, body: bytes | None, headers: dict[str, str]
    ) -> Answer | OSError:
        try:
            # Redirects are not followed: they would carry the bot's token to another address.
            async with self._session().request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                return Answer(response.status, response.headers, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            return error if isinstance(error, OSError) else OSError(str(error) or type(error).__name__)

    async def _again(
        self, first: Answer | OSError, once: Callable[[], Awaitable[Answer | OSError]]
    ) -> Answer | OSError:
        """Try until the channel has an opinion or patience ends; `first` counts as the first attempt."""
        seen = [first]

        async def attempt() -> Answer | OSError:
            return seen.pop() if seen else await once()

        return await AsyncRetrying(
            retry=retry_if_result(self._worth_another),
            stop=stop_after_attempt(self._patience.attempts),
            wait=self._pause,
            sleep=self._sleep,
            retry_error_callback=_last,
        )(attempt)

    def _worth_another(self, answer: Answer | OSError) -> bool:
        if isinstance(answer, OSError):
            return True
        asked = answer.retry_after or 0.0
        return answer.status in _BUSY and asked <= self._patience.longest_asked

    def _pause(self, state: RetryCallState) -> float:
        answer = state.outcome.result() if state.outcome else None
        asked = answer.retry_after if isinstance(answer, Answer) else None
        return max(asked or 0.0, float(self._grow(state)))


def _last(state: RetryCallState) -> Answer | OSError:
    if state.outcome is None:
        return OSError("The channel was not asked.")
    result: Answer | OSError = state.outcome.result()
    return result
