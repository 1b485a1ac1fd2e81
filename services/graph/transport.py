"""The SDK's HTTP client with as little in it as the product needs: above all without retries of its own.

The SDK's default pipeline sends a POST up to four times on 429, 503 and 504 (kiota_http, RetryHandler).
"""

from __future__ import annotations

from typing import cast

import httpx
from kiota_http.middleware import ParametersNameDecodingHandler
from kiota_http.middleware.middleware import BaseMiddleware
from msgraph.graph_request_adapter import options as sdk_options
from msgraph_core.graph_client_factory import GraphClientFactory
from msgraph_core.middleware.options.graph_telemetry_handler_option import GraphTelemetryHandlerOption
from msgraph_core.middleware.telemetry import GraphTelemetryHandler

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
WRITE_SECONDS = 30.0
"""A write that is given up early leaves a doubt to clear up, so it gets longer than a read."""


class Deadline(BaseMiddleware):
    """Gives each request the time that suits it."""

    async def send(self, request: httpx.Request, transport: httpx.AsyncBaseTransport) -> httpx.Response:
        """Pass the request on with its timeouts, in seconds."""
        seconds = READ_SECONDS if request.method == "GET" else WRITE_SECONDS
        request.extensions["timeout"] = httpx.Timeout(seconds, connect=CONNECT_SECONDS).as_dict()
        return await super().send(request, transport)


def make_http_client(base_url: str) -> httpx.AsyncClient:
    """Return the one client that every call goes through.

    Proxy settings of the machine hold for Microsoft 365, not for a tenant that is reached without TLS: that
    one is on this machine, and the tenth of a second that loading certificates takes is saved.
    """
    secure = base_url.startswith("https://")
    middleware: list[BaseMiddleware] = [
        Deadline(),
        ParametersNameDecodingHandler(),  # without it $select would travel as %24select
        # names the SDK and a client-request-id to Microsoft, and to no other host
        GraphTelemetryHandler(_telemetry_option()),
    ]
    client = httpx.AsyncClient(
        verify=secure,
        trust_env=secure,
        limits=httpx.Limits(max_connections=50, max_keepalive_connections=20, keepalive_expiry=20.0),
    )
    with_pipeline: httpx.AsyncClient = GraphClientFactory.create_with_custom_middleware(
        middleware, client=client
    )
    return with_pipeline


def _telemetry_option() -> GraphTelemetryHandlerOption:
    return cast("GraphTelemetryHandlerOption", sdk_options[GraphTelemetryHandlerOption.get_key()])
