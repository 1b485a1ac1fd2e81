"""Presence, and the events of a calendar that it shows as out of office."""

from __future__ import annotations

import uuid

from services.sandbox.call import Call, Reply, only_fields
from services.sandbox.errors import bad_request, not_found
from services.sandbox.person_parts import Absence
from services.sandbox.records import Person
from services.sandbox.router import Router
from services.sandbox.routes.mailbox import with_mailbox
from services.sandbox.tenant import Tenant
from services.sandbox.zones import moment_of, stamp

_SHOWN = {"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"}


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("GET", "users/{user}/presence", get_presence)
    router.add("POST", "users/{user}/events", add_event)


def is_out(tenant: Tenant, person: Person) -> bool:
    """Whether automatic replies are on now, or the calendar says out of office (resources/presence)."""
    replies, now = person.replies, tenant.now()
    if any(absence.start <= now < absence.end for absence in person.absences):
        return True
    if replies.status == "scheduled" and replies.start is not None and replies.end is not None:
        return replies.start <= now < replies.end
    return replies.status == "alwaysEnabled"


def get_presence(tenant: Tenant, call: Call) -> Reply:
    """Answer GET presence, which takes an object id and no user principal name."""
    person = tenant.people.get(call.args["user"].lower())
    if person is None:
        raise not_found(call.args["user"])
    out = is_out(tenant, person)
    return Reply(
        body={
            "@odata.context": f"{call.base}/$metadata#users('{person.id}')/presence/$entity",
            "id": person.id,
            "availability": "Offline" if out or not person.account_enabled else "Available",
            "activity": "OffWork" if out or not person.account_enabled else "Available",
            "statusMessage": None,
            "outOfOfficeSettings": {"isOutOfOffice": out, "message": person.replies.message if out else None},
        }
    )


def add_event(tenant: Tenant, call: Call) -> Reply:
    """Answer POST events. Only those that are shown as out of office are kept: nothing else reads them."""
    person, body = with_mailbox(tenant, call), call.object()
    only_fields(body, {"subject", "start", "end", "showAs", "isAllDay"}, "event")
    start, end = moment_of(body, "start"), moment_of(body, "end")
    if start is None or end is None or end < start:
        raise bad_request("An event needs a start, and an end that is not before it.")
    shown = body.get("showAs", "busy")
    if shown not in _SHOWN:
        raise bad_request(f"Requested value '{shown}' was not found.")
    if shown == "oof":
        person.absences = [*person.absences, Absence(start=start, end=end)]
        tenant.people.put(person)
    tenant.note(tenant.now(), "event.added", person.id, {"showAs": shown})
    view = {"subject": body.get("subject"), "showAs": shown, "start": stamp(start), "end": stamp(end)}
    return Reply(201, {"id": uuid.uuid4().hex} | view)
