"""Whether somebody is at work: mailbox settings and presence, asked at the same time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiota_abstractions.request_information import RequestInformation
from msgraph.graph_service_client import GraphServiceClient
from pydantic import Field
from tzlocal.windows_tz import win_tz

from services.domain.errors import TenantRefused
from services.graph.client import Graph, WireT
from services.graph.wire import Wire
from services.ports import Availability

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Moment(Wire):
    """A dateTimeTimeZone: a time without offset, and the zone that it is meant in."""

    date_time: str
    time_zone: str = "UTC"


class Replies(Wire):
    """automaticRepliesSetting."""

    status: str = "disabled"
    scheduled_start_date_time: Moment | None = None
    scheduled_end_date_time: Moment | None = None


class Zone(Wire):
    """timeZoneBase: a Windows or an IANA name."""

    name: str = ""


class Hours(Wire):
    """workingHours."""

    days_of_week: list[str] = Field(default_factory=list)
    start_time: str | None = None
    end_time: str | None = None
    time_zone: Zone | None = None


class Mailbox(Wire):
    """mailboxSettings."""

    automatic_replies_setting: Replies | None = None
    time_zone: str | None = None
    working_hours: Hours | None = None


class OutOfOffice(Wire):
    """outOfOfficeSettings."""

    is_out_of_office: bool | None = None


class Presence(Wire):
    """A presence. Out of office is also somebody with a calendar event that says so."""

    out_of_office_settings: OutOfOffice | None = None


async def availability(graph: Graph, person_id: str) -> Availability:
    """Return whether the person is at work; what does not exist, or may not be read, tells nothing.

    Raises TenantBusy.
    """
    mailbox, presence = await asyncio.gather(
        _told(graph, _mailbox_settings(graph.sdk, person_id), Mailbox),
        _told(graph, graph.sdk.users.by_user_id(person_id).presence.to_get_request_information(), Presence),
    )
    until = _away_until(mailbox, graph.clock.now()) if mailbox else None
    out = presence.out_of_office_settings if presence else None
    is_away = until is not None or bool(out and out.is_out_of_office)
    back_at = None if until in {None, FOR_EVER} else until
    return _with_hours(Availability(is_away=is_away, back_at=back_at), mailbox)


FOR_EVER = datetime.max.replace(tzinfo=UTC)
"""When somebody is back whose automatic replies have no end."""


def _mailbox_settings(sdk: GraphServiceClient, person_id: str) -> RequestInformation:
    return sdk.users.by_user_id(person_id).mailbox_settings.to_get_request_information()


async def _told(graph: Graph, request: RequestInformation, shape: type[WireT]) -> WireT | None:
    """The answer; None where the tenant refuses it: no mailbox, no presence, no permission."""
    try:
        return await graph.read(request, shape)
    except TenantRefused:
        return None


def _away_until(mailbox: Mailbox, now: datetime) -> datetime | None:
    """Until when automatic replies are on; None when they are off now."""
    replies = mailbox.automatic_replies_setting
    if replies is None or replies.status == "disabled":
        return None
    if replies.status == "alwaysEnabled":
        return FOR_EVER
    starts, ends = _moment(replies.scheduled_start_date_time), _moment(replies.scheduled_end_date_time)
    return ends if starts is not None and ends is not None and starts <= now < ends else None


def _moment(written: Moment | None) -> datetime | None:
    zone = zone_of(written.time_zone) if written else None
    if written is None or zone is None:
        return None
    return datetime.fromisoformat(written.date_time[:19]).replace(tzinfo=zone).astimezone(UTC)


def _with_hours(found: Availability, mailbox: Mailbox | None) -> Availability:
    hours = mailbox.working_hours if mailbox else None
    names = [hours.time_zone.name if hours and hours.time_zone else "", mailbox.time_zone if mailbox else ""]
    zones = (zone_of(name or "") for name in names)
    zone = next((zone.key for zone in zones if zone is not None), None)
    if hours is None:
        return Availability(is_away=found.is_away, back_at=found.back_at, zone=zone)
    return Availability(
        is_away=found.is_away,
        back_at=found.back_at,
        zone=zone,
        starts=_time(hours.start_time),
        ends=_time(hours.end_time),
        days=frozenset(WEEK.index(day.lower()) for day in hours.days_of_week if day.lower() in WEEK) or None,
    )


def _time(written: str | None) -> time | None:
    """``08:00:00.0000000``: Graph writes seven digits, of which Python reads six."""
    return time.fromisoformat(written[:8]) if written else None


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of a Windows or an IANA name; None for one that is not known."""
    try:
        return ZoneInfo(win_tz.get(name, name)) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
