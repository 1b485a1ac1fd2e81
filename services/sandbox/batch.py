"""`$batch`: up to twenty requests in one, each with its own status [doc json-batching]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import orjson

from services.sandbox.call import Call, Reply
from services.sandbox.errors import GraphError
from services.sandbox.records import Json

MOST = 20
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def run_batch(call: Call, serve: Callable[[Call], Reply]) -> Reply:
    """Answer POST /$batch. Raises GraphError 400 when the batch itself makes no sense."""
    requests = call.object().get("requests")
    if not isinstance(requests, list) or not requests:
        raise _bad("Invalid batch payload format.")
    if len(requests) > MOST:
        raise _bad(f"Number of batch requests exceeds the limit of {MOST}.")
    ids = [_id(request) for request in requests]
    if len(set(ids)) < len(ids):
        raise _bad("Request Ids in the batch must be unique.")
    statuses: dict[str, int] = {}
    answers: list[Json] = []
    for request in _in_order(requests):
        failed = any(statuses[other] >= 400 for other in request.get("dependsOn", []))
        answer = _failed_dependency(request) if failed else _run(call, request, serve)
        statuses[request["id"]] = answer["status"]
        answers.append(answer)
    return Reply(body={"responses": answers})


def _bad(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def _id(request: Any) -> str:
    if not isinstance(request, dict) or not isinstance(request.get("id"), str) or not request["id"]:
        raise _bad("Every request in the batch needs an id.")
    if not isinstance(request.get("url"), str) or request.get("method") not in _METHODS:
        raise _bad(f"Request '{request['id']}' needs a method and a url.")
    if not isinstance(request.get("headers", {}), dict) or not isinstance(request.get("dependsOn", []), list):
        raise _bad(f"Request '{request['id']}': headers needs an object and dependsOn a list.")
    if set(request) - {"id", "method", "url", "headers", "body", "dependsOn"}:
        raise _bad(f"Request '{request['id']}' has a field that a batch does not know.")
    return str(request["id"])


def _in_order(requests: list[Json]) -> list[Json]:
    """Put requests after those that they depend on. Raises GraphError 400 for unknown ids and circles."""
    waiting, ordered, done = list(requests), [], set[str]()
    while waiting:
        ready = next((r for r in waiting if all(other in done for other in r.get("dependsOn", []))), None)
        if ready is None:
            raise _bad(
                "The dependsOn of the batch names an unknown request, or requests depend on each other."
            )
        waiting.remove(ready)
        done.add(ready["id"])
        ordered.append(ready)
    return ordered


def _failed_dependency(request: Json) -> Json:
    error = {"code": "FailedDependency", "message": "A request that this one depends on failed."}
    return {"id": request["id"], "status": 424, "headers": {}, "body": {"error": error}}


def _run(call: Call, request: Json, serve: Callable[[Call], Reply]) -> Json:
    path, _, query = request["url"].partition("?")
    headers = {str(name).lower(): str(value) for name, value in request.get("headers", {}).items()}
    inner = Call(
        method=request["method"],
        path="/" + path.lstrip("/"),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        body=orjson.dumps(request["body"]) if "body" in request else b"",
        base=call.base,
    )
    if inner.path.startswith("/$batch"):
        raise _bad("A batch cannot hold another batch.")
    reply = serve(inner)
    answer: Json = {"id": request["id"], "status": reply.status, "headers": reply.headers}
    if reply.body is not None:
        answer["headers"] = {"Content-Type": "application/json"} | reply.headers
        answer["body"] = reply.body
    return answer
