"""Mailbox settings: automatic replies, time zone and working hours."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

from services.sandbox.call import Call, Reply, only_fields
from services.sandbox.errors import GraphError, bad_request
from services.sandbox.filters import Schema
from services.sandbox.licensing import has_plan
from services.sandbox.person_parts import DAYS, AutomaticReplies, WorkingHours
from services.sandbox.query import selection
from services.sandbox.records import Json, Person
from services.sandbox.router import Router
from services.sandbox.routes.users import person_of
from services.sandbox.tenant import Tenant
from services.sandbox.zones import moment_of, stamp, zone_of

SETTINGS = Schema(
    "mailboxSettings",
    frozenset({"automaticRepliesSetting", "language", "timeZone", "userPurpose", "workingHours"}),
    {},
    {},
    directory=False,
)
_EDITABLE = {"automaticRepliesSetting", "timeZone", "workingHours"}
_REPLIES = {
    "status", "externalAudience", "scheduledStartDateTime", "scheduledEndDateTime", "internalReplyMessage",
    "externalReplyMessage",
}  # fmt: skip
_HOURS = {"daysOfWeek", "startTime", "endTime", "timeZone"}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?")
_STATUSES = {"disabled", "alwaysEnabled", "scheduled"}


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("GET", "users/{user}/mailboxSettings", get_settings, "select")
    router.add("PATCH", "users/{user}/mailboxSettings", set_settings)


def with_mailbox(tenant: Tenant, call: Call) -> Person:
    """Return the person the path names. Raises GraphError 404, also for somebody without a mailbox."""
    person = person_of(tenant, call)
    if not has_plan(tenant, person, "EXCHANGE_S_ENTERPRISE"):
        raise GraphError(
            404,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
    return person


def get_settings(tenant: Tenant, call: Call) -> Reply:
    """Answer GET mailboxSettings."""
    names = selection(call.query.get("$select"), SETTINGS)
    return _shown(tenant, call, with_mailbox(tenant, call), names or sorted(SETTINGS.properties))


def _shown(tenant: Tenant, call: Call, person: Person, names: list[str]) -> Reply:
    language = person.preferred_language or "en-GB"
    view = {
        "automaticRepliesSetting": _replies_view(tenant, person.replies),
        "timeZone": person.time_zone,
        "language": {"locale": language, "displayName": language},
        "userPurpose": {"value": "user"},
        "workingHours": {
            "daysOfWeek": person.hours.days,
            "startTime": f"{person.hours.start:%H:%M:%S}.0000000",
            "endTime": f"{person.hours.end:%H:%M:%S}.0000000",
            "timeZone": {"name": person.hours.time_zone or person.time_zone},
        },
    }
    context = f"{call.base}/$metadata#users('{person.id}')/mailboxSettings"
    return Reply(body={"@odata.context": context} | {name: view[name] for name in names})


def _replies_view(tenant: Tenant, replies: AutomaticReplies) -> Json:
    day = tenant.now().replace(minute=0, second=0, microsecond=0)
    return {
        "status": replies.status,
        "externalAudience": "all",
        "scheduledStartDateTime": stamp(replies.start or day),
        "scheduledEndDateTime": stamp(replies.end or day + timedelta(days=1)),
        "internalReplyMessage": replies.message,
        "externalReplyMessage": replies.message,
    }


def set_settings(tenant: Tenant, call: Call) -> Reply:
    """Answer PATCH mailboxSettings; what is not in the body stays as it is."""
    person, body = with_mailbox(tenant, call), call.object()
    only_fields(body, set(SETTINGS.properties), "mailboxSettings")
    names = [name for name in body if not name.startswith("@odata.")]
    if not names or not _EDITABLE.issuperset(names):
        raise bad_request(f"Only {', '.join(sorted(_EDITABLE))} can be set here.")
    replies, zone, hours = person.replies, person.time_zone, person.hours
    if "automaticRepliesSetting" in body:
        replies = _replies(body["automaticRepliesSetting"])
    if "timeZone" in body:
        zone_of(body["timeZone"])
        zone = body["timeZone"]
    if "workingHours" in body:
        hours = _hours(body["workingHours"], hours)
    person.replies, person.time_zone, person.hours = replies, zone, hours
    tenant.people.put(person)
    tenant.note(tenant.now(), "mailbox.updated", person.id, {"status": replies.status})
    return _shown(tenant, call, person, names)


def _replies(setting: Any) -> AutomaticReplies:
    if not isinstance(setting, dict) or setting.get("status") not in _STATUSES:
        raise bad_request("'automaticRepliesSetting' needs a status: disabled, alwaysEnabled or scheduled.")
    only_fields(setting, _REPLIES, "automaticRepliesSetting")
    start, end = moment_of(setting, "scheduledStartDateTime"), moment_of(setting, "scheduledEndDateTime")
    if setting["status"] == "scheduled" and (start is None or end is None or end <= start):
        raise bad_request("A scheduled reply needs a start before its end.")
    message = setting.get("internalReplyMessage") or ""
    if not isinstance(message, str):
        raise bad_request("'internalReplyMessage' needs a string.")
    return AutomaticReplies(status=setting["status"], start=start, end=end, message=message)


def _hours(body: Any, before: WorkingHours) -> WorkingHours:
    """Refusals as learn.microsoft.com/graph/api/user-update-mailboxsettings lists them."""
    if not isinstance(body, dict):
        raise bad_request("'workingHours' needs an object.")
    only_fields(body, _HOURS, "workingHours")
    days = body.get("daysOfWeek", before.days)
    if not isinstance(days, list):
        raise bad_request("'daysOfWeek' needs a list.")
    for day in days:
        if str(day).lower() not in DAYS:
            raise GraphError(400, "InvalidArguments", f"Requested value '{day}' was not found.")
    zone = before.time_zone
    if "timeZone" in body:
        named = body["timeZone"] if isinstance(body["timeZone"], dict) else {}
        zone_of(named.get("name"))
        zone = named["name"]
    start, end = _time(body, "startTime", before.start), _time(body, "endTime", before.end)
    if start >= end:
        raise GraphError(400, "ErrorInvalidTimeSettings", "Start Time should occur before End Time.")
    return WorkingHours(days=[str(day).lower() for day in days], start=start, end=end, time_zone=zone)


def _time(body: Json, name: str, before: time) -> time:
    text = body.get(name, before.isoformat())
    if isinstance(text, str) and _TIME.fullmatch(text):
        return time.fromisoformat(text)
    words = f"Cannot convert the literal '{text}' to the expected type 'Edm.TimeOfDay'."
    raise GraphError(400, "RequestBodyRead", words)
