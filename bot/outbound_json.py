"""From botbuilder's models to the JSON that the channel takes.

The SDK's serialiser checks and copies every node of a card; here a card is passed on as it is, whether it is
a dict or text that is JSON already (`orjson.Fragment`).
"""

from __future__ import annotations

from typing import Any, TypedDict

from botbuilder.schema import Activity
from msrest.serialization import Model

Json = dict[str, Any]


class Reference(TypedDict, total=False):
    """Where a message goes: enough to write to a person later, plain enough to be stored as JSON.

    `service_url` and `conversation_id` are needed for every send; the rest is what Teams puts beside it.
    The service URL of a person can change: store the newest one seen.
    """

    service_url: str
    conversation_id: str
    tenant_id: str
    bot_id: str
    user_id: str
    channel_id: str


def reference_of(activity: Activity) -> Reference:
    """Return the reference of the conversation that a received activity belongs to."""
    tenant = (activity.channel_data or {}).get("tenant") or {}
    return Reference(
        service_url=activity.service_url,
        conversation_id=activity.conversation.id,
        tenant_id=tenant.get("id") or activity.conversation.tenant_id or "",
        bot_id=activity.recipient.id if activity.recipient else "",
        user_id=activity.from_property.id,
        channel_id=activity.channel_id or "msteams",
    )


def addressed(activity: Json, reference: Reference) -> Json:
    """Return the activity with type, sender and conversation filled in where they are missing."""
    wire = {"type": "message", "channelId": reference.get("channel_id", "msteams"), **activity}
    if "conversation" not in wire:
        wire["conversation"] = {"id": reference["conversation_id"]}
        if reference.get("tenant_id"):
            wire["conversation"]["tenantId"] = reference["tenant_id"]
    if "from" not in wire and reference.get("bot_id"):
        wire["from"] = {"id": reference["bot_id"]}
    if "recipient" not in wire and reference.get("user_id"):
        wire["recipient"] = {"id": reference["user_id"]}
    return wire


def to_wire(model: Model) -> Json:
    """Return the JSON object of a botbuilder model: names as on the wire, nothing where nothing is set."""
    names = _names(type(model))
    wire: Json = {}
    for attribute, value in model.__dict__.items():
        if value is not None and attribute in names:
            wire[names[attribute]] = value if type(value) is str else _plain(value)
    extra = model.additional_properties
    return {**extra, **wire} if extra else wire


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return to_wire(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


_NAMES: dict[type[Model], dict[str, str]] = {}


def _names(model: type[Model]) -> dict[str, str]:
    """Attribute to wire name; the SDK misspells the tenant of a conversation, Teams reads `tenantId`."""
    names = _NAMES.get(model)
    if names is None:
        spelt = {attribute: field["key"] for attribute, field in model._attribute_map.items()}  # noqa: SLF001
        spelt.pop("additional_properties", None)
        names = _NAMES[model] = {a: "tenantId" if key == "tenantID" else key for a, key in spelt.items()}
    return names
