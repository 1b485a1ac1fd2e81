"""The channel's proof of who it is: a signing key, its published list, and tokens made with it."""

from __future__ import annotations

import time
from typing import Any

import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"


class ChannelIdentity:
    """Signs activities for one bot, and knows the token that the bot has to show when it answers."""

    def __init__(self, app_id: str, *, bot_token: str = "the bot's own token", key_id: str = "key-1") -> None:
        self.app_id = app_id
        self.bot_token = bot_token
        self.key_downloads = 0
        self.lists_keys = True
        self._key_id = key_id
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def change_key(self, key_id: str) -> None:
        """Sign with a new key from now on, and list no other."""
        self._key_id = key_id
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, service_url: str, **claims: Any) -> str:
        """Return a token as the channel sends it; `claims` replace its own, None leaves one out."""
        now = int(time.time())
        usual = {"iss": ISSUER, "aud": self.app_id, "serviceurl": service_url, "nbf": now, "exp": now + 3600}
        payload = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(payload, self._key, algorithm="RS256", headers={"kid": self._key_id})

    def add_routes(self, app: web.Application) -> None:
        """Publish the key list at /openid."""
        app.router.add_get("/openid", self._document)
        app.router.add_get("/keys", self._list)

    async def _document(self, request: web.Request) -> web.Response:
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(request.url.with_path("/keys"))})

    async def _list(self, _request: web.Request) -> web.Response:
        self.key_downloads += 1
        if not self.lists_keys:
            raise web.HTTPServiceUnavailable
        key = orjson.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return web.json_response({"keys": [{**key, "kid": self._key_id, "endorsements": ["msteams"]}]})
