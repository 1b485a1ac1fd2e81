"""What the channel, or anyone else, gets back over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest
from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.schema import AdaptiveCardInvokeResponse
from structlog.testing import capture_logs

from bot.adapter import Adapter
from tests.channel import ChannelIdentity, Person, TeamsChannel
from tests.channel.hosting import hosted

MAX_BODY = 4096


class Handler(ActivityHandler):
    """Answers each invoke in another of the ways that a bot may."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        if turn_context.activity.text == "stumble":
            raise RuntimeError("a secret detail")
        await turn_context.send_activity(f"You said {turn_context.activity.text}")

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse | None:
        name = turn_context.activity.name
        if name == "stumble":
            raise RuntimeError("a secret detail")
        if name == "model":
            body = AdaptiveCardInvokeResponse(status_code=200, type="a/type", value={"n": 1})
            return InvokeResponse(status=200, body=body)
        if name == "unwritable":
            return InvokeResponse(status=200, body=object())
        if name == "empty":
            return InvokeResponse(status=200)
        if name == "silent":
            return None
        return InvokeResponse(status=200, body={"statusCode": 200, "type": "a/type", "value": {"name": name}})


@pytest.fixture
async def channel() -> AsyncIterator[TeamsChannel]:
    adapter = Adapter(None, allow_unauthenticated=True, max_body=MAX_BODY)
    async with (
        hosted(adapter, Handler()) as url,
        await TeamsChannel.start(url, "tenant") as channel,
    ):
        yield channel


@pytest.fixture
async def christie(channel: TeamsChannel) -> Person:
    person = channel.person("christie", "Christie Cline")
    await person.installs_app()
    return person


async def test_an_invoke_is_answered_with_200_and_its_body(christie: Person) -> None:
    reply = await christie.invokes("anything", {})
    assert (reply.status, reply.body["value"]) == (200, {"name": "anything"})


async def test_an_invoke_answered_with_a_model_of_the_sdk_has_the_names_of_the_wire(christie: Person) -> None:
    reply = await christie.invokes("model", {})
    assert (reply.status, reply.body) == (200, {"statusCode": 200, "type": "a/type", "value": {"n": 1}})


async def test_an_invoke_may_be_answered_without_a_body(christie: Person) -> None:
    reply = await christie.invokes("empty", {})
    assert (reply.status, reply.body) == (200, None)


async def test_an_invoke_that_the_bot_leaves_unanswered_says_so(christie: Person) -> None:
    reply = await christie.invokes("silent", {})
    assert reply.status == 501
    assert "silent" in reply.error


async def test_a_message_is_taken_with_201_and_answered_in_the_chat(christie: Person) -> None:
    reply = await christie.sends_raw(christie.activity("message", text="hello"))
    assert (reply.status, reply.body) == (201, None)
    assert (await christie.sees("You said hello")).activity["from"]["id"] == "28:switchboard"


@pytest.mark.parametrize("name", ["stumble", "unwritable"])
async def test_a_fault_of_the_bot_is_a_500_without_details_and_one_log_line(
    christie: Person, name: str
) -> None:
    with capture_logs() as lines:
        reply = await christie.invokes(name, {})
    assert reply.status == 500
    assert "secret" not in str(reply.body)
    assert "Traceback" not in str(reply.body)
    assert [line["correlation_id"] for line in lines] == [reply.body["error"]["correlationId"]]
    assert lines[0]["log_level"] == "error"


async def test_a_fault_in_a_message_turn_is_a_500_too(christie: Person) -> None:
    reply = await christie.sends_raw(christie.activity("message", text="stumble"))
    assert reply.status == 500


BAD_FIELDS: list[tuple[str, Any]] = [
    ("type", None), ("type", ""), ("type", 5), ("type", ["message"]),
    ("serviceUrl", None), ("serviceUrl", 5),
    ("from", "somebody"), ("from", {}), ("from", {"id": 5}), ("from", []), ("from", None),
    ("from", {"id": "29:x", "aadObjectId": {"a": 1}}),
    ("conversation", 5), ("conversation", None), ("conversation", {"id": ""}), ("conversation", {"id": {}}),
    ("conversation", {"id": "a:x", "tenantId": 7}),
    ("recipient", "bot"), ("text", {"a": 1}), ("text", 1), ("timestamp", "yesterday"), ("timestamp", 5),
    ("channelData", "x"), ("channelData", {"tenant": "t"}), ("channelData", {"tenant": {"id": 5}}),
    ("value", [1]), ("value", 5), ("name", 3), ("entities", {}), ("entities", [1]), ("membersAdded", "all"),
    ("membersAdded", [{"id": 1}]), ("attachments", [{"contentType": 1}]), ("locale", ["en"]),
    ("replyToId", 17),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS)
async def test_a_field_of_the_wrong_shape_is_a_400_that_names_it(
    christie: Person, field: str, value: Any
) -> None:
    reply = await christie.sends_raw(christie.activity("invoke") | {"name": "anything", field: value})
    assert reply.status == 400
    assert field in reply.error


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"not json", b"[]", b'"text"', b"5", b"null", b"\xff\xfe", b'{"a":"\\ud800"}', b"{}"],
)
async def test_a_body_that_is_no_activity_is_a_400(christie: Person, body: bytes) -> None:
    reply = await christie.sends_raw(body)
    assert reply.status == 400
    assert reply.error


@pytest.mark.parametrize("depth", [60, 500, 1500])
async def test_a_deeply_nested_activity_is_a_400(christie: Person, depth: int) -> None:
    activity = orjson.dumps(christie.activity("invoke", name="anything", value={"x": None}))
    nested = activity.replace(b'{"x":null}', b'{"x":' * depth + b"1" + b"}" * depth)
    with_room = Adapter(None, allow_unauthenticated=True)
    async with hosted(with_room, Handler()) as url:
        christie._channel.bot_url = url
        assert (await christie.sends_raw(nested)).status == 400


async def test_only_json_is_taken(christie: Person) -> None:
    body = orjson.dumps(christie.activity("message", text="hello"))
    assert (await christie.sends_raw(body, {"Content-Type": "text/plain"})).status == 415
    utf8 = await christie.sends_raw(body, {"Content-Type": "application/json; charset=utf-8"})
    assert utf8.status == 201


async def test_only_post_is_taken(channel: TeamsChannel) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{channel.bot_url}/api/messages") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_an_unknown_activity_type_changes_nothing(christie: Person) -> None:
    assert (await christie.sends_raw(christie.activity("somethingNew"))).status == 201
    assert christie.messages == []


@pytest.mark.parametrize(
    "service_url",
    [
        "https://smba.trafficmanager.net/emea/",
        "http://10.0.0.1:3978/",
        "http://127.0.0.1.example.org/",
        "http://127.0.0.1:80@example.org/",
        "https://127.0.0.1/",
        "http://127.0.0.1/?next=x",
        "file:///etc/passwd",
        "no address",
    ],
)
async def test_without_credentials_the_bot_writes_to_this_machine_only(
    christie: Person, service_url: str
) -> None:
    activity = christie.activity("message", text="hello", serviceUrl=service_url)
    assert (await christie.sends_raw(activity)).status == 403


async def test_without_credentials_a_token_is_refused_rather_than_ignored(christie: Person) -> None:
    activity = christie.activity("message", text="hello")
    token = ChannelIdentity("any bot").token(activity["serviceUrl"])
    with capture_logs() as lines:
        reply = await christie.sends_raw(activity, {"Authorization": f"Bearer {token}"})
    assert reply.status == 401
    assert [line["reason"] for line in lines] == [
        "This bot has no credentials to check a token with: send none."
    ]


def test_a_bot_without_identity_must_be_meant_so() -> None:
    with pytest.raises(ValueError, match="identity"):
        Adapter(None)
