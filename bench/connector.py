"""Plays the channel's side of a send: takes every request and answers with a message id.

Written on bare asyncio, so that it takes little of the core it shares with the load.

Usage: python bench/connector.py PORT
"""

from __future__ import annotations

import asyncio
import itertools
import sys

_ids = itertools.count(1)


class Connector(asyncio.Protocol):
    """One connection: HTTP/1.1 with Content-Length bodies, which is what the bots send."""

    def __init__(self) -> None:
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            whole = end + 4 + content_length(self._received[:end])
            if len(self._received) < whole:
                return
            self._received = self._received[whole:]
            body = b'{"id":"m%d"}' % next(_ids)
            self._transport.write(
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (len(body), body)
            )


def content_length(head: bytes) -> int:
    """Return the Content-Length of a head, 0 if it has none."""
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    return int(lower[at + 17 :].split(b"\r\n", 1)[0])


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Connector, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
