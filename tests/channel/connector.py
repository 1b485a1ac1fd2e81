"""The connector's REST endpoints, as strict as those of Teams."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from tests.channel.message import Message

if TYPE_CHECKING:
    from tests.channel.channel import Chat, TeamsChannel

MAX_ACTIVITY_BYTES = 100 * 1024


class ConnectorError(Exception):
    """The connector refuses a request. `retry_after` is in seconds."""

    def __init__(self, status: int, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.retry_after = status, code, retry_after


class Connector:
    """Serves the bot's requests on the state of a channel."""

    def __init__(self, channel: TeamsChannel) -> None:
        self._channel = channel
        self._changing: set[str] = set()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=1024 * 1024, middlewares=[self._strict])
        base = "/emea/{tenant}/v3/conversations"
        activity = base + "/{chat}/activities/{activity}"
        app.router.add_post(base, self._open)
        app.router.add_post(base + "/{chat}/activities", self._send)
        app.router.add_post(activity, self._send)
        app.router.add_put(activity, self._update)
        app.router.add_delete(activity, self._delete)
        app.router.add_get(activity + "/members", self._members)
        app.router.add_get(base + "/{chat}/members", self._members)
        app.router.add_get(base + "/{chat}/members/{member}", self._member)
        app.router.add_get(base + "/{chat}/pagedmembers", self._paged_members)
        if self._channel.identity is not None:
            self._channel.identity.add_routes(app)
        return app

    @web.middleware
    async def _strict(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Token, tenant, weather and errors are the same for every endpoint."""
        if request.path in {"/openid", "/keys"}:
            response: web.StreamResponse = await handler(request)
            return response
        self._channel.requests.append((request.method, request.raw_path))
        weather = self._channel.weather
        if weather.delay:
            await asyncio.sleep(weather.delay)
        try:
            return await self._answered(request, handler)
        except ConnectorError as error:
            body = {"error": {"code": error.code, "message": str(error)}}
            headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            return web.json_response(body, status=error.status, headers=headers)

    async def _answered(self, request: web.Request, handler: Any) -> web.StreamResponse:
        weather = self._channel.weather
        if weather.busy:
            status = weather.busy.pop(0)
            asked = weather.retry_after if status == 429 else None
            raise ConnectorError(status, "Throttled", "Too many requests.", asked)
        self._check_rate(self._channel.limits.request())
        self._check_token(request)
        if request.match_info.get("tenant", self._channel.tenant_id) != self._channel.tenant_id:
            raise ConnectorError(403, "Forbidden", "The tenant is not this one.")
        response: web.StreamResponse = await handler(request)
        if weather.lost:
            raise ConnectorError(weather.lost.pop(0), "BadGateway", "The answer was lost on its way.")
        return response

    def _check_token(self, request: web.Request) -> None:
        identity, shown = self._channel.identity, request.headers.get("Authorization")
        if identity is None and shown is not None:
            raise ConnectorError(401, "Unauthorized", "A bot without an identity shows no token.")
        if identity is not None and shown != f"Bearer {identity.bot_token}":
            raise ConnectorError(401, "Unauthorized", "Authorization has been denied for this request.")

    def _check_rate(self, wait: float | None) -> None:
        if wait is not None:
            self._channel.throttled += 1
            raise ConnectorError(429, "Throttled", "Too many requests.", math.ceil(wait))

    async def _open(self, request: web.Request) -> web.Response:
        wanted = await _json(request)
        members = wanted.get("members") or []
        tenant = (wanted.get("channelData") or {}).get("tenant", {}).get("id") or wanted.get("tenantId")
        if wanted.get("isGroup") or len(members) != 1:
            raise ConnectorError(400, "BadSyntax", "A personal conversation has exactly one member.")
        if tenant != self._channel.tenant_id:
            raise ConnectorError(400, "BadArgument", "The tenant id is missing or not this one.")
        person = self._channel.known(str(members[0].get("id")))
        if person is None:
            raise ConnectorError(400, "BadArgument", "Failed to decrypt pairwise id.")
        chat = self._channel.chat_of(person)
        self._check_reachable(chat)
        self._check_rate(self._channel.limits.message(f"opening {chat.id}"))
        return web.json_response({"id": chat.id}, status=201)

    async def _send(self, request: web.Request) -> web.Response:
        chat, activity = self._chat(request), await _json(request)
        self._check_rate(self._channel.limits.message(chat.id))
        if activity.get("type") not in {"message", "typing"}:
            raise ConnectorError(400, "BadSyntax", "Unknown activity type.")
        message_id = self._channel.next_id()
        if activity["type"] == "message":
            self._check_content(activity)
            await self._channel.show(chat, Message(message_id, chat.id, activity))
        return web.json_response({"id": message_id}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        chat, activity = self._chat(request), await _json(request)
        self._check_rate(self._channel.limits.message(chat.id))
        self._check_content(activity)
        async with self._alone_with(chat, request):
            message = self._message(chat, request)
            await self._channel.show(chat, message.with_activity(activity))
        return web.json_response({"id": message.id})

    async def _delete(self, request: web.Request) -> web.Response:
        chat = self._chat(request)
        self._check_rate(self._channel.limits.message(chat.id))
        async with self._alone_with(chat, request):
            await self._channel.remove(chat, self._message(chat, request))
        return web.Response()

    @asynccontextmanager
    async def _alone_with(self, chat: Chat, request: web.Request) -> AsyncIterator[None]:
        """A while in which a message is changed; it may be gone at the end of it."""
        message = self._message(chat, request)
        if self._channel.weather.conflicts and message.id in self._changing:
            raise ConnectorError(412, "PreconditionFailed", "Another operation on the message is under way.")
        self._changing.add(message.id)
        try:
            await asyncio.sleep(self._channel.weather.delay)
            yield
        finally:
            self._changing.discard(message.id)

    async def _members(self, request: web.Request) -> web.Response:
        return web.json_response([self._chat(request).person.account()])

    async def _paged_members(self, request: web.Request) -> web.Response:
        return web.json_response({"members": [self._chat(request).person.account()]})

    async def _member(self, request: web.Request) -> web.Response:
        person = self._chat(request).person
        if request.match_info["member"] not in {person.id, person.aad_object_id}:
            raise ConnectorError(404, "MemberNotFoundInConversation", "The member is not here.")
        return web.json_response(person.account())

    def _chat(self, request: web.Request) -> Chat:
        chat = self._channel.chat_with_id(request.match_info["chat"])
        if chat is None:
            raise ConnectorError(404, "ConversationNotFound", "Conversation not found.")
        self._check_reachable(chat)
        return chat

    def _check_reachable(self, chat: Chat) -> None:
        if not chat.person.has_app:
            raise ConnectorError(
                403, "BotNotInConversationRoster", "The bot is not part of the conversation roster."
            )
        if chat.person.blocks_the_bot:
            raise ConnectorError(403, "ConversationBlockedByUser", "The user blocked the bot.")

    def _check_content(self, activity: dict[str, Any]) -> None:
        if len(orjson.dumps(activity)) > MAX_ACTIVITY_BYTES:
            raise ConnectorError(413, "MessageSizeTooBig", "Message size too large.")
        if not activity.get("text") and not activity.get("attachments"):
            raise ConnectorError(400, "BadSyntax", "The message has neither text nor attachments.")

    def _message(self, chat: Chat, request: web.Request) -> Message:
        message = chat.messages.get(request.match_info["activity"])
        if message is None:
            raise ConnectorError(
                404, "ActivityNotFoundInConversation", "The message is not in the conversation."
            )
        return message


async def _json(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise ConnectorError(415, "BadSyntax", "Only application/json is understood.")
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError as error:
        raise ConnectorError(400, "BadSyntax", "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise ConnectorError(400, "BadSyntax", "The body is no object.")
    return body
