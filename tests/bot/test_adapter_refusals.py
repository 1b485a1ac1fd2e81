"""When the channel is busy the bot waits; when it refuses, the error says what can be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from aiohttp import web

from bot.channel_errors import (
    ChannelRefused,
    ChannelUnavailable,
    MessageGone,
    TooLarge,
    Unreachable,
    error_of,
)
from bot.outbound_json import Reference
from bot.service_url import ForeignServiceUrl
from bot.transport import Patience
from tests.channel.stage import Stage, message, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        yield made


async def test_who_removed_or_blocked_the_app_is_unreachable(stage: Stage) -> None:
    await stage.christie.uninstalls_app()
    with pytest.raises(Unreachable, match="BotNotInConversationRoster"):
        await stage.adapter.outbound.send(stage.reference, message("x"))
    stage.christie.has_app, stage.christie.blocks_the_bot = True, True
    with pytest.raises(Unreachable) as refusal:
        await stage.adapter.outbound.send(stage.reference, message("x"))
    assert refusal.value.code == "ConversationBlockedByUser"


async def test_an_unknown_conversation_is_unreachable_also_when_updating(stage: Stage) -> None:
    elsewhere: Reference = {**stage.reference, "conversation_id": "a:nowhere"}
    with pytest.raises(Unreachable, match="ConversationNotFound"):
        await stage.adapter.outbound.send(elsewhere, message("x"))
    with pytest.raises(Unreachable, match="ConversationNotFound"):
        await stage.adapter.outbound.update(elsewhere, "1", message("x"))


async def test_changing_a_message_that_is_not_there_says_that_it_is_gone(stage: Stage) -> None:
    for change in (
        stage.adapter.outbound.update(stage.reference, "17", message("x")),
        stage.adapter.outbound.delete(stage.reference, "17"),
    ):
        with pytest.raises(MessageGone):
            await change


async def test_a_message_too_large_for_teams_is_an_error_of_its_own(stage: Stage) -> None:
    with pytest.raises(TooLarge):
        await stage.adapter.outbound.send(stage.reference, {"text": "x" * 110_000})


async def test_what_the_channel_does_not_understand_is_not_tried_again(stage: Stage) -> None:
    with pytest.raises(ChannelRefused):
        await stage.adapter.outbound.send(stage.reference, {"type": "trace"})
    assert len(stage.channel.requests) == 1


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_a_busy_channel_is_tried_again_with_growing_pauses(stage: Stage, status: int) -> None:
    stage.channel.weather.busy = [status] * 3
    await stage.adapter.outbound.send(stage.reference, message("At last"))
    await stage.christie.sees("At last")
    first, second, third = stage.pauses
    assert 0.5 <= first <= 1.0 <= second <= 1.5 <= 2.0 <= third <= 2.5


async def test_the_channel_says_how_long_to_wait(stage: Stage) -> None:
    stage.channel.weather.busy, stage.channel.weather.retry_after = [429], 7
    await stage.adapter.outbound.send(stage.reference, message("x"))
    assert stage.pauses == [7.0]


async def test_a_long_wait_is_left_to_the_caller(stage: Stage) -> None:
    stage.channel.weather.busy, stage.channel.weather.retry_after = [429], 600
    with pytest.raises(ChannelUnavailable) as busy:
        await stage.adapter.outbound.send(stage.reference, message("x"))
    assert (busy.value.retry_after, stage.pauses) == (600.0, [])


async def test_patience_ends(stage: Stage) -> None:
    stage.channel.weather.busy = [502] * 20
    with pytest.raises(ChannelUnavailable) as busy:
        await stage.adapter.outbound.send(stage.reference, message("x"))
    assert (busy.value.status, len(stage.channel.requests)) == (502, Patience().attempts)


async def test_no_channel_at_all_is_unavailable_after_the_same_patience(stage: Stage) -> None:
    nowhere: Reference = {**stage.reference, "service_url": "http://127.0.0.1:1/"}
    with pytest.raises(ChannelUnavailable, match="cannot be reached"):
        await stage.adapter.outbound.send(nowhere, message("x"))
    assert len(stage.pauses) == Patience().attempts - 1


async def test_changes_of_one_message_at_the_same_time_are_made_one_after_the_other(stage: Stage) -> None:
    message_id = await stage.adapter.outbound.send(stage.reference, message("0"))
    stage.channel.weather.conflicts, stage.channel.weather.delay = True, 0.02
    update = stage.adapter.outbound.update
    await asyncio.gather(*(update(stage.reference, message_id, message(str(n))) for n in range(3)))
    assert [(one.texts, one.changes) for one in stage.christie.messages] == [(["2"], 3)]
    assert stage.pauses == []


async def test_a_redirect_is_not_followed(stage: Stage) -> None:
    reached: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        reached.append(request.path)
        raise web.HTTPTemporaryRedirect(stage.channel.service_url)

    app = web.Application()
    app.router.add_post("/{path:.*}", redirect)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    elsewhere: Reference = {**stage.reference, "service_url": f"http://127.0.0.1:{runner.addresses[0][1]}/"}
    with pytest.raises(ChannelRefused) as refusal:
        await stage.adapter.outbound.send(elsewhere, message("x"))
    await runner.cleanup()
    assert (refusal.value.status, len(reached), stage.channel.requests) == (307, 1, [])


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": "Forbidden", "message": "m", "subCode": "MessageWritesBlocked"}},
        {"error": {"code": "Forbidden", "innerHttpError": {"subCode": "MessageWritesBlocked"}}},
        {"error": {"code": "Forbidden"}, "subCode": "MessageWritesBlocked"},
        {"error": {"code": "MessageWritesBlocked"}},
    ],
)
def test_a_sub_code_that_names_the_reason_counts_more(body: dict[str, Any]) -> None:
    error = error_of(403, orjson.dumps(body), to_message=False)
    assert isinstance(error, Unreachable)
    assert error.code == "MessageWritesBlocked"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"error":"x"}', b'{"error":{"code":5}}'])
def test_an_error_without_a_readable_body_still_has_its_status(body: bytes) -> None:
    assert error_of(403, body, to_message=False).status == 403


async def test_no_message_is_sent_to_another_machine(stage: Stage) -> None:
    elsewhere: Reference = {**stage.reference, "service_url": "https://example.org/"}
    with pytest.raises(ForeignServiceUrl):
        await stage.adapter.outbound.send(elsewhere, message("x"))
