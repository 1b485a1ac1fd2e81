"""Bodies: how many bytes are read, how they may be packed, and what a broken one leaves in the log."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
import pytest
from botbuilder.core import ActivityHandler, TurnContext
from structlog.testing import capture_logs

from bot.adapter import Adapter
from tests.channel import Person, TeamsChannel
from tests.channel.hosting import hosted

MAX_BODY = 4096
JSON = {"Content-Type": "application/json"}

Lines = list[MutableMapping[str, Any]]


class Echo(ActivityHandler):
    """Says what it was told."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(f"You said {turn_context.activity.text}")


@pytest.fixture
async def channel() -> AsyncIterator[TeamsChannel]:
    adapter = Adapter(None, allow_unauthenticated=True, max_body=MAX_BODY)
    async with hosted(adapter, Echo()) as url, await TeamsChannel.start(url, "tenant") as channel:
        yield channel


@pytest.fixture
async def christie(channel: TeamsChannel) -> Person:
    person = channel.person("christie", "Christie Cline")
    await person.installs_app()
    return person


async def in_parts(body: bytes) -> AsyncIterator[bytes]:
    """A body whose length is not said beforehand."""
    yield body[:10]
    yield body[10:]


async def post(channel: TeamsChannel, body: Any, **headers: str) -> tuple[int, Any, str]:
    """Status, JSON and the codings that the bot says it takes."""
    url = f"{channel.bot_url}/api/messages"
    spelt = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=JSON | spelt) as got:
        raw = await got.read()
        return got.status, orjson.loads(raw) if raw else None, got.headers.get("Accept-Encoding", "")


async def until_logged(lines: Lines) -> None:
    async with asyncio.timeout(5):
        while True:
            if lines:
                return
            await asyncio.sleep(0.005)


async def test_a_body_over_the_limit_is_a_413_however_it_is_sent(
    channel: TeamsChannel, christie: Person
) -> None:
    body = orjson.dumps(christie.activity("message", text="x" * MAX_BODY))
    assert (await christie.sends_raw(body)).status == 413
    assert (await post(channel, in_parts(body)))[0] == 413


async def test_a_body_in_chunks_within_the_limit_is_taken(channel: TeamsChannel, christie: Person) -> None:
    body = orjson.dumps(christie.activity("message", text="in parts"))
    assert (await post(channel, in_parts(body)))[0] == 201
    await christie.sees("You said in parts")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "identity, gzip", "nonsense"])
@pytest.mark.parametrize("is_in_parts", [False, True])
async def test_a_packed_body_is_refused_unread_with_one_line_in_the_log(
    channel: TeamsChannel, caplog: pytest.LogCaptureFixture, coding: str, is_in_parts: bool
) -> None:
    body = b"this is packed in no way"
    with capture_logs() as lines, caplog.at_level(logging.WARNING):
        status, answer, takes = await post(
            channel, in_parts(body) if is_in_parts else body, Content_Encoding=coding
        )
    assert (status, answer["error"]["code"], takes) == (415, "UnsupportedMediaType", "identity")
    assert [(line["log_level"], line["correlation_id"]) for line in lines] == [
        ("warning", answer["error"]["correlationId"])
    ]
    assert caplog.records == []


async def test_a_little_body_that_unpacks_to_a_large_one_is_not_unpacked(channel: TeamsChannel) -> None:
    bomb = gzip.compress(b'{"type":"message","text":"' + b"x" * 3_000_000 + b'"}')
    assert len(bomb) < MAX_BODY
    assert (await post(channel, bomb, Content_Encoding="gzip"))[0] == 415


async def test_a_body_that_says_it_is_not_packed_is_taken(channel: TeamsChannel, christie: Person) -> None:
    body = orjson.dumps(christie.activity("message", text="as it is"))
    assert (await post(channel, body, Content_Encoding="Identity"))[0] == 201
    await christie.sees("You said as it is")


async def test_a_sender_who_hangs_up_in_the_middle_leaves_a_warning(
    channel: TeamsChannel, caplog: pytest.LogCaptureFixture
) -> None:
    bot = urlsplit(channel.bot_url)
    head = (
        b"POST /api/messages HTTP/1.1\r\nHost: bot\r\n"
        b"Content-Type: application/json\r\nContent-Length: 99\r\n\r\n"
    )
    with capture_logs() as lines, caplog.at_level(logging.WARNING):
        _, out = await asyncio.open_connection(bot.hostname, bot.port)
        out.write(head + b'{"type":')
        await out.drain()
        out.close()
        await until_logged(lines)
    assert [(line["log_level"], line["code"]) for line in lines] == [("warning", "BodyIncomplete")]
    assert caplog.records == []
