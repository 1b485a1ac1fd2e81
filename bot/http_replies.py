"""The HTTP side of an answer: bodies read with a limit, replies and refusals in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web
from botbuilder.core import InvokeResponse
from msrest.serialization import Model

from bot.outbound_json import to_wire


class Refusal(Exception):
    """The request ends here: an HTTP status, a code for programs and a sentence for people.

    `headers` tell programs what would be taken instead.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


async def body_of(request: web.Request, limit: int) -> bytes:
    """Return the body of a JSON POST of at most `limit` bytes. Raises Refusal (400, 405, 413, 415).

    The channel packs nothing, so what is packed is refused before it is read. The server must not unpack it
    either (`auto_decompress`): a few bytes could become very many.
    """
    if request.method != "POST":
        raise Refusal(405, "MethodNotAllowed", "Activities are sent with POST.", {"Allow": "POST"})
    if request.content_type != "application/json":
        raise Refusal(415, "UnsupportedMediaType", "Send the activity as application/json.")
    if _is_packed(request):
        message = "Send the activity as it is, without a Content-Encoding."
        raise Refusal(415, "UnsupportedMediaType", message, {"Accept-Encoding": "identity"})
    too_large = Refusal(413, "TooLarge", f"An activity may have {limit} bytes at most.")
    if (request.content_length or 0) > limit:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > limit:
                raise too_large
    except (ConnectionError, web.RequestPayloadError) as error:
        raise Refusal(400, "BodyIncomplete", "The body ended before its end.") from error
    return bytes(body)


def _is_packed(request: web.Request) -> bool:
    codings = ",".join(request.headers.getall("Content-Encoding", [])).lower().split(",")
    return not {coding.strip() for coding in codings} <= {"", "identity"}


def refused(refusal: Refusal, correlation_id: str) -> web.Response:
    """Return a refusal in the shape of the Bot Framework's own errors."""
    error = {"code": refusal.code, "message": str(refusal), "correlationId": correlation_id}
    return web.Response(
        status=refusal.status,
        body=orjson.dumps({"error": error}),
        content_type="application/json",
        headers=refusal.headers,
    )


def replied(invoke: InvokeResponse | None, name: str) -> web.Response:
    """Return 201 for a turn without an answer in the reply, else the invoke's own status and body.

    `name` is the invoke's. Raises Refusal (501) when the bot left it unanswered.
    """
    if invoke is None:
        return web.Response(status=201)
    if invoke.status == HTTPStatus.NOT_IMPLEMENTED:
        raise Refusal(501, "NotImplemented", f"The bot has no answer to {name!r}.")
    body: Any = to_wire(invoke.body) if isinstance(invoke.body, Model) else invoke.body
    if body is None:
        return web.Response(status=int(invoke.status))
    return web.Response(status=int(invoke.status), body=orjson.dumps(body), content_type="application/json")
