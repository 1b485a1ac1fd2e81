"""Working hours: what an hour to decide means to somebody with an evening, a weekend and holidays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset(range(5))
"""Monday to Friday, as ``date.weekday`` counts."""

LONGEST_HOURS = 2000
"""Working hours that are counted at most: a year of them."""


def no_holidays(day: date) -> bool:  # noqa: ARG001 - one shape for all calendars
    """No day is a holiday."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """When somebody works: from ``start`` to ``end`` on ``days`` in ``zone``, but not on holidays.

    A shift that ends before it starts, or at the same time, ends on the next day. It belongs to the day on
    which it starts: on that day's being a working day and no holiday. No days at all mean Monday to Friday.
    """

    zone: ZoneInfo
    start: time = time(9)
    end: time = time(17)
    days: frozenset[int] = WEEKDAYS
    is_holiday: Callable[[date], bool] = no_holidays

    def after(self, moment: datetime, hours: float) -> datetime:
        """The moment in UTC at which so many working hours have passed since ``moment``.

        Raises ValueError for hours that are not within 0 and LONGEST_HOURS.
        """
        if not 0 <= hours <= LONGEST_HOURS:
            raise ValueError(f"not between 0 and {LONGEST_HOURS} hours: {hours}")
        left = timedelta(hours=hours)
        for begins, ends in self._spans(moment.astimezone(UTC)):
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        raise AssertionError("days do not end")

    def works_on(self, day: date) -> bool:
        """Whether the day is one of work."""
        return day.weekday() in (self.days or WEEKDAYS) and not self.is_holiday(day)

    def _spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans of work from the moment on, in UTC, so that a change of clocks neither adds nor loses."""
        day = moment.astimezone(self.zone).date() - timedelta(days=1)  # a shift may have begun yesterday
        while True:
            if self.works_on(day):
                begins, ends = self._span(day)
                begins = max(begins, moment)
                if ends > begins:  # clocks that go forward can leave nothing of a short shift
                    yield begins, ends
            day += timedelta(days=1)

    def _span(self, day: date) -> tuple[datetime, datetime]:
        last = day + timedelta(days=1) if self.start >= self.end else day
        return self._utc(day, self.start), self._utc(last, self.end)

    def _utc(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)
