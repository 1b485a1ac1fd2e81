"""What the bot says reaches the channel, through busy moments, or fails with a reason that one can act on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.core.teams import TeamsInfo
from botbuilder.schema import Activity, Attachment, ConversationParameters, ConversationReference
from botframework.connector.models import ErrorResponseException

from bot.adapter import Adapter
from bot.channel_errors import (
    ChannelRefused,
    ChannelUnavailable,
    MessageGone,
    TooLarge,
    Unreachable,
    error_of,
)
from bot.outbound_json import Reference, reference_of
from bot.service_url import ForeignServiceUrl
from bot.transport import Patience
from tests.channel import Limits, Person, TeamsChannel
from tests.channel.hosting import hosted

CARD_TYPE = "application/vnd.microsoft.card.adaptive"


def card(text: str) -> dict[str, Any]:
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": text, "wrap": True}],
    }


def message(text: str) -> dict[str, Any]:
    return {"attachments": [{"contentType": CARD_TYPE, "content": card(text)}]}


class Handler(ActivityHandler):
    """Runs what a test wants done in a turn, and remembers where the activity came from."""

    def __init__(self) -> None:
        self.turn: Callable[[TurnContext], Awaitable[Any]] | None = None
        self.reference: Reference = {}
        self.sdk_reference: ConversationReference | None = None

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        self.reference = reference_of(turn_context.activity)
        self.sdk_reference = TurnContext.get_conversation_reference(turn_context.activity)
        if self.turn is not None:
            await self.turn(turn_context)


@dataclass
class Stage:
    """A bot, a channel and Christie, who has written to the bot once; pauses are noted, not slept."""

    adapter: Adapter
    handler: Handler
    channel: TeamsChannel
    christie: Person
    pauses: list[float] = field(default_factory=list)

    @property
    def reference(self) -> Reference:
        return self.handler.reference

    async def in_a_turn(self, act: Callable[[TurnContext], Awaitable[Any]]) -> Any:
        """Do something in a message turn and return or raise what it did."""
        outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def turn(context: TurnContext) -> None:
            try:
                outcome.set_result(await act(context))
            except Exception as error:  # noqa: BLE001  the test that asked gets it
                outcome.set_exception(error)

        self.handler.turn = turn
        await self.christie.types("go on")
        return await outcome


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    adapter, handler = Adapter(None, allow_unauthenticated=True, sleep=note), Handler()
    async with hosted(adapter, handler) as url, await TeamsChannel.start(url, "tenant") as channel:
        christie = channel.person("christie", "Christie Cline")
        await christie.installs_app()
        await christie.types("hello")
        yield Stage(adapter, handler, channel, christie, pauses)


async def test_a_card_sent_in_a_turn_arrives_whole_and_is_not_changed(stage: Stage) -> None:
    sent = Activity(attachments=[Attachment(content_type=CARD_TYPE, content=card("Grüße"))])
    answer = await stage.in_a_turn(lambda context: context.send_activity(sent))
    seen = await stage.christie.sees("Grüße")
    assert (seen.id, seen.card) == (answer.id, card("Grüße"))
    assert seen.activity["recipient"]["id"] == stage.christie.id
    assert {sent.type, sent.conversation, sent.reply_to_id} == {None}


async def test_a_card_that_is_json_already_is_sent_as_it_is(stage: Stage) -> None:
    prepared = orjson.Fragment(orjson.dumps(card("prepared")))
    sent = Activity(attachments=[Attachment(content_type=CARD_TYPE, content=prepared)])
    await stage.in_a_turn(lambda context: context.send_activity(sent))
    assert (await stage.christie.sees("prepared")).card == card("prepared")


async def test_a_handler_of_the_sdk_still_sees_what_is_sent(stage: Stage) -> None:
    intercepted: list[str] = []

    async def intercept(_context: TurnContext, sent: list[Activity], go_on: Callable[[], Any]) -> None:
        intercepted.extend(activity.text for activity in sent)
        await go_on()

    async def act(context: TurnContext) -> None:
        context.on_send_activities(intercept)
        await context.send_activity("through the hook")

    await stage.in_a_turn(act)
    await stage.christie.sees("through the hook")
    assert intercepted == ["through the hook"]


async def test_a_message_is_replaced_and_deleted_in_a_turn(stage: Stage) -> None:
    async def act(context: TurnContext) -> None:
        sent = await context.send_activity("first")
        assert sent is not None
        await context.update_activity(Activity(type="message", id=sent.id, text="second"))

    await stage.in_a_turn(act)
    seen = await stage.christie.sees("second")
    assert [one.text for one in stage.christie.messages] == ["second"]
    await stage.in_a_turn(lambda context: context.delete_activity(seen.id))
    assert stage.christie.messages == []


async def test_the_sdks_own_helpers_work_over_one_cached_connector(stage: Stage) -> None:
    async def act(context: TurnContext) -> tuple[Any, Any]:
        member = await TeamsInfo.get_member(context, stage.christie.id)
        return member, context.turn_state[Adapter.BOT_CONNECTOR_CLIENT_KEY]

    member, first = await stage.in_a_turn(act)
    _, second = await stage.in_a_turn(act)
    assert member.aad_object_id == "christie"
    assert first is second


async def test_a_message_is_sent_changed_and_deleted_without_a_turn(stage: Stage) -> None:
    outbound = stage.adapter.outbound
    message_id = await outbound.send(stage.reference, message("Waiting"))
    await stage.christie.sees("Waiting")
    await outbound.update(stage.reference, message_id, message("Done"))
    assert (await stage.christie.sees("Done")).id == message_id
    await outbound.delete(stage.reference, message_id)
    assert stage.christie.messages == []


async def test_ids_are_percent_encoded(stage: Stage) -> None:
    message_id = await stage.adapter.outbound.send(stage.reference, message("x"))
    await stage.adapter.outbound.update(stage.reference, message_id, message("y"))
    assert all("/a%3A" in path and "/a:" not in path for _, path in stage.channel.requests)


async def test_a_chat_is_opened_with_somebody_who_never_wrote(stage: Stage) -> None:
    lee = stage.channel.person("lee", "Lee Gu")
    await lee.installs_app()
    chat_id = await stage.adapter.outbound.create_conversation(
        stage.channel.service_url, "tenant", "lee", bot_id="28:switchboard"
    )
    await stage.adapter.outbound.send({**stage.reference, "conversation_id": chat_id}, message("For Lee"))
    await lee.sees("For Lee")


async def test_a_chat_is_not_opened_with_somebody_without_the_app(stage: Stage) -> None:
    stage.channel.person("lee", "Lee Gu")
    with pytest.raises(Unreachable) as refusal:
        await stage.adapter.outbound.create_conversation(
            stage.channel.service_url, "tenant", "lee", bot_id="28:switchboard"
        )
    assert (refusal.value.status, refusal.value.code) == (403, "BotNotInConversationRoster")


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


async def test_changes_of_one_message_at_the_same_time_all_go_through(stage: Stage) -> None:
    message_id = await stage.adapter.outbound.send(stage.reference, message("0"))
    stage.channel.weather.conflicts, stage.channel.weather.delay = True, 0.02
    update = stage.adapter.outbound.update
    await asyncio.gather(*(update(stage.reference, message_id, message(str(n))) for n in range(3)))
    assert stage.christie.messages[0].changes == 3
    assert stage.pauses


async def test_the_rate_limit_of_a_conversation_is_waited_out(stage: Stage) -> None:
    clock = [0.0]
    stage.channel.limits = Limits(now=lambda: clock[0])

    async def wait(seconds: float) -> None:
        clock[0] += seconds

    stage.adapter._transport._sleep = wait
    for number in range(9):
        await stage.adapter.outbound.send(stage.reference, message(str(number)))
    assert len(stage.christie.messages) == 9
    assert clock[0] > 0


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


async def test_a_proactive_turn_of_the_sdk_sends(stage: Stage) -> None:
    assert stage.handler.sdk_reference is not None
    await stage.adapter.continue_conversation(
        stage.handler.sdk_reference, lambda context: context.send_activity("By the way"), bot_app_id=""
    )
    await stage.christie.sees("By the way")


async def test_a_proactive_turn_raises_the_channels_error_past_the_turns_error_handler(stage: Stage) -> None:
    swallowed: list[Exception] = []

    async def swallow(_context: TurnContext, error: Exception) -> None:
        swallowed.append(error)

    stage.adapter.on_turn_error = swallow
    stage.christie.has_app = False
    assert stage.handler.sdk_reference is not None
    with pytest.raises(Unreachable):
        await stage.adapter.continue_conversation(
            stage.handler.sdk_reference, lambda context: context.send_activity("x"), bot_app_id=""
        )
    assert swallowed == []


async def test_the_sdks_way_to_open_a_chat_works_and_raises_the_connectors_error(stage: Stage) -> None:
    lee = stage.channel.person("lee", "Lee Gu")
    opened: list[str] = []

    async def first_words(context: TurnContext) -> None:
        opened.append(context.activity.conversation.id)

    async def open_chat() -> None:
        await stage.adapter.create_conversation(
            "",
            first_words,
            ConversationParameters(
                is_group=False, members=[{"id": lee.id}], channel_data={"tenant": {"id": "tenant"}}
            ),
            channel_id="msteams",
            service_url=stage.channel.service_url,
        )

    with pytest.raises(ErrorResponseException) as refusal:
        await open_chat()
    told: Any = refusal.value.error
    assert told.error.code == "BotNotInConversationRoster"
    await lee.installs_app()
    await open_chat()
    assert opened == [stage.channel.chat_of(lee).id]


async def test_a_turn_that_cannot_answer_is_a_500_unless_the_bot_handles_it(stage: Stage) -> None:
    async def act(context: TurnContext) -> None:
        stage.christie.has_app = False
        await context.send_activity("x")

    stage.handler.turn = act
    reply = await stage.christie.sends_raw(stage.christie.activity("message", text="go"))
    assert reply.status == 500
