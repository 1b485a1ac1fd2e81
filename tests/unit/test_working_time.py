"""Working hours: evenings, weekends, holidays, clocks that change, and shifts over midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.approval_rules.calendar import public_holidays, working_time
from services.domain.approval_rule import BUILT_IN, Rulebook
from services.domain.person import Person
from services.domain.working_time import LONGEST_HOURS, WorkingTime
from services.ports.directory import Availability

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
RULES = Rulebook(rules=(BUILT_IN,), zone="Europe/London", holidays={"GB": frozenset({date(2026, 12, 24)})})
MEGAN = Person(id="m", display_name="Megan Bowen", user_principal_name="m@x.example", usage_location="GB")

HOLIDAYS = {date(2026, 4, 3), date(2026, 12, 25)}
times = st.times(timezones=st.none()).map(lambda at: at.replace(microsecond=0))
FROM, UNTIL = datetime(2026, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone
moments = st.datetimes(FROM, UNTIL, timezones=st.just(UTC))
hours = st.floats(0, 60)
people = st.builds(
    WorkingTime,
    zone=st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]),
    start=times,
    end=times,
    days=st.frozensets(st.integers(0, 6)),
    is_holiday=st.just(HOLIDAYS.__contains__),
).filter(lambda who: who.start >= who.end or _minutes(who.end) - _minutes(who.start) > 30)


def _minutes(at: time) -> float:
    return at.hour * 60 + at.minute + at.second / 60


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def works_at(who: WorkingTime, moment: datetime) -> bool:
    """Whether a shift has begun and not ended, told in another way: by looking at the clock on the wall."""
    local = moment.astimezone(who.zone)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    clock = local.replace(tzinfo=None)
    days = who.days or frozenset(range(5))

    def counts(day: date) -> bool:
        return day.weekday() in days and day not in HOLIDAYS

    starts, ends = datetime.combine(today, who.start), datetime.combine(today, who.end)
    if who.start < who.end:
        return counts(today) and starts <= clock <= ends
    return (counts(today) and clock >= starts) or (counts(yesterday) and clock <= ends)


@settings(deadline=None)
@given(people, moments, hours)
def test_a_limit_never_ends_outside_working_time(who: WorkingTime, moment: datetime, length: float) -> None:
    found = who.after(moment, length)
    assert found >= moment
    changes = {
        found + timedelta(hours=shift) for shift in (-1, 0, 1)
    }  # while clocks change, an hour is doubtful
    assert any(works_at(who, near) for near in (changes if _clocks_change(who.zone, found) else {found}))


def _clocks_change(zone: ZoneInfo, moment: datetime) -> bool:
    day = timedelta(days=1)
    return (moment - day).astimezone(zone).utcoffset() != (moment + day).astimezone(zone).utcoffset()


@settings(deadline=None)
@given(people, moments, hours, hours)
def test_more_hours_never_end_earlier(who: WorkingTime, moment: datetime, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert who.after(moment, less) <= who.after(moment, more)


@settings(deadline=None)
@given(people, moments, moments, hours)
def test_who_is_asked_later_has_no_less_time(
    who: WorkingTime, one: datetime, other: datetime, length: float
) -> None:
    first, later = sorted((one, other))
    assert who.after(first, length) <= who.after(later, length)


@settings(deadline=None)
@given(people, moments, st.integers(1, 200), st.integers(1, 200))
def test_hours_after_hours_are_their_sum(who: WorkingTime, moment: datetime, one: int, other: int) -> None:
    """In quarters, which floats add without a rest."""
    between = who.after(moment, one / 4)
    assert who.after(between, other / 4) == who.after(moment, (one + other) / 4)


@pytest.mark.parametrize("length", [-0.1, LONGEST_HOURS + 1, float("nan"), float("inf")])
def test_hours_that_nobody_has_are_refused(length: float) -> None:
    with pytest.raises(ValueError, match="not between"):
        WorkingTime(zone=LONDON).after(at("2026-01-05T10:00"), length)


STORIES = [
    ("within a day", "2026-01-05T10:00", 4, "2026-01-05T14:00"),
    ("to the very end of a day", "2026-01-05T10:00", 7, "2026-01-05T17:00"),
    ("over the evening", "2026-01-05T16:00", 2, "2026-01-06T10:00"),
    ("over a weekend", "2026-01-09T16:00", 2, "2026-01-12T10:00"),
    ("asked on a Saturday", "2026-01-10T12:00", 1, "2026-01-12T10:00"),
    ("over the clocks going forward on 29 March", "2026-03-27T16:00", 2, "2026-03-30T10:00"),
    ("over the clocks going back on 25 October", "2026-10-23T16:00", 2, "2026-10-26T10:00"),
    ("over Good Friday and Easter", "2026-04-02T16:00", 2, "2026-04-06T10:00"),
]


@pytest.mark.parametrize(("story", "asked", "length", "ends"), STORIES)
def test_hours_of_somebody_in_london(story: str, asked: str, length: float, ends: str) -> None:
    megan = WorkingTime(zone=LONDON, is_holiday=HOLIDAYS.__contains__)
    assert megan.after(at(asked), length) == at(ends), story


def test_new_york_changes_its_clocks_on_other_days() -> None:
    joni = WorkingTime(zone=NEW_YORK)
    asked = at("2026-03-06T16:00", NEW_YORK)
    assert joni.after(asked, 2) == at("2026-03-09T10:00", NEW_YORK)
    assert joni.after(asked, 2) - asked == timedelta(days=2, hours=17)


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    guard = WorkingTime(zone=LONDON, start=time(22), end=time(6), days=frozenset({4}))
    assert guard.after(at("2026-01-09T12:00"), 4) == at("2026-01-10T02:00")
    assert guard.after(at("2026-01-10T03:00"), 4) == at("2026-01-16T23:00")


def test_a_night_in_which_the_clocks_go_forward_is_an_hour_shorter() -> None:
    guard = WorkingTime(zone=LONDON, start=time(22), end=time(6), days=frozenset({5}))
    assert guard.after(at("2026-03-28T22:00"), 7) == at("2026-03-29T06:00")


def test_a_shift_of_which_the_clocks_leave_nothing_is_passed_over() -> None:
    odd = WorkingTime(zone=LONDON, start=time(1, 30), end=time(2, 15), days=frozenset(range(7)))
    assert odd.after(at("2026-03-28T12:00"), 0.5) == at("2026-03-30T02:00")


def test_a_day_that_ends_when_it_starts_has_24_hours() -> None:
    always = WorkingTime(zone=LONDON, start=time(0), end=time(0), days=frozenset(range(7)))
    assert always.after(at("2026-01-09T12:00"), 36) == at("2026-01-11T00:00")


def test_a_mailbox_that_tells_everything_is_believed() -> None:
    told = Availability(zone="America/New_York", starts=time(8), ends=time(16), days=frozenset({0, 1}))
    found = working_time(told, MEGAN, RULES)
    assert (found.zone, found.start, found.end, found.days) == (NEW_YORK, time(8), time(16), {0, 1})


@pytest.mark.parametrize(
    "told",
    [
        Availability(),
        Availability(zone="Customized Time Zone"),
        Availability(starts=time(9), ends=time(9, 0, 1)),
        Availability(days=frozenset()),
    ],
)
def test_where_a_mailbox_tells_nothing_useful_it_is_nine_to_five_in_the_companys_zone(
    told: Availability,
) -> None:
    found = working_time(told, MEGAN, RULES)
    assert (found.zone, found.start, found.end, found.days) == (LONDON, time(9), time(17), set(range(5)))


def test_holidays_are_those_of_the_persons_country_and_the_companys_own() -> None:
    megan = working_time(Availability(), MEGAN, RULES)
    assert megan.after(at("2026-12-23T16:00"), 2) == at("2026-12-29T10:00")  # Boxing Day was on a Saturday

    joni = Person(id="j", display_name="Joni", user_principal_name="j@x.example", usage_location="us")
    assert working_time(Availability(), joni, RULES).is_holiday(date(2026, 7, 3))  # the 4th is a Saturday
    assert not working_time(Availability(), joni, RULES).is_holiday(date(2026, 12, 24))


@pytest.mark.parametrize("country", [None, "", "ZZ"])
def test_a_country_that_is_not_known_has_no_holidays(country: str | None) -> None:
    lynne = Person(id="l", display_name="L", user_principal_name="l@x.example", usage_location=country)
    assert not working_time(Availability(), lynne, RULES).is_holiday(date(2026, 12, 25))


def test_a_country_is_looked_up_once() -> None:
    assert public_holidays("DE") is public_holidays("DE")
