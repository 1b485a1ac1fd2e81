"""The channel's signing keys, for the SDK's token validation.

The SDK downloads the keys synchronously on the event loop, without a timeout, and fails for an unknown key
before it would look for new ones. It asks `JwtTokenExtractor.metadataCache` for the keys of an address first,
so these are put there in its place; checking the token stays the SDK's work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from botframework.connector.auth import AuthenticationConstants, JwtTokenExtractor
from jwt.algorithms import RSAAlgorithm

_REFRESH_AHEAD = 12 * 3600.0
_GOOD_FOR = 24 * 3600.0
_UNKNOWN_KEY_PAUSE = 300.0

_log = structlog.get_logger(__name__)

CHANNEL_KEYS_URL = AuthenticationConstants.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL
Download = Callable[[str], Awaitable[bytes]]


class KeysUnavailable(Exception):
    """The channel's signing keys cannot be downloaded, so no token can be checked."""


@dataclass(frozen=True)
class SigningKey:
    """One public key and the channels that may use it; the names are those the SDK reads."""

    public_key: Any
    endorsements: list[str] = field(default_factory=list)


class SigningKeys:
    """Keys by id, downloaded without blocking, refreshed ahead, at most one download at a time."""

    def __init__(self, download: Download, url: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._download = download
        self._url = url
        self._now = now
        self._keys: dict[str, SigningKey] = {}
        self._since: float | None = None
        self._refreshing: asyncio.Task[None] | None = None

    def install(self) -> None:
        """Make the SDK's validation of channel tokens use these keys, in this whole process."""
        JwtTokenExtractor.metadataCache[CHANNEL_KEYS_URL] = self

    async def get(self, key_id: str | None) -> SigningKey:
        """Return the key. Raises PermissionError for an unknown one, KeysUnavailable without keys."""
        age = self._age()
        if age >= _GOOD_FOR:
            await asyncio.shield(self._refresh())
        elif age >= _REFRESH_AHEAD:
            self._refresh()
        key = self._keys.get(key_id or "")
        if key is None and self._age() > _UNKNOWN_KEY_PAUSE:
            await asyncio.shield(self._refresh())
            key = self._keys.get(key_id or "")
        if key is None:
            raise PermissionError("The token is signed with a key that the channel does not list.")
        return key

    async def close(self) -> None:
        """Stop a download under way."""
        if self._refreshing is not None:
            self._refreshing.cancel()

    def _age(self) -> float:
        return float("inf") if self._since is None else self._now() - self._since

    def _refresh(self) -> asyncio.Task[None]:
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._fetch())
            self._refreshing.add_done_callback(self._refreshed)
        return self._refreshing

    def _refreshed(self, task: asyncio.Task[None]) -> None:
        self._refreshing = None
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.warning("channel.keys_unavailable", url=self._url, error=str(error))

    async def _fetch(self) -> None:
        try:
            document = orjson.loads(await self._download(self._url))
            listed = orjson.loads(await self._download(document["jwks_uri"]))["keys"]
            keys = {
                key["kid"]: SigningKey(RSAAlgorithm.from_jwk(key), key.get("endorsements", []))
                for key in listed
                if key.get("kty") == "RSA"
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeysUnavailable(f"The channel's signing keys cannot be read: {error!r}") from error
        self._keys, self._since = keys, self._now()
