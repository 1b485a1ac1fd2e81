"""Whatever JSON comes in, it is an activity or refused with a sentence."""

from __future__ import annotations

from typing import Any

import orjson
from botbuilder.schema import Activity
from hypothesis import given
from hypothesis import strategies as st

from bot.inbound import BadActivity, parse_activity

TEXT = st.text("aé:/.0😀\x00", max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["type", "id", "timestamp", "serviceUrl", "channelId", "from", "conversation", "recipient", "text",
     "value", "channelData", "entities", "attachments", "membersAdded", "reactionsAdded",
     "replyToId", "unknown"]
)  # fmt: skip
WHOLE = {
    "type": "message",
    "serviceUrl": "http://127.0.0.1/",
    "from": {"id": "29:x"},
    "conversation": {"id": "a:x"},
}


@given(st.dictionaries(FIELDS, JSON, max_size=6))
def test_any_json_is_an_activity_or_refused_with_a_sentence(fields: dict[str, Any]) -> None:
    activity: Activity | BadActivity
    try:
        activity = parse_activity(orjson.dumps(WHOLE | fields))
    except BadActivity as error:
        activity = error
    if isinstance(activity, BadActivity):
        assert str(activity).endswith(".")
    else:
        assert isinstance(activity.from_property.id, str)
        assert isinstance(activity.conversation.id, str)
        assert isinstance(activity.channel_data, dict | None)


def test_what_the_parser_does_not_know_is_kept() -> None:
    activity = parse_activity(orjson.dumps({**WHOLE, "membership": {"a": 1}}))
    assert activity.additional_properties == {"membership": {"a": 1}}


def test_the_tenant_of_a_conversation_is_read_where_teams_puts_it() -> None:
    activity = parse_activity(orjson.dumps({**WHOLE, "conversation": {"id": "a:x", "tenantId": "t"}}))
    assert activity.conversation.tenant_id == "t"
