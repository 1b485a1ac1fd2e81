"""With an identity: only the channel's signed activities are taken, and the bot shows its own token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.schema import ConversationReference
from botframework.connector.auth import (
    AuthenticationConstants,
    ClaimsIdentity,
    JwtTokenExtractor,
)
from structlog.testing import capture_logs

from bot.adapter import Adapter
from bot.outbound_json import Reference, reference_of
from tests.channel import ChannelIdentity, Limits, Person, TeamsChannel
from tests.channel.entra import APP_ID, IDENTITY, Entra
from tests.channel.hosting import hosted
from tests.channel.tls import contexts


class Handler(ActivityHandler):
    reference: Reference
    sdk_reference: ConversationReference

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        self.reference = reference_of(turn_context.activity)
        self.sdk_reference = TurnContext.get_conversation_reference(turn_context.activity)
        await turn_context.send_activity(f"You said {turn_context.activity.text}")


@dataclass
class Stage:
    adapter: Adapter
    handler: Handler
    channel: TeamsChannel
    identity: ChannelIdentity
    christie: Person
    clock: list[float]
    entra: Entra

    async def says(self, token: str | None, **fields: Any) -> int:
        """Send a message with a token (None: with an empty header); return the status."""
        activity = self.christie.activity("message", text="hello", **fields)
        header = {"Authorization": f"Bearer {token}" if token is not None else ""}
        return (await self.christie.sends_raw(activity, header)).status

    def token(self, **claims: Any) -> str:
        return self.identity.token(self.channel.service_url, **claims)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    server, client = contexts(tmp_path)
    identity, clock, entra = ChannelIdentity(APP_ID), [0.0], Entra()
    limits = Limits(lambda: clock[0])

    async def pause(seconds: float) -> None:
        clock[0] += seconds

    async with await TeamsChannel.start(
        "", "tenant", identity=identity, tls=server, limits=limits
    ) as channel:
        adapter, handler = (
            Adapter(
                IDENTITY,
                tls=client,
                credentials=entra,
                keys_url=channel.service_url.replace("/emea/tenant/", "/openid"),
                now=lambda: clock[0],
                sleep=pause,
            ),
            Handler(),
        )
        async with hosted(adapter, handler) as url:
            channel.bot_url = url
            christie = channel.person("christie", "Christie Cline")
            christie.has_app = True
            yield Stage(adapter, handler, channel, identity, christie, clock, entra)


async def test_a_signed_activity_is_taken_and_answered_with_the_bots_token(stage: Stage) -> None:
    await stage.christie.types("hello")
    await stage.christie.sees("You said hello")


async def test_proactive_messages_and_the_sdks_connector_show_the_token_too(stage: Stage) -> None:
    await stage.christie.types("hello")
    await stage.adapter.outbound.send(stage.handler.reference, {"text": "By the way"})
    await stage.christie.sees("By the way")

    async def act(context: TurnContext) -> None:
        connector: Any = context.turn_state[Adapter.BOT_CONNECTOR_CLIENT_KEY]
        chat_id = context.activity.conversation.id
        member = await connector.conversations.get_conversation_member(chat_id, stage.christie.id)
        await context.send_activity(f"Known as {member.name}")

    await stage.adapter.continue_conversation(stage.handler.sdk_reference, act, bot_app_id=APP_ID)
    await stage.christie.sees("Known as Christie Cline")


REFUSED: list[tuple[str, Callable[[Stage], str | None], int]] = [
    ("no token", lambda _: None, 401),
    ("an empty token", lambda _: "", 401),
    ("nonsense", lambda _: "nonsense", 401),
    ("nonsense in three parts", lambda _: "a.b.c", 401),
    ("for another bot", lambda stage: stage.token(aud="another"), 401),
    ("expired", lambda stage: stage.token(exp=int(time.time()) - 3600), 401),
    ("of another issuer", lambda stage: stage.token(iss="https://example.org"), 401),
    ("of no issuer", lambda stage: stage.token(iss=None), 401),
    ("for another service URL", lambda stage: stage.token(serviceurl="https://example.org/"), 401),
    ("for no service URL", lambda stage: stage.token(serviceurl=None), 401),
    ("signed by somebody else", lambda stage: ChannelIdentity(APP_ID).token(stage.channel.service_url), 401),
    ("signed with an unknown key",
     lambda stage: ChannelIdentity(APP_ID, key_id="x").token(stage.channel.service_url), 401),
]  # fmt: skip


@pytest.mark.parametrize(
    ("token", "status"), [case[1:] for case in REFUSED], ids=[name for name, *_ in REFUSED]
)
async def test_any_other_token_is_refused_with_one_log_line(
    stage: Stage, token: Callable[[Stage], str | None], status: int
) -> None:
    with capture_logs() as lines:
        assert await stage.says(token(stage)) == status
    assert [line["event"] for line in lines] == ["activity.refused"]
    assert stage.christie.messages == []


async def test_an_unsigned_token_is_refused(stage: Stage) -> None:
    head, payload, _ = stage.token().split(".")
    none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    assert await stage.says(f"{none}.{payload}.") == 401
    assert await stage.says(f"{head}.{payload}.") == 401


async def test_a_token_for_the_desktop_emulator_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_url = AuthenticationConstants.TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL
    monkeypatch.setitem(JwtTokenExtractor.metadataCache, keys_url, stage.adapter._keys)
    issuer = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"
    valid = stage.token(iss=issuer, ver="1.0", appid=APP_ID, serviceurl=None)
    assert await stage.says(valid) == 403


async def test_a_channel_that_the_key_does_not_stand_for_is_refused(stage: Stage) -> None:
    assert await stage.says(stage.token(), channelId="webchat") == 401


async def test_plain_http_is_refused_even_when_the_token_says_so(stage: Stage) -> None:
    plain = "http://127.0.0.1:1/"
    assert await stage.says(stage.identity.token(plain), serviceUrl=plain) == 403


async def test_keys_are_downloaded_once_for_many_requests(stage: Stage) -> None:
    statuses = await asyncio.gather(*(stage.says(stage.token()) for _ in range(10)))
    assert statuses == [201] * 10
    assert stage.identity.key_downloads == 1


async def test_a_new_key_is_found_without_a_restart(stage: Stage) -> None:
    assert await stage.says(stage.token()) == 201
    stage.identity.change_key("key-2")
    assert await stage.says(stage.token()) == 401
    stage.clock[0] += 301
    assert await stage.says(stage.token()) == 201


async def test_unknown_keys_do_not_make_the_bot_download_again_and_again(stage: Stage) -> None:
    stranger = ChannelIdentity(APP_ID, key_id="stranger").token(stage.channel.service_url)
    assert {await stage.says(stranger) for _ in range(5)} == {401}
    assert stage.identity.key_downloads == 1


async def test_keys_are_renewed_ahead_and_not_trusted_after_a_day(stage: Stage) -> None:
    assert await stage.says(stage.token()) == 201
    stage.identity.lists_keys = False
    stage.clock[0] += 13 * 3600
    assert await stage.says(stage.token()) == 201
    async with asyncio.timeout(5):
        while stage.identity.key_downloads < 2:  # noqa: ASYNC110  a server has no event to wait for
            await asyncio.sleep(0.01)
    stage.clock[0] += 12 * 3600
    assert await stage.says(stage.token()) == 503
    stage.identity.lists_keys = True
    assert await stage.says(stage.token()) == 201


async def test_a_connector_for_another_audience_shows_a_token_for_it(stage: Stage) -> None:
    await stage.christie.types("hello")
    anyone = ClaimsIdentity({}, is_authenticated=True)
    factory = stage.adapter.bot_framework_authentication.create_connector_factory(anyone)
    connector: Any = await factory.create(stage.channel.service_url, "https://another.example")
    await connector.conversations.get_conversation_members(stage.handler.reference["conversation_id"])
    assert stage.entra.audiences == ["https://api.botframework.com", "https://another.example"]


async def test_without_keys_no_token_can_be_checked(tmp_path: Path) -> None:
    identity = ChannelIdentity(APP_ID)
    _, client = contexts(tmp_path)
    adapter = Adapter(IDENTITY, tls=client, credentials=Entra(), keys_url="https://127.0.0.1:1/")
    async with hosted(adapter, Handler()) as url, await TeamsChannel.start(url, "tenant") as channel:
        channel.identity = identity
        christie = channel.person("christie", "Christie Cline")
        assert (await christie.sends_raw(christie.activity("message", text="x"))).status == 503
