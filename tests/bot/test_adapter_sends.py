"""What the bot says reaches the channel, through busy moments, or fails with a reason that one can act on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
import pytest
from botbuilder.core import TurnContext
from botbuilder.core.teams import TeamsInfo
from botbuilder.schema import Activity, Attachment, ConversationParameters
from botframework.connector.models import ErrorResponseException

from bot.adapter import Adapter
from bot.channel_errors import (
    Unreachable,
)
from tests.channel.stage import CARD_TYPE, Stage, card, message, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        yield made


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


async def test_a_turn_that_cannot_answer_is_a_502_unless_the_bot_handles_it(stage: Stage) -> None:
    async def act(context: TurnContext) -> None:
        stage.christie.has_app = False
        await context.send_activity("x")

    stage.handler.turn = act
    reply = await stage.christie.sends_raw(stage.christie.activity("message", text="go"))
    assert reply.status == 502
