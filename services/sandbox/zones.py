"""Time zones as Exchange takes them: by their Windows names, or by IANA's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tzlocal.windows_tz import win_tz

from services.sandbox.errors import GraphError, bad_request
from services.sandbox.records import Json


def zone_of(name: Any) -> ZoneInfo:
    """Return the zone of a name. Raises GraphError 400."""
    key = win_tz.get(name, name) if isinstance(name, str) else ""
    if key not in available_timezones():
        raise GraphError(400, "InvalidTimeZone", "Time Zone settings provided are invalid.")
    return ZoneInfo(key)


def moment_of(body: Json, name: str) -> datetime | None:
    """Return a dateTimeTimeZone of a body in UTC, or None when it is not there. Raises GraphError 400."""
    value = body.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value["dateTime"])
        zone = value["timeZone"]
    except (KeyError, TypeError, ValueError):
        raise bad_request(f"'{name}' needs dateTime and timeZone.") from None
    return moment.replace(tzinfo=moment.tzinfo or zone_of(zone)).astimezone(UTC)


def stamp(moment: datetime) -> Json:
    """Return a moment as Exchange shows it to whoever does not ask for another zone."""
    return {
        "dateTime": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000"),
        "timeZone": "UTC",
    }
