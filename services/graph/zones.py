"""Time zones as Exchange names them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz


def zone_of(name: str | None) -> ZoneInfo | None:
    """Return the zone that a Windows name means, or one of IANA's: a mailbox may have either.

    None for one that nobody knows, such as "Customized Time Zone", which only the mailbox could explain.
    """
    if not name:
        return None
    try:
        return ZoneInfo(win_tz.get(name, name))
    except (KeyError, ValueError, OSError):  # what zoneinfo raises for an unknown, an odd and a partial name
        return None
