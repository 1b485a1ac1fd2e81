"""Load from one core: keep-alive connections that each send the next request when the last is answered."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.connector import content_length

MakeRequest = Callable[[int], bytes]


@dataclass(frozen=True)
class Result:
    """Answers a second, their times in milliseconds, and how many failed: status 400 and up, or cut off."""

    rate: float
    p50_ms: float
    p99_ms: float
    errors: int
    answered: int = 0
    """All answers of the run, those of the warm-up and of its last moments among them."""


def http_post(url: str, body: bytes) -> bytes:
    """Return the bytes of a keep-alive POST of JSON."""
    parts = urlsplit(url)
    head = (
        f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class _Count:
    """Shared by all connections of one run; nothing counts before `start`."""

    start: float
    end: float
    sent: int = 0
    answered: int = 0
    errors: int = 0
    times: list[float] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    def __init__(self, make_request: MakeRequest, count: _Count) -> None:
        self._make_request = make_request
        self._count = count
        self._received = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self._count.errors += 1
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or len(self._received) < end + 4 + content_length(self._received[:end]):
            return
        now = time.perf_counter()
        self._count.answered += 1
        if self._count.start <= now < self._count.end:
            self._count.times.append(now - self._sent_at)
            self._count.errors += self._received[9:10] >= b"4"
        self._received = b""
        if now < self._count.end:
            self._send()
        else:
            self.done.set_result(None)
            self._transport.close()

    def _send(self) -> None:
        request = self._make_request(self._count.sent)
        self._count.sent += 1
        self._sent_at = time.perf_counter()
        self._transport.write(request)


async def load(
    url: str, make_request: MakeRequest, connections: int, seconds: float, warm_up: float = 0.5
) -> Result:
    """Send requests for `seconds` after `warm_up` seconds that do not count.

    `make_request(i)` returns the bytes of the i-th whole HTTP request, see `http_post`. Raises OSError when
    nothing listens, RuntimeError when nothing was answered in time.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    start = time.perf_counter() + warm_up
    count = _Count(start, start + seconds)
    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(lambda: _Connection(make_request, count), host, port))[1]
        for _ in range(connections)
    ]
    await asyncio.wait([connection.done for connection in opened], timeout=warm_up + seconds + 10)
    if len(count.times) < 2:
        raise RuntimeError(f"{url} answered {len(count.times)} requests in {seconds} seconds.")
    cuts = statistics.quantiles(count.times, n=100)
    return Result(len(count.times) / seconds, cuts[49] * 1000, cuts[98] * 1000, count.errors, count.answered)
