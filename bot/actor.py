"""From an authenticated activity to who sent it, and where they can be written to."""

from __future__ import annotations

import re

from botbuilder.schema import Activity

from bot.http_replies import Refusal
from services.domain.errors import ForeignTenant
from services.domain.person import Actor
from services.ports import Place

OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def actor_of(activity: Activity, tenant_id: str) -> Actor:
    """The sender, by Entra object id and tenant; never by name, Teams id or anything on a card.

    Raises Refusal (403) for another tenant and for a sender without an object id.
    """
    if {tenant.lower() for tenant in tenants_of(activity)} != {tenant_id.lower()}:
        raise Refusal(403, "ForeignTenant", ForeignTenant().sentence)
    sender = activity.from_property
    if not OBJECT_ID.fullmatch(sender.aad_object_id or ""):
        raise Refusal(403, "NoPerson", "Switchboard only talks to people of its organisation.")
    return Actor(
        id=sender.aad_object_id.lower(),
        name=sender.name or "",
        tenant_id=tenant_id,
        locale=activity.locale or "en-GB",
    )


def tenants_of(activity: Activity) -> set[str]:
    """The tenants that the channel says, in both places where Teams puts one: they must agree."""
    channel_data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    tenant = channel_data.get("tenant") or {}
    return {str(said) for said in (tenant.get("id"), activity.conversation.tenant_id) if said}


def place_of(activity: Activity, actor: Actor) -> Place:
    """Where the sender can be written to from now on."""
    return Place(
        person_id=actor.id,
        service_url=activity.service_url,
        conversation_id=activity.conversation.id,
        tenant_id=actor.tenant_id,
        bot_id=activity.recipient.id if activity.recipient else "",
        channel_id=activity.channel_id or "msteams",
    )


def is_personal(activity: Activity) -> bool:
    """Whether the activity comes from a one-to-one chat; Teams always says, other clients may not."""
    return activity.conversation.conversation_type in {None, "", "personal"}
