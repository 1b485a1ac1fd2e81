"""Graph as a whole: who may ask, what the weather does, and how answers and refusals look."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from services.sandbox.batch import run_batch
from services.sandbox.call import Call, Reply
from services.sandbox.clockwork import settle
from services.sandbox.errors import GraphError
from services.sandbox.quota import Meter, throttled
from services.sandbox.records import Json
from services.sandbox.routes import all_routes
from services.sandbox.tenant import Tenant

_GATEWAY = {
    500: ("InternalServerError", "An internal server error occurred. The operation failed."),
    502: ("BadGateway", "Bad gateway."),
    503: ("ServiceUnavailable", "Service is unavailable. Please try again"),
    504: ("GatewayTimeout", "The gateway did not get an answer in time."),
}
_HTML = b"<html><head><title>502</title></head><body><h2>Our services aren't available</h2></body></html>"


@dataclass
class Weathered(Reply):
    """An answer that a gateway gave instead of Graph: its body may be no JSON at all."""

    raw: bytes | None = None


class Graph:
    """Answers calls for one tenant, one at a time: a call sees and leaves a settled, durable state."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.meter = Meter(tenant.now)
        self._router = all_routes()
        self._router.add("POST", "$batch", lambda _tenant, call: run_batch(call, self.serve))

    def authorize(self, call: Call) -> Reply | None:
        """Return the 401 for a call without the tenant's bearer token, or None."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip() == self.tenant.token:
            return None
        message = "Access token validation failure." if token.strip() else "Access token is empty."
        reply = self._refusal(call, GraphError(401, "InvalidAuthenticationToken", message))
        reply.headers["WWW-Authenticate"] = 'Bearer realm="", authorization_uri="", client_id=""'
        return reply

    def serve(self, call: Call) -> Reply:
        """Answer an authorized call, in whatever weather is in force for it."""
        box = self.tenant.box
        call.conditions = box.conditions(call.method, call.path)
        refused = self.meter.pass_or_refuse(call)
        if refused is not None:
            return throttled(self._too_many(call), *refused)
        if box.happens(call.conditions.throttle_rate):
            reply = self._too_many(call)
            reply.headers["Retry-After"] = str(box.dice.choice((1, 2)))
            return reply
        if box.happens(call.conditions.error_rate):
            if call.method != "GET" and box.dice.random() < 0.4:  # carried out, but the answer is lost
                self._answer(call)
            return self._gateway_error(call)
        reply = self._answer(call)
        if told := self.meter.headers(call):
            return Reply(reply.status, reply.body, reply.headers | told)
        return reply

    def _too_many(self, call: Call) -> Reply:
        message = "Too many requests. Try again later."
        return self._refusal(call, GraphError(429, "TooManyRequests", message))

    def _answer(self, call: Call) -> Reply:
        try:
            settle(self.tenant)
            if call.method in {"POST", "PATCH", "PUT"} and call.body:
                _need_json(call)
            return self._router.find(call)(self.tenant, call)
        except GraphError as error:
            return self._refusal(call, error)
        finally:
            self.tenant.commit()

    def _refusal(self, call: Call, error: GraphError) -> Reply:
        return Reply(error.status, self._error_body(call, error.code, error.message))

    def _error_body(self, call: Call, code: str, message: str) -> Json:
        request_id = call.headers.get("x-sandbox-request-id") or str(uuid.uuid4())
        inner = {
            "date": self.tenant.now().strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": request_id,
            "client-request-id": call.headers.get("client-request-id", request_id),
        }
        return {"error": {"code": code, "message": message, "innerError": inner}}

    def _gateway_error(self, call: Call) -> Reply:
        dice = self.tenant.box.dice
        status = dice.choice(sorted(_GATEWAY))
        form = dice.random()
        if form < 0.2:
            return Weathered(status, raw=b"")
        if form < 0.4:
            return Weathered(status, headers={"Content-Type": "text/html"}, raw=_HTML)
        return Weathered(status, self._error_body(call, *_GATEWAY[status]))


def _need_json(call: Call) -> None:
    """Refuse a write that does not say it is JSON, with Graph's own words [mem]."""
    content_type = call.headers.get("content-type")
    if content_type is None:
        raise GraphError(
            400,
            "BadRequest",
            "Write requests (excluding DELETE) must contain the Content-Type header declaration.",
        )
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise GraphError(400, "BadRequest", "Entity only allows writes with a JSON Content-Type header.")
