"""Many requests in few calls: ``$batch``, posted by ourselves.

The SDK's own batch client cannot be imported without a package it does not name, posts absolute addresses and
loses the bodies of the answers (msgraph-sdk-python-core issue 1030).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

import httpx
import orjson
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from pydantic import Field

from services.domain.errors import TenantBusy, TenantError
from services.graph.client import Graph
from services.graph.errors import translated
from services.graph.json_body import JSON
from services.graph.pacing import costs_of
from services.graph.wire import Wire

MOST = 20
"""Requests in one batch (learn.microsoft.com/graph/json-batching)."""

AT_ONCE = 4
"""Batches under way at the same time."""

WireT = TypeVar("WireT", bound=Wire)


class _Answer(Wire):
    id: str
    status: int
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None


class _Answers(Wire):
    responses: list[_Answer] = Field(default_factory=list)


async def read_many(
    graph: Graph, requests: Sequence[RequestInformation], shape: type[WireT]
) -> list[WireT | TenantError]:
    """The answers to GETs in their order, each in its shape or an error of its own.

    What is transient is asked again, after the longest pause that the tenant named. Raises TenantBusy when
    patience ends, and NotPermitted when the batch as a whole is refused.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def some(part: Sequence[RequestInformation]) -> list[WireT | TenantError]:
        async with slots:
            return await _Round(graph, part, shape).read()

    parts = [requests[start : start + MOST] for start in range(0, len(requests), MOST)]
    return [answer for answers in await asyncio.gather(*map(some, parts)) for answer in answers]


class _Round:
    """One batch, sent again with what is still unanswered."""

    def __init__(self, graph: Graph, requests: Sequence[RequestInformation], shape: type[Wire]) -> None:
        self._graph = graph
        self._targets = [graph.target_of(request) for request in requests]
        self._shape = shape
        self._answers: dict[int, Any] = {}

    async def read(self) -> list[Any]:
        await self._graph.insist(self._once)
        return [self._answers[turn] for turn in range(len(self._targets))]

    async def _once(self) -> None:
        open_turns = [turn for turn in range(len(self._targets)) if turn not in self._answers]
        answers = {answer.id: answer for answer in await self._post(open_turns)}
        busy: list[TenantBusy] = []
        for turn in open_turns:
            try:
                self._answers[turn] = self._judged(answers.get(str(turn)))
            except TenantBusy as error:
                busy.append(error)
                self._graph.hold(costs_of("GET", self._targets[turn]), error)
            except TenantError as error:
                self._answers[turn] = error
        if busy:
            raise max(busy, key=lambda error: error.retry_after or 0.0)

    async def _post(self, turns: Sequence[int]) -> list[_Answer]:
        await self._graph.admit(costs_of("GET", self._targets[turn]) for turn in turns)
        inner = [{"id": str(turn), "method": "GET", "url": self._targets[turn]} for turn in turns]
        request = RequestInformation(method=Method.POST)
        request.url = f"{self._graph.base_url}/$batch"
        request.headers.try_add("Accept", JSON)
        request.set_stream_content(orjson.dumps({"requests": inner}), JSON)
        with translated():
            return _Answers.model_validate_json(await self._graph.send(request)).responses

    def _judged(self, answer: _Answer | None) -> Wire:
        if answer is None:
            raise TenantBusy(words="the batch left a request unanswered", maybe_done=True)
        response = httpx.Response(
            answer.status,
            headers={name: value for name, value in answer.headers.items() if name.lower() != "content-type"},
            content=b"" if answer.body is None else orjson.dumps(answer.body),
            request=httpx.Request("GET", self._graph.base_url),
        )
        with translated():
            return self._shape.model_validate_json(response.raise_for_status().content)
