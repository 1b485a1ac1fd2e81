"""The tenant over HTTP: `/v1.0/...` as Graph, `/sandbox/state` and `/sandbox/faults` for people."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import orjson
from aiohttp import web

from services.sandbox.call import Call, Reply
from services.sandbox.clockwork import settle
from services.sandbox.faults import FaultsError, parse_faults
from services.sandbox.graph import Graph, Weathered
from services.sandbox.state import whole_state
from services.sandbox.tenant import Tenant

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(tenant: Tenant) -> web.Application:
    """Return the application that serves a tenant. Whoever opened the tenant closes it."""
    graph = Graph(tenant)
    app = web.Application(client_max_size=4 * 1024 * 1024)
    app.router.add_route("*", "/v1.0/{path:.*}", _serve_graph(graph))
    app.router.add_get("/sandbox/state", _serve_state(tenant))
    app.router.add_get("/sandbox/faults", _show_faults(tenant))
    app.router.add_post("/sandbox/faults", _set_faults(graph))
    app.router.add_get("/sandbox/quota", _show_quota(graph))
    return app


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def _serve_graph(graph: Graph) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        request_id = str(uuid.uuid4())
        call = Call(
            method=request.method,
            path=request.rel_url.raw_path.removeprefix("/v1.0"),
            query=dict(request.query),
            headers={name.lower(): value for name, value in request.headers.items()}
            | {"x-sandbox-request-id": request_id},
            body=await request.read(),
            base=f"{request.scheme}://{request.host}/v1.0",
        )
        reply = graph.authorize(call)
        if reply is None:
            latency_ms = graph.tenant.box.conditions(call.method, call.path).latency_ms
            if latency_ms > 0:
                await asyncio.sleep(latency_ms / 1000)
            reply = graph.serve(call)
        return _response(call, reply, request_id)

    return handle


def _response(call: Call, reply: Reply, request_id: str) -> web.Response:
    headers = {
        "request-id": request_id,
        "client-request-id": call.headers.get("client-request-id", request_id),
    }
    headers |= reply.headers
    if isinstance(reply, Weathered) and reply.raw is not None:
        return web.Response(status=reply.status, body=reply.raw, headers=headers)
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    headers["Content-Type"] = "application/json; odata.metadata=minimal"
    return web.Response(status=reply.status, body=orjson.dumps(reply.body), headers=headers)


def _serve_state(tenant: Tenant) -> Handler:
    async def handle(_request: web.Request) -> web.StreamResponse:
        settle(tenant)
        tenant.commit()
        return _json(whole_state(tenant))

    return handle


def _show_faults(tenant: Tenant) -> Handler:
    async def handle(_request: web.Request) -> web.StreamResponse:
        return _json(tenant.box.faults.model_dump(exclude_none=True))

    return handle


def _show_quota(graph: Graph) -> Handler:
    """What callers have taken of the quota since it was set, and how often each bucket was empty."""

    async def handle(_request: web.Request) -> web.StreamResponse:
        return _json({"admitted": graph.meter.admitted, "refused": graph.meter.refused})

    return handle


def _set_faults(graph: Graph) -> Handler:
    box = graph.tenant.box

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            faults = parse_faults(orjson.loads(await request.read()))
        except orjson.JSONDecodeError:
            return _json({"error": {"message": "The body is not JSON. Send {} to clear all faults."}}, 400)
        except FaultsError as error:
            return _json({"error": {"message": str(error)}}, 400)
        if faults.quota != box.faults.quota:  # other weather leaves the buckets as they are
            graph.meter.set(faults.quota)
        box.set(faults)
        return _json(box.faults.model_dump(exclude_none=True))

    return handle
