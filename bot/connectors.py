"""The SDK's own connector clients, for what of the SDK needs them (TeamsInfo, create_conversation).

The stock factory builds a client for every turn, which costs more than the turn, and sends through a pool
of threads. Here one client per service URL and audience is kept, and all send through the bot's transport.
"""

from __future__ import annotations

from typing import Any

from botframework.connector import BotFrameworkConnectorConfiguration
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import ConnectorFactory, MicrosoftAppCredentials
from cachetools import LRUCache
from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http import ClientRequest
from msrest.universal_http.async_abc import AsyncClientResponse
from multidict import CIMultiDict

from bot.service_url import ServiceUrlRule
from bot.transport import CHANNEL_AUDIENCE, Answer, Transport

_Response = Response[ClientRequest, AsyncClientResponse]


class Connectors(ConnectorFactory):
    """Gives the cached connector client of a service URL."""

    def __init__(self, transport: Transport, rule: ServiceUrlRule) -> None:
        self._transport = transport
        self._rule = rule
        self._clients: LRUCache[tuple[str, str], ConnectorClient] = LRUCache(maxsize=64)

    async def create(self, service_url: str, audience: str | None = None) -> ConnectorClient:
        """Return the client. Raises ForeignServiceUrl."""
        base, audience = self._rule.base(service_url), audience or CHANNEL_AUDIENCE
        client = self._clients.get((base, audience))
        if client is None:
            client = self._clients[base, audience] = self._made(base, audience)
        return client

    def _made(self, base: str, audience: str) -> ConnectorClient:
        # The transport adds the token, so the SDK's credentials stay empty.
        configuration = BotFrameworkConnectorConfiguration(
            MicrosoftAppCredentials("", ""),
            base,
            pipeline_type=_Pipeline,
            sender=_Sender(self._transport, audience),
        )
        return ConnectorClient(None, custom_configuration=configuration)


class _Pipeline(AsyncPipeline[ClientRequest, AsyncClientResponse]):
    def __init__(self, config: BotFrameworkConnectorConfiguration) -> None:
        super().__init__([config.user_agent_policy, RawDeserializer()], config.sender)


class _Sender(AsyncHTTPSender[ClientRequest, AsyncClientResponse]):
    def __init__(self, transport: Transport, audience: str) -> None:
        self._transport = transport
        self._audience = audience

    async def send(self, request: Request[ClientRequest], **_config: Any) -> _Response:
        asked = request.http_request
        data = asked.data.encode() if isinstance(asked.data, str) else asked.data
        answer = await self._transport.request(asked.method, asked.url, data, audience=self._audience)
        return Response(request, _Answered(asked, answer))

    def build_context(self) -> None:
        return None

    async def __aexit__(self, *_details: object) -> None:
        """The transport belongs to the adapter, which closes it."""


class _Answered(AsyncClientResponse):
    """The transport's answer in the shape that the SDK reads."""

    def __init__(self, request: ClientRequest, answer: Answer) -> None:
        super().__init__(request, answer)
        self.status_code = answer.status
        self.headers = CIMultiDict(answer.headers)
        self.reason = ""
        self._body = answer.body

    def body(self) -> bytes:
        return self._body

    def raise_for_status(self) -> None:
        """The SDK's operations look at `status_code` and raise their own errors."""
