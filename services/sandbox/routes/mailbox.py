"""Out of office: mailbox settings and presence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.sandbox.call import Call, Reply, only_fields
from services.sandbox.errors import GraphError, bad_request, no_such_property
from services.sandbox.licensing import has_plan
from services.sandbox.records import AutomaticReplies, Json, Person
from services.sandbox.router import Router
from services.sandbox.routes.users import person_of
from services.sandbox.tenant import Tenant

_STATUSES = {"disabled", "alwaysEnabled", "scheduled"}


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("GET", "users/{user}/mailboxSettings", get_settings, "select")
    router.add("PATCH", "users/{user}/mailboxSettings", set_settings)
    router.add("GET", "users/{user}/presence", get_presence)


def _with_mailbox(tenant: Tenant, call: Call) -> Person:
    person = person_of(tenant, call)
    if not has_plan(tenant, person, "EXCHANGE_S_ENTERPRISE"):
        raise GraphError(
            404,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
    return person


def _stamp(moment: datetime) -> Json:
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": "UTC"}


def get_settings(tenant: Tenant, call: Call) -> Reply:
    """Answer GET mailboxSettings."""
    person = _with_mailbox(tenant, call)
    replies = person.replies
    day = tenant.now().replace(minute=0, second=0, microsecond=0)
    setting = {
        "status": replies.status,
        "externalAudience": "all",
        "scheduledStartDateTime": _stamp(replies.start or day),
        "scheduledEndDateTime": _stamp(replies.end or day + timedelta(days=1)),
        "internalReplyMessage": replies.message,
        "externalReplyMessage": replies.message,
    }
    language = {
        "locale": person.preferred_language or "en-GB",
        "displayName": person.preferred_language or "en-GB",
    }
    starts, ends = person.hours
    hours = {
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "startTime": f"{starts}:00.0000000",
        "endTime": f"{ends}:00.0000000",
        "timeZone": {"name": person.time_zone},
    }
    body = {
        "automaticRepliesSetting": setting,
        "timeZone": person.time_zone,
        "language": language,
        "workingHours": hours,
    }
    names = call.query.get("$select")
    if names is None:
        return Reply(body=body)
    wanted = [name.strip() for name in names.split(",")]
    unknown = next((name for name in wanted if name not in body), None)
    if unknown is not None:
        raise no_such_property(unknown, "mailboxSettings")
    return Reply(body={name: body[name] for name in wanted})


def set_settings(tenant: Tenant, call: Call) -> Reply:
    """Answer PATCH mailboxSettings for automaticRepliesSetting, so that somebody can be put out of office."""
    person, body = _with_mailbox(tenant, call), call.object()
    only_fields(body, {"automaticRepliesSetting"}, "mailboxSettings")
    setting = body.get("automaticRepliesSetting")
    if not isinstance(setting, dict) or setting.get("status") not in _STATUSES:
        raise bad_request("'automaticRepliesSetting' needs a status: disabled, alwaysEnabled or scheduled.")
    start, end = _moment(setting, "scheduledStartDateTime"), _moment(setting, "scheduledEndDateTime")
    if setting["status"] == "scheduled" and (start is None or end is None or end <= start):
        raise bad_request("A scheduled reply needs a start before its end.")
    message = setting.get("internalReplyMessage") or ""
    if not isinstance(message, str):
        raise bad_request("'internalReplyMessage' needs a string.")
    person.replies = AutomaticReplies(status=setting["status"], start=start, end=end, message=message)
    tenant.people.put(person)
    tenant.note(tenant.now(), "mailbox.updated", person.id, {"status": person.replies.status})
    return get_settings(tenant, call)


def _moment(setting: Json, name: str) -> datetime | None:
    value: Any = setting.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value["dateTime"])[:19] + "+00:00")
        zone = value["timeZone"]
    except (KeyError, TypeError, ValueError):
        raise bad_request(f"'{name}' needs dateTime and timeZone.") from None
    if zone != "UTC":
        raise bad_request(f"'{name}': only timeZone UTC is understood here.")
    return moment


def is_out(tenant: Tenant, person: Person) -> bool:
    """Whether the person's automatic replies are on now."""
    replies, now = person.replies, tenant.now()
    if replies.status == "scheduled" and replies.start is not None and replies.end is not None:
        return replies.start <= now < replies.end
    return replies.status == "alwaysEnabled"


def get_presence(tenant: Tenant, call: Call) -> Reply:
    """Answer GET presence."""
    person = person_of(tenant, call)
    out = is_out(tenant, person) or person.event_says_out
    return Reply(
        body={
            "id": person.id,
            "availability": "Offline" if out or not person.account_enabled else "Available",
            "activity": "OffWork" if out or not person.account_enabled else "Available",
            "statusMessage": None,
            "outOfOfficeSettings": {"isOutOfOffice": out, "message": person.replies.message if out else None},
        }
    )
