"""The adapter alone against the stock echo, in alternating rounds, so that a busy machine slows both alike.

Usage: python -m bench.adapter [SECONDS A ROUND]
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import orjson

from bench.load import Result, http_post, load
from bench.server import Server, pin

CONNECTIONS = 32


def activity_maker(url: str, service_url: str, kind: str) -> Callable[[int], bytes]:
    """Return a maker of requests that send a typed word or a pressed button, from 200 people in turn."""

    def body(person: int) -> bytes:
        activity = {
            "type": "message",
            "id": f"a{person}",
            "timestamp": "2026-11-23T08:00:00.000Z",
            "serviceUrl": service_url,
            "channelId": "msteams",
            "from": {
                "id": f"29:u{person}",
                "name": "Somebody",
                "aadObjectId": f"00000000-0000-0000-0000-{person:012}",
            },
            "conversation": {
                "conversationType": "personal",
                "tenantId": "t1",
                "id": f"a:chat{person}",
            },
            "recipient": {"id": "28:bot", "name": "Bot"},
            "channelData": {"tenant": {"id": "t1"}},
            "locale": "en-GB",
            "textFormat": "plain",
            "text": "menu",
        }
        if kind == "invoke":
            action = {"type": "Action.Execute", "verb": "menu", "data": {"x": 1}}
            activity |= {
                "type": "invoke",
                "name": "adaptiveCard/action",
                "value": {"action": action, "trigger": "manual"},
            }
        return orjson.dumps(activity)

    requests = [http_post(url, body(person)) for person in range(200)]
    return lambda number: requests[number % 200]


@dataclass
class Contender:
    """A server, the kind of activity it gets, and what was measured, round by round."""

    label: str
    server: Server
    kind: str
    results: list[Result] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)

    def run(self, service_url: str, seconds: float) -> None:
        url, before = f"{self.server.url}/api/messages", self.server.cpu_seconds()
        result = asyncio.run(load(url, activity_maker(url, service_url, self.kind), CONNECTIONS, seconds))
        self.results.append(result)
        self.cpu_ms.append((self.server.cpu_seconds() - before) / result.answered * 1000)

    def line(self) -> str:
        middle = sorted(self.results, key=lambda result: result.rate)[len(self.results) // 2]
        failed = sum(result.errors for result in self.results)
        return (
            f"{self.label:22} {self.kind:7} {middle.rate:7.0f}/s   p50 {middle.p50_ms:6.1f} ms   "
            f"p99 {middle.p99_ms:6.1f} ms   {failed} errors   {median(self.cpu_ms):6.3f} ms CPU a turn   "
            f"{self.server.rss_mb():.0f} MB"
        )


def main() -> None:
    seconds, rounds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0, 5
    pin(1)
    with (
        Server("bench/connector.py", core=1) as connector,
        Server("bench/echo_botbuilder.py", core=0) as stock,
        Server("bench/echo_adapter.py", core=0) as ours,
    ):
        contenders = [
            Contender("stock botbuilder echo", stock, "message"),
            Contender("adapter, card", ours, "message"),
            Contender("adapter, card", ours, "invoke"),
        ]
        for _ in range(rounds):
            for contender in contenders:
                contender.run(f"{connector.url}/", seconds)
        for contender in contenders:
            print(contender.line())
        echo, card = contenders[0], contenders[1]
        by_round = [ours.rate / base.rate for ours, base in zip(card.results, echo.results, strict=True)]
        spread = f"{min(by_round):.1f} to {max(by_round):.1f}"
        print(f"turns a second: {median(by_round):.1f} x the stock echo (rounds {spread})")
        print(f"CPU a turn: {median(echo.cpu_ms) / median(card.cpu_ms):.1f} x less")


if __name__ == "__main__":
    main()
