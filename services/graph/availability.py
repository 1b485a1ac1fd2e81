"""Whether somebody is at work: what their mailbox tells, else their presence, else as if they were."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from typing import TypeVar

from kiota_abstractions.request_information import RequestInformation

from services.domain.errors import NotPermitted, TenantRefused
from services.graph import approver_calls as calls
from services.graph import mailbox_wire
from services.graph.client import Graph
from services.graph.errors import status_of
from services.graph.wire import Wire
from services.graph.zones import zone_of
from services.ports import Availability

ABSENT_OR_CLOSED = frozenset({403, 404})
"""No mailbox here (MailboxNotEnabledForRESTAPI and others), no presence, or one that we may not read."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

WireT = TypeVar("WireT", bound=Wire)


async def availability(graph: Graph, person_id: str) -> Availability:
    """Return whether a person is at work. Raises TenantBusy, and NotPermitted for a token that is refused.

    An event that is shown as out of office is known to the presence alone, so both are asked, at the same
    time. What became of the presence does not matter when the mailbox says away already.
    """
    mailbox, is_out = await asyncio.gather(
        _if_open(graph, calls.mailbox(graph.sdk, person_id), mailbox_wire.Mailbox),
        _is_out(graph, person_id),
        return_exceptions=True,
    )
    if isinstance(mailbox, BaseException):
        raise mailbox
    settings = mailbox or mailbox_wire.Mailbox()
    is_away, back_at = _replies(settings.automatic_replies_setting, graph.clock.now())
    if not is_away:
        if isinstance(is_out, BaseException):
            raise is_out
        is_away = is_out
    hours = settings.working_hours or mailbox_wire.WorkingHours()
    zone = zone_of((hours.time_zone and hours.time_zone.name) or settings.time_zone)
    days = frozenset(DAYS.index(day.lower()) for day in hours.days_of_week or [] if day.lower() in DAYS)
    return Availability(
        is_away=is_away,
        back_at=back_at,
        zone=zone.key if zone else None,
        starts=_time(hours.start_time),
        ends=_time(hours.end_time),
        days=days or None,
    )


async def _is_out(graph: Graph, person_id: str) -> bool:
    presence = await _if_open(graph, calls.presence(graph.sdk, person_id), mailbox_wire.Presence)
    shown = presence.out_of_office_settings if presence else None
    return bool(shown and shown.is_out)


async def _if_open(graph: Graph, request: RequestInformation, shape: type[WireT]) -> WireT | None:
    try:
        return await graph.read(request, shape)
    except (TenantRefused, NotPermitted) as error:
        if status_of(error) in ABSENT_OR_CLOSED:
            return None
        raise


def _replies(setting: mailbox_wire.AutomaticReplies | None, now: datetime) -> tuple[bool, datetime | None]:
    """Whether automatic replies are on, and until when. The documentation writes the status in two ways."""
    status = (setting.status or "").lower() if setting else ""
    if setting is None or status not in {"alwaysenabled", "scheduled"}:
        return False, None
    if status == "alwaysenabled":
        return True, None
    start, end = _moment(setting.scheduled_start_date_time), _moment(setting.scheduled_end_date_time)
    if (start and now < start) or (end and now >= end):
        return False, None
    return True, end


def _moment(at: mailbox_wire.ZonedTime | None) -> datetime | None:
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at.date_time)
    except ValueError:
        return None
    # whoever asks for no other zone gets UTC, so a name that nobody knows is not expected here
    return moment.replace(tzinfo=moment.tzinfo or zone_of(at.time_zone) or UTC).astimezone(UTC)


def _time(text: str | None) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None
