"""From the channel's JSON to botbuilder's Activity, checking every field that the bot reads.

botbuilder's own deserialiser takes any shape, costs more than the rest of a turn, and loses
`conversation.tenantId`, because it looks for a name that Teams does not send. This one knows the fields that
Teams sends, refuses wrong shapes with a sentence, and keeps unknown fields in `additional_properties`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from botbuilder.schema import (
    Activity,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    Entity,
    MessageReaction,
)

Json = dict[str, Any]

MAX_DEPTH = 48
"""How deep an activity may be nested; cards and their inputs need about ten."""


class BadActivity(ValueError):
    """The body is no activity; the sentence says why."""


def parse_activity(body: bytes) -> Activity:
    """Return the activity in a request body. Raises BadActivity."""
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadActivity("The body is not valid JSON.") from error
    if not isinstance(raw, dict):
        raise BadActivity("The body must be a JSON object: one activity.")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        _check_depth(raw)
    activity: Activity = _build(Activity, raw, _ACTIVITY, "")
    _check_whole(activity)
    return activity


def _check_whole(activity: Activity) -> None:
    """Refuse an activity that lacks what every turn needs."""
    for name, value in (("type", activity.type), ("serviceUrl", activity.service_url)):
        if not value:
            raise BadActivity(f"The activity has no {name}.")
    if activity.conversation is None or not activity.conversation.id:
        raise BadActivity("The activity has no conversation.id.")
    if activity.from_property is None or not activity.from_property.id:
        raise BadActivity("The activity has no from.id.")
    if activity.type == "invoke" and not isinstance(activity.value, dict | None):
        raise BadActivity("The value of an invoke must be an object.")


def _check_depth(raw: Json) -> None:
    level: list[Any] = [raw]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise BadActivity(f"The activity is nested deeper than {MAX_DEPTH} levels.")


def _text(value: Any, path: str) -> str:
    if isinstance(value, str):
        return value
    raise BadActivity(f"{path} must be a string.")


def _flag(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    raise BadActivity(f"{path} must be true or false.")


def _time(value: Any, path: str) -> datetime:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise BadActivity(f"{path} must be an ISO 8601 time.")


def _object(value: Any, path: str) -> Json:
    if isinstance(value, dict):
        return value
    raise BadActivity(f"{path} must be an object.")


def _channel_data(value: Any, path: str) -> Json:
    data = _object(value, path)
    tenant = data.get("tenant")
    if tenant is not None and not isinstance(_object(tenant, f"{path}.tenant").get("id"), str):
        raise BadActivity(f"{path}.tenant.id must be a string.")
    return data


def _value(value: Any, path: str) -> Json | str:
    """A button of type messageBack may carry a string, everything else an object."""
    if isinstance(value, dict | str):
        return value
    raise BadActivity(f"{path} must be an object or a string.")


def _anything(value: Any, _path: str) -> Any:
    return value


Read = Callable[[Any, str], Any]
Fields = dict[str, tuple[str, Read]]


def _build(model: type[Any], raw: Json, fields: Fields, path: str) -> Any:
    """Make `model` from the known fields of `raw`; what it does not know goes to additional_properties."""
    made = model()
    known = made.__dict__
    for name, value in raw.items():
        field = fields.get(name)
        if field is None:
            made.additional_properties[name] = value
        elif value is not None:
            known[field[0]] = field[1](value, path + name)
    return made


def _nested(model: type[Any], fields: Fields) -> Read:
    def read(value: Any, path: str) -> Any:
        return _build(model, _object(value, path), fields, path + ".")

    return read


def _list_of(read_item: Read) -> Read:
    def read(value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise BadActivity(f"{path} must be a list.")
        return [read_item(item, f"{path}[{index}]") for index, item in enumerate(value)]

    return read


_ACCOUNT: Fields = {
    "id": ("id", _text),
    "name": ("name", _text),
    "aadObjectId": ("aad_object_id", _text),
    "role": ("role", _text),
    "properties": ("properties", _anything),
}
_CONVERSATION: Fields = {
    **_ACCOUNT,
    "tenantId": ("tenant_id", _text),
    "conversationType": ("conversation_type", _text),
    "isGroup": ("is_group", _flag),
}
_ATTACHMENT: Fields = {
    "contentType": ("content_type", _text),
    "contentUrl": ("content_url", _text),
    "content": ("content", _anything),
    "name": ("name", _text),
    "thumbnailUrl": ("thumbnail_url", _text),
}
_account = _nested(ChannelAccount, _ACCOUNT)
_ACTIVITY: Fields = {
    "type": ("type", _text),
    "id": ("id", _text),
    "timestamp": ("timestamp", _time),
    "localTimestamp": ("local_timestamp", _time),
    "localTimezone": ("local_timezone", _text),
    "serviceUrl": ("service_url", _text),
    "channelId": ("channel_id", _text),
    "from": ("from_property", _account),
    "recipient": ("recipient", _account),
    "conversation": ("conversation", _nested(ConversationAccount, _CONVERSATION)),
    "text": ("text", _text),
    "textFormat": ("text_format", _text),
    "locale": ("locale", _text),
    "name": ("name", _text),
    "value": ("value", _value),
    "channelData": ("channel_data", _channel_data),
    "replyToId": ("reply_to_id", _text),
    "action": ("action", _text),
    "deliveryMode": ("delivery_mode", _text),
    "attachments": ("attachments", _list_of(_nested(Attachment, _ATTACHMENT))),
    "entities": ("entities", _list_of(_nested(Entity, {"type": ("type", _text)}))),
    "membersAdded": ("members_added", _list_of(_account)),
    "membersRemoved": ("members_removed", _list_of(_account)),
    "reactionsAdded": ("reactions_added", _list_of(_nested(MessageReaction, {"type": ("type", _text)}))),
    "reactionsRemoved": ("reactions_removed", _list_of(_nested(MessageReaction, {"type": ("type", _text)}))),
}
