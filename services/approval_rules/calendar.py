"""When somebody works: what their mailbox tells, and where it tells nothing, what the rulebook says."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from services.domain.approval_rule import Rulebook
from services.domain.person import Person
from services.domain.working_time import WorkingTime
from services.ports.directory import Availability

SHORTEST = timedelta(hours=1)
"""A working day that is shorter is no real one: limits of hours would last for months."""


def working_time(availability: Availability, person: Person, rulebook: Rulebook) -> WorkingTime:
    """The working time of a person: Monday to Friday, nine to five, where nothing else is known."""
    zone = _zone(availability.zone) or _zone(rulebook.zone) or ZoneInfo("UTC")
    usual = WorkingTime(zone=zone, is_holiday=_holidays(person.usage_location, rulebook))
    if availability.days:
        usual = replace(usual, days=availability.days)
    if availability.starts is None or availability.ends is None:
        return usual
    if _is_short(availability.starts, availability.ends):
        return usual
    return replace(usual, start=availability.starts, end=availability.ends)


def _is_short(starts: time, ends: time) -> bool:
    length = datetime.combine(date.min, ends) - datetime.combine(date.min, starts)
    return timedelta() < length < SHORTEST


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):
        return None


def _holidays(country: str | None, rulebook: Rulebook) -> Callable[[date], bool]:
    code = (country or "").upper()
    public, own = public_holidays(code), rulebook.holidays.get(code, frozenset())
    return lambda day: day in own or day in public


@cache
def public_holidays(country: str) -> Container[date]:
    """Public holidays of the whole country, without those of regions; none for one that is not known."""
    import holidays  # it takes a tenth of a second, which the start of the bot need not wait for

    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset()
