"""The adapter alone against the stock echo, in one run. Usage: python -m bench.adapter [SECONDS]"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

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


def measure(label: str, server: Server, service_url: str, kind: str, seconds: float) -> Result:
    url = f"{server.url}/api/messages"
    result = asyncio.run(load(url, activity_maker(url, service_url, kind), CONNECTIONS, seconds))
    times = f"p50 {result.p50_ms:6.1f} ms   p99 {result.p99_ms:6.1f} ms"
    failed = f"{result.errors} errors"
    print(f"{label:22} {kind:7} {result.rate:7.0f}/s   {times}   {failed}   {server.rss_mb():.0f} MB")
    return result


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    pin(1)
    with Server("bench/connector.py", core=1) as connector:
        service_url = f"{connector.url}/"
        with Server("bench/echo_botbuilder.py", core=0) as stock:
            base = measure("stock botbuilder echo", stock, service_url, "message", seconds)
        with Server("bench/echo_adapter.py", core=0) as ours:
            fast = measure("adapter, card", ours, service_url, "message", seconds)
            measure("adapter, card", ours, service_url, "invoke", seconds)
        with Server("bench/echo_adapter.py", "uvloop", core=0) as ours:
            measure("adapter, card, uvloop", ours, service_url, "message", seconds)
    print(f"ratio {fast.rate / base.rate:.1f}")


if __name__ == "__main__":
    main()
