"""`make bench`: the product against the stock Bot Framework echo, side by side on one machine, in one run.

Every server has core 0 to itself while it is measured, the load and the connector have core 1. Rounds
alternate, so that a busy machine slows all alike; ratios are medians over the rounds. Absolute figures are
context only.

Usage: python -m bench.run [SECONDS A ROUND] [ROUNDS]
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from bench.database import database
from bench.load import Result, http_post, load
from bench.server import Server, pin

CONNECTIONS = 32
CARD_TYPE = "application/vnd.microsoft.card.adaptive"


@dataclass
class Contender:
    """A server, what it is asked, and what was measured, round by round."""

    label: str
    server: Server
    make_request: Callable[[int], bytes]
    budget: float = 0.0
    results: list[Result] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """One round, begun when the one before has nothing left to do."""
        self.server.quiet()
        before = self.server.cpu_seconds()
        url = f"{self.server.url}/api/messages"
        result = asyncio.run(load(url, self.make_request, CONNECTIONS, seconds))
        self.results.append(result)
        self.cpu_ms.append((self.server.cpu_seconds() - before) / result.answered * 1000)


def activity(kind: str, person_id: str, tenant_id: str, service_url: str, **fields: Any) -> dict[str, Any]:
    """An activity as Teams sends it."""
    return {
        "type": kind,
        "id": "1",
        "timestamp": "2026-11-23T08:00:00.000Z",
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": f"29:{person_id}", "name": "Somebody", "aadObjectId": person_id},
        "conversation": {"conversationType": "personal", "tenantId": tenant_id, "id": f"a:{person_id}"},
        "recipient": {"id": "28:bot", "name": "Switchboard"},
        "channelData": {"tenant": {"id": tenant_id}},
        "locale": "en-GB",
        **fields,
    }


def typed(url: str, tenant_id: str, service_url: str) -> Callable[[int], bytes]:
    """200 people who type `menu` in turn."""
    people = [f"e0000000-0000-4000-8000-{n:012}" for n in range(200)]
    requests = [
        http_post(url, orjson.dumps(activity("message", who, tenant_id, service_url, text="menu")))
        for who in people
    ]
    return lambda number: requests[number % len(requests)]


def approvals(url: str, plan: dict[str, Any], service_url: str) -> Callable[[int], bytes]:
    """Each request of the full house approved once, by the one who is asked."""
    waiting: Iterator[dict[str, Any]] = itertools.chain(plan["requests"])

    def make(_number: int) -> bytes:
        one = next(waiting)
        action = {
            "type": "Action.Execute",
            "verb": "request.approve",
            "data": {"id": one["id"], "version": one["version"]},
        }
        value = {"action": action, "trigger": "manual"}
        body = activity(
            "invoke", one["approver"], plan["tenant"], service_url, name="adaptiveCard/action", value=value
        )
        return http_post(url, orjson.dumps(body))

    return make


def checked(plan: dict[str, Any], server: Server, service_url: str) -> None:
    """Raise unless an approval really answers with the approved card: a fast refusal is no result."""
    reply = asyncio.run(
        _one(f"{server.url}/api/messages", approvals("http://x/api/messages", plan, service_url)(0))
    )
    if reply.get("type") != CARD_TYPE or "Approve" in str(reply["value"].get("actions")):
        raise RuntimeError(f"the approval was not carried out: {reply}")
    plan["requests"].pop(0)


async def _one(url: str, request: bytes) -> dict[str, Any]:
    import aiohttp

    body = request.split(b"\r\n\r\n", 1)[1]
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers={"Content-Type": "application/json"}) as response,
    ):
        answer: dict[str, Any] = await response.json()
        return answer


def report(contenders: list[Contender]) -> None:
    """Print the figures, and the ratios to the stock echo with the budgets beside them."""
    console = Console(width=130)
    table = Table(
        "what", "turns/s", "p50 ms", "p99 ms", "CPU ms/turn", "memory MB", "x stock echo", "budget", "errors"
    )
    stock = contenders[0]
    for one in contenders:
        middle = sorted(one.results, key=lambda result: result.rate)[len(one.results) // 2]
        ratios = [mine.rate / base.rate for mine, base in zip(one.results, stock.results, strict=True)]
        table.add_row(
            one.label,
            f"{middle.rate:.0f}",
            f"{middle.p50_ms:.1f}",
            f"{middle.p99_ms:.1f}",
            f"{median(one.cpu_ms):.2f}",
            f"{one.server.rss_mb():.0f}",
            f"{median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})",
            f">= {one.budget:.0f}" if one.budget else "",
            str(sum(result.errors for result in one.results)),
        )
    console.print(table)


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    pin(1)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        connector = stack.enter_context(Server("bench/connector.py", core=1))
        tenant = stack.enter_context(Server("bench/tenant.py", str(folder / "tenant"), core=1))
        stock = stack.enter_context(Server("bench/echo_botbuilder.py", core=0))
        shared = stack.enter_context(database())
        service_url = f"{connector.url}/"
        typed_to_stock = typed(f"{stock.url}/api/messages", "t", service_url)
        contenders = [Contender("stock botbuilder echo", stock, typed_to_stock)]
        for name, url in (("TinyDB", ""), ("PostgreSQL", shared)):
            plan_file = folder / f"{name}.json"
            product = stack.enter_context(
                Server("bench/product.py", str(plan_file), service_url, str(tenant.port), url, core=0)
            )
            contenders += of_the_product(name, product, orjson.loads(plan_file.read_bytes()), service_url)
        for _ in range(rounds):
            for contender in contenders:
                contender.run(seconds)
        report(contenders)


def of_the_product(name: str, product: Server, plan: dict[str, Any], service_url: str) -> list[Contender]:
    """What is asked of the product with its records in one kind of store."""
    url = f"{product.url}/api/messages"
    checked(plan, product, service_url)
    return [
        Contender(f"menu turn, {name}", product, typed(url, plan["tenant"], service_url), budget=8),
        Contender(f"durable approval, {name}", product, approvals(url, plan, service_url), budget=1),
    ]


if __name__ == "__main__":
    main()
