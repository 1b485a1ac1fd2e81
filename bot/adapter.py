"""The Bot Framework adapter: botbuilder's, with correct HTTP replies and a fast way in and out."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import web
from botbuilder.core import Bot, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import (
    Activity,
    ActivityEventNames,
    ActivityTypes,
    ConversationReference,
    ResourceResponse,
)
from botframework.connector import Channels
from botframework.connector.auth import (
    ClaimsIdentity,
    ConnectorFactory,
    ServiceClientCredentialsFactory,
    UserTokenClient,
)
from structlog.contextvars import bind_contextvars
from typing_extensions import override

from bot.authentication import Authentication, Forbidden, Unauthenticated
from bot.channel_errors import ChannelError
from bot.connectors import Connectors
from bot.http_replies import Refusal, body_of, refused, replied
from bot.identity import BotIdentity, credentials_of
from bot.inbound import BadActivity, parse_activity
from bot.lanes import Lanes
from bot.outbound import Outbound
from bot.outbound_json import Reference, to_wire
from bot.service_url import ServiceUrlRule
from bot.signing_keys import CHANNEL_KEYS_URL, KeysUnavailable, SigningKeys
from bot.tokens import Tokens
from bot.transport import Patience, Transport
from bot.turn import Turn
from services.ports import SendBudget
from services.send_budget import LocalSendBudget

MAX_BODY = 256 * 1024

Callback = Callable[[TurnContext], Awaitable[Any]]

_PROACTIVE = {ActivityEventNames.continue_conversation, ActivityEventNames.create_conversation}
_log = structlog.get_logger(__name__)


class Adapter(CloudAdapter):
    """Takes activities over HTTP, runs the bot's turns, and sends what the bot has to say.

    With an `identity` only the channel's signed activities are taken. Without one, `allow_unauthenticated`
    must say that this is meant: then anyone may speak, and the bot answers to this machine only.
    """

    def __init__(
        self,
        identity: BotIdentity | None,
        *,
        allow_unauthenticated: bool = False,
        max_body: int = MAX_BODY,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
        credentials: ServiceClientCredentialsFactory | None = None,
        keys_url: str = CHANNEL_KEYS_URL,
        budget: SendBudget | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`max_body` is in bytes; `tls` trusts more than the system does; `now` counts seconds.

        `credentials` and `keys_url` stand in for Entra's sign-in and the channel's key list, where a cloud
        has others than the public one. `budget` says when messages may go; without one, this process keeps
        Teams' limits as if it were the only one.
        """
        if (identity is None) != allow_unauthenticated:
            raise ValueError("A bot has either an identity or leave to take unauthenticated activities.")
        factory = credentials or credentials_of(identity)
        tokens = None if identity is None else Tokens(factory, identity.app_id, now=now)
        rule = ServiceUrlRule(loopback_only=identity is None)
        patience = patience or Patience()
        self._transport = Transport(tokens, patience=patience, tls=tls, sleep=sleep)
        super().__init__(Authentication(factory, Connectors(self._transport, rule), rule))
        if budget is None:
            budget = LocalSendBudget(now=now)
        lanes = Lanes(budget, longest=patience.longest_asked, sleep=sleep)
        self.outbound = Outbound(self._transport, rule, lanes)
        self._max_body = max_body
        self._keys: SigningKeys | None = None
        if identity is not None:
            self._keys = SigningKeys(self._transport.download, keys_url, now=now)
            self._keys.install()

    @override
    async def process(self, request: web.Request, bot: Bot, ws_response: object = None) -> web.Response:
        """Run the turn of one HTTP request and return its reply; never raises for what a caller sends.

        Log lines written during the turn carry the `correlation_id` that an error reply shows.
        """
        correlation_id = uuid4().hex
        bind_contextvars(correlation_id=correlation_id)
        try:
            activity = parse_activity(await body_of(request, self._max_body))
            header = request.headers.get("Authorization", "")
            invoke = await self.process_activity(header, activity, bot.on_turn)
            return replied(invoke, activity.name)
        except Exception as error:  # noqa: BLE001  the last line of defence: nothing of it reaches the caller
            refusal = _refusal_of(error)
            log = _log.error if refusal.status == 500 else _log.warning
            log(
                "activity.refused" if refusal.status < 500 else "activity.failed",
                status=refusal.status,
                code=refusal.code,
                reason=str(error),
                correlation_id=correlation_id,
                exc_info=refusal.status == 500,
            )
            return refused(refusal, correlation_id)

    async def close(self) -> None:
        """Close the connections to the channel."""
        if self._keys is not None:
            await self._keys.close()
        await self._transport.close()

    @override
    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        """Send addressed activities; an invoke's answer is kept for the HTTP reply. Raises ChannelError."""
        sent: list[ResourceResponse] = []
        for activity in activities:
            message_id = ""
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[self._INVOKE_RESPONSE_KEY] = activity
            elif activity.type != ActivityTypes.trace or activity.channel_id == Channels.emulator:
                activity.id = None  # type: ignore[assignment]  # the channel gives it
                message_id = await self.outbound.send(
                    _address_of(activity), to_wire(activity), reply_to=activity.reply_to_id or ""
                )
            sent.append(ResourceResponse(id=message_id))
        return sent

    @override
    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Replace a sent message. Raises ChannelError, MessageGone among them."""
        await self.outbound.update(_address_of(activity), activity.id, to_wire(activity))
        return ResourceResponse(id=activity.id)

    @override
    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Delete a sent message. Raises ChannelError, MessageGone among them."""
        await self.outbound.delete(_address_of(reference), reference.activity_id)

    async def run_pipeline(self, context: TurnContext, callback: Callback) -> Any:  # type: ignore[override]
        """Run a turn. What goes wrong in a proactive one is its caller's to know, not `on_turn_error`'s."""
        if context.activity.type == ActivityTypes.event and context.activity.name in _PROACTIVE:
            return await self._middleware.receive_activity_with_status(context, callback)
        return await super().run_pipeline(context, callback)

    @override
    def _create_turn_context(
        self,
        activity: Activity,
        claims_identity: ClaimsIdentity,
        oauth_scope: str,
        connector_client: Any,  # the SDK names its synchronous client here and passes the other
        user_token_client: UserTokenClient,
        logic: Callback,
        connector_factory: ConnectorFactory,
    ) -> Turn:
        turn = Turn(self, activity)
        turn.turn_state.update(
            {
                self.BOT_IDENTITY_KEY: claims_identity,
                self.BOT_CONNECTOR_CLIENT_KEY: connector_client,
                self.USER_TOKEN_CLIENT_KEY: user_token_client,
                self.BOT_CALLBACK_HANDLER_KEY: logic,
                self.CONNECTOR_FACTORY_KEY: connector_factory,
                self.BOT_OAUTH_SCOPE_KEY: oauth_scope,
            }
        )
        return turn


def _refusal_of(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, BadActivity):
        return Refusal(400, "BadActivity", str(error))
    if isinstance(error, web.HTTPException):
        return Refusal(error.status, "BadRequest", error.reason)
    if isinstance(error, Unauthenticated):
        return Refusal(401, "Unauthorized", "The request carries no valid token of the channel.")
    if isinstance(error, Forbidden):
        return Refusal(403, "Forbidden", str(error))
    if isinstance(error, KeysUnavailable):
        return Refusal(503, "KeysUnavailable", "Tokens cannot be checked right now. Try again later.")
    if isinstance(error, ChannelError):
        return Refusal(502, "ChannelRefused", "The answer could not be delivered to the chat.")
    return Refusal(500, "InternalError", "Something went wrong here. The log has the details.")


def _address_of(addressed: Activity | ConversationReference) -> Reference:
    return Reference(service_url=addressed.service_url, conversation_id=addressed.conversation.id)
