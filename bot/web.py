"""The web application: activities in, health and metrics out."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import orjson
from aiohttp import web
from botbuilder.core import Bot
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from bot.adapter import Adapter

Readiness = Callable[[], Awaitable[str]]
"""Gives why turns cannot be taken at the moment, or nothing when they can."""


class Metrics:
    """What operators watch."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter(
            "switchboard_turns", "Activities taken, by HTTP status", ["status"], registry=self.registry
        )
        self._seconds = Histogram(
            "switchboard_turn_seconds", "Time from an activity to its reply", registry=self.registry
        )

    def turn(self, status: int, seconds: float) -> None:
        """Count one turn."""
        self._turns.labels(status).inc()
        self._seconds.observe(seconds)


def create_app(adapter: Adapter, bot: Bot, readiness: Readiness) -> web.Application:
    """The application with its four routes."""
    metrics = Metrics()

    async def messages(request: web.Request) -> web.Response:
        began = time.perf_counter()
        response = await adapter.process(request, bot)
        metrics.turn(response.status, time.perf_counter() - began)
        return response

    async def healthz(_: web.Request) -> web.Response:
        return _json(200, {"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        why_not = await readiness()
        return (
            _json(503, {"status": "not ready", "reason": why_not})
            if why_not
            else _json(200, {"status": "ready"})
        )

    async def expose(_: web.Request) -> web.Response:
        body = generate_latest(metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_route("*", "/api/messages", messages)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", expose)
    return app


def _json(status: int, body: dict[str, str]) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
