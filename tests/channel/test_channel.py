"""The emulator refuses what Teams refuses, so that a test that passes here means something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.channel import ClientRefuses, Person, TeamsChannel, cards
from tests.channel.a_form import CARD

MESSAGE_TYPE = "application/vnd.microsoft.activity.message"


class Bot:
    """Takes activities, remembers them, and answers invokes with what the test prepared."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.answer: Any = {
            "statusCode": 200,
            "type": "application/vnd.microsoft.activity.message",
            "value": "ok",
        }

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append(await request.json())
        return (
            web.json_response(self.answer) if self.taken[-1]["type"] == "invoke" else web.Response(status=201)
        )


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def channel(bot: Bot) -> AsyncIterator[TeamsChannel]:
    app = web.Application()
    app.router.add_post("/api/messages", bot.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    started = await TeamsChannel.start(f"http://127.0.0.1:{runner.addresses[0][1]}", "tenant")
    yield started
    await started.close(quietly=True)
    await runner.cleanup()


@pytest.fixture
async def christie(channel: TeamsChannel) -> Person:
    person = channel.person("christie", "Christie Cline")
    await person.installs_app()
    return person


async def says(channel: TeamsChannel, person: Person, content: Any, message_id: str = "") -> tuple[int, Any]:
    """Post (or with an id: put) a card or a text into somebody's chat, as a bot does."""
    made = {"attachments": [{"contentType": cards.CARD_TYPE, "content": content}]}
    activity = {"type": "message", **({"text": content} if isinstance(content, str) else made)}
    url = f"{channel.service_url}v3/conversations/{channel.chat_of(person).id}/activities"
    session = channel._session
    assert session is not None
    send = (
        session.put(f"{url}/{message_id}", json=activity) if message_id else session.post(url, json=activity)
    )
    async with send as response:
        return response.status, await response.json()


async def test_a_person_sees_and_presses_and_the_reply_takes_the_cards_place(
    bot: Bot, channel: TeamsChannel, christie: Person
) -> None:
    await says(channel, christie, CARD)
    form = await christie.sees("Form")
    done = {**CARD, "body": [{"type": "TextBlock", "text": "Done", "wrap": True}], "actions": []}
    bot.answer = {"statusCode": 200, "type": cards.CARD_TYPE, "value": done}
    reply = await christie.presses(
        "Submit", {"Purpose": "calls", "where": "London", "sure": True, "count": 2}
    )
    assert reply.card == done
    assert [message.text for message in christie.messages] == ["Done"]
    assert christie.messages[0].id == form.id
    value = bot.taken[-1]["value"]
    assert value["action"]["data"] == {"id": "7", "why": "calls", "where": "l", "sure": "true", "count": "2"}
    assert (value["action"]["verb"], value["trigger"]) == ("submit", "manual")
    assert bot.taken[-1]["replyToId"] == form.id


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "Say why"),
        ({"why": "12"}, "Say why"),
        ({"why": "far too long"}, "Say why"),
        ({"why": "ok", "where": "Paris"}, "Place"),
        ({"why": "ok", "count": 4}, "How many"),
        ({"why": "ok", "count": "many"}, "How many"),
        ({"why": "ok", "day": "soon"}, "Day"),
        ({"why": "ok", "day": "2025-12-31"}, "Day"),
        ({"why": "ok", "hour": "25:00"}, "Hour"),
        ({"why": "ok", "colour": "red"}, "colour"),
    ],
)
async def test_the_client_does_not_send_an_input_filled_in_wrongly(
    bot: Bot, channel: TeamsChannel, christie: Person, inputs: dict[str, Any], words: str
) -> None:
    await says(channel, christie, CARD)
    before = len(bot.taken)
    with pytest.raises(ClientRefuses, match=words):
        await christie.presses("Submit", inputs)
    assert len(bot.taken) == before


async def test_a_button_that_is_not_there_or_greyed_out_cannot_be_pressed(
    channel: TeamsChannel, christie: Person
) -> None:
    await says(channel, christie, CARD)
    for title in ("Approve", "Later", "Reject"):
        with pytest.raises(ClientRefuses):
            await christie.presses(title)


async def test_a_button_of_an_old_card_is_pressed_only_on_purpose(
    bot: Bot, channel: TeamsChannel, christie: Person
) -> None:
    await says(channel, christie, CARD)
    old = await christie.sees("Form")
    await says(channel, christie, {**CARD, "actions": []}, old.id)
    with pytest.raises(ClientRefuses):
        await christie.presses("Cancel", on=old)
    assert (await christie.presses_old("Cancel", on=old)).message == "ok"
    assert bot.taken[-1]["value"]["action"]["data"] == {}


async def test_inputs_behind_a_show_card_belong_to_its_buttons_alone(
    bot: Bot, channel: TeamsChannel, christie: Person
) -> None:
    await says(channel, christie, CARD)
    with pytest.raises(ClientRefuses, match="Reason"):
        await christie.presses("Really reject", {"why": "ok"})
    await christie.presses("Really reject", {"why": "ok", "reason": "no"})
    assert bot.taken[-1]["value"]["action"]["data"]["reason"] == "no"
    with pytest.raises(ClientRefuses, match="reason"):
        await christie.presses("Submit", {"why": "ok", "reason": "no"})


async def test_hidden_text_is_not_seen_until_it_is_shown(channel: TeamsChannel, christie: Person) -> None:
    await says(channel, christie, CARD)
    assert christie.looks_for("hidden words") is None
    await christie.presses("More")
    await christie.sees("hidden words")


async def test_a_refresh_is_asked_for_by_those_it_names(
    bot: Bot, channel: TeamsChannel, christie: Person
) -> None:
    action = {"type": "Action.Execute", "verb": "refresh", "data": {"id": "7"}}
    await says(channel, christie, {**CARD, "refresh": {"action": action, "userIds": ["29:other"]}})
    assert await christie.refreshes("Form") is None
    await says(channel, christie, {**CARD, "refresh": {"action": action, "userIds": [christie.id]}})
    await christie.refreshes("Form")
    assert bot.taken[-1]["value"]["trigger"] == "automatic"


async def test_waiting_ends_as_soon_as_the_message_is_there(channel: TeamsChannel, christie: Person) -> None:
    waiting = asyncio.create_task(christie.sees("Form"))
    await asyncio.sleep(0)
    await says(channel, christie, CARD)
    assert (await waiting).changes == 0
    with pytest.raises(AssertionError, match=r"(?s)does not see 'Nothing'.*Form"):
        await christie.sees("Nothing", within=0.01)


async def test_the_connector_refuses_what_teams_refuses(channel: TeamsChannel, christie: Person) -> None:
    lee = channel.person("lee", "Lee Gu")
    assert (await says(channel, lee, "x"))[1]["error"]["code"] == "ConversationNotFound"
    await lee.installs_app()
    await lee.uninstalls_app()
    assert (await says(channel, lee, "x"))[1]["error"]["code"] == "BotNotInConversationRoster"
    assert (await says(channel, christie, "x", "17"))[0] == 404
    assert (await says(channel, christie, "x" * 102_400))[0] == 413
    assert (await says(channel, christie, ""))[0] == 400
    assert christie.messages == []


async def test_a_lost_answer_is_lost_after_the_deed(channel: TeamsChannel, christie: Person) -> None:
    channel.weather.lost = [502]
    assert (await says(channel, christie, "delivered"))[0] == 502
    await christie.sees("delivered")


async def test_nobody_can_write_to_a_bot_that_is_not_installed(channel: TeamsChannel) -> None:
    with pytest.raises(ClientRefuses, match="not installed"):
        await channel.person("lee", "Lee Gu").types("hello")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": "1.6"}, "version 1.5"),
        ({"body": [{"type": "TextBlock", "text": "x"}]}, "does not wrap"),
        ({"body": [{"type": "TextBlock", "text": "", "wrap": True}]}, "no text"),
        ({"body": [{"type": "Textblock", "text": "x", "wrap": True}]}, "no client knows"),
        ({"body": [{"type": "Input.Text", "id": "a"}]}, "label is missing"),
        ({"body": [{"type": "Input.Text", "label": "a"}]}, "id is missing"),
        ({"body": [{"type": "Input.Text", "id": "a", "label": "a"}] * 2}, "2 inputs"),
        ({"body": [{"type": "Image", "url": "data:"}]}, "altText"),
        ({"body": [{"type": "Input.ChoiceSet", "id": "a", "label": "a", "choices": []}]}, "no choices"),
        ({"body": [{"type": "Input.ChoiceSet", "id": "a", "label": "a", "value": "z",
                    "choices": [{"title": "y", "value": "y"}]}]}, "no choice"),
        ({"body": [{"type": "TextBlock", "text": "x" * 30_000, "wrap": True}]}, "bytes"),
        ({"actions": [{"type": "Action.Execute", "title": "x"}]}, "verb is missing"),
        ({"actions": [{"type": "Action.Execute", "title": "x", "verb": "x"}] * 7}, "primary actions"),
        ({"refresh": {"action": {}, "userIds": ["29:x"] * 61}}, "60 people"),
    ],
)  # fmt: skip
async def test_a_card_that_teams_would_spoil_fails_the_test(
    channel: TeamsChannel, christie: Person, change: dict[str, Any], words: str
) -> None:
    assert cards.faults(CARD) == []
    await says(channel, christie, {**CARD, **change})
    with pytest.raises(AssertionError, match=words):
        channel.check()


async def test_a_reply_that_teams_does_not_understand_fails_the_test(
    bot: Bot, channel: TeamsChannel, christie: Person
) -> None:
    await says(channel, christie, CARD)
    bot.answer = {"statusCode": 200, "type": "application/vnd.microsoft.adaptive.card", "value": CARD}
    await christie.presses("Cancel")
    with pytest.raises(AssertionError, match="does not understand"):
        channel.check()
