"""The road between Switchboard and the tenant, where accidents happen as a test arranges them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import orjson
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HTML = b"<html><head><title>502</title></head><body><h1>Bad <b>Gateway</b></h1></body></html>"


@dataclass(frozen=True)
class Accident:
    """What happens to one call. With status 0 the connection breaks without an answer."""

    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    carried_out: bool = False
    """Whether the call reached the tenant and only its answer was lost."""


def refusal(status: int, code: str, message: str) -> Accident:
    """Return an answer in Graph's form that the sandbox tenant itself has no reason to give."""
    inner = {"date": "2026-11-23T08:00:00", "request-id": "req-7", "client-request-id": "req-7"}
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    return Accident(status, orjson.dumps(body), {"Content-Type": "application/json"})


def answer(body: object) -> Accident:
    return Accident(200, orjson.dumps(body), {"Content-Type": "application/json"})


class Road:
    """Stands in front of the tenant's routes: notes every call, and lets accidents happen, each once."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.links = True
        """Whether lists say where they go on."""
        self._accidents: list[tuple[str, Accident]] = []

    def expect(self, pattern: str, *accidents: Accident) -> None:
        """Let accidents happen to the next calls that match, such as ``POST */assignNumber``."""
        self._accidents += [(pattern, accident) for accident in accidents]

    def times(self, pattern: str) -> int:
        """How often a call was sent."""
        return sum(fnmatchcase(call, pattern) for call in self.calls)

    def calm(self) -> None:
        """Let no more accidents happen."""
        self._accidents.clear()

    @property
    def is_clear(self) -> bool:
        """Whether every accident has happened."""
        return not self._accidents

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v1.0"):
            return await handler(request)
        call = f"{request.method} {request.path}"
        self.calls.append(call)
        accident = self._next(call)
        if accident is None:
            return self._as_tenant_would(await handler(request))
        if accident.carried_out:
            await handler(request)
        if accident.status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=accident.status or 500, body=accident.body, headers=accident.headers)

    def _next(self, call: str) -> Accident | None:
        for index, (pattern, accident) in enumerate(self._accidents):
            if fnmatchcase(call, pattern):
                del self._accidents[index]
                return accident
        return None

    def _as_tenant_would(self, reply: web.StreamResponse) -> web.StreamResponse:
        if self.links or not isinstance(reply, web.Response) or not isinstance(reply.body, bytes):
            return reply
        body = orjson.loads(reply.body)
        body.pop("@odata.nextLink", None)
        return web.Response(status=reply.status, body=orjson.dumps(body), content_type="application/json")
