"""Numbers: a promise belongs to one request, and a released number rests before it is offered again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.errors import NumberJustTaken
from services.domain.number import (
    Number,
    NumberStatus,
    NumberType,
    assign,
    dispute,
    hold,
    is_offered,
    let_go,
    release,
)
from services.domain.person import PersonRef

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SOMEBODY = PersonRef(id="00000000-0000-4000-8000-000000000001", name="Christie Cline")
WHEN = st.integers(min_value=-1000, max_value=1000).map(lambda minutes: NOW + timedelta(minutes=minutes))
NUMBERS = st.builds(
    Number,
    e164=st.just("+441615550123"),
    type=st.sampled_from(NumberType),
    location=st.just("Manchester"),
    country=st.just("GB"),
    status=st.sampled_from(NumberStatus),
    held_for=st.none() | st.sampled_from(["request-1", "request-2"]),
    held_until=st.none() | WHEN,
    resting_until=st.none() | WHEN,
    discrepancy=st.none() | st.just("the tenant says otherwise"),
)
NEVER = {
    NumberStatus.HELD,
    NumberStatus.ASSIGNED,
    NumberStatus.BLOCKED,
    NumberStatus.FORBIDDEN,
    NumberStatus.RETIRED,
}


@given(number=NUMBERS, now=WHEN)
def test_held_assigned_blocked_forbidden_and_disputed_numbers_are_never_offered(
    number: Number, now: datetime
) -> None:
    if number.status in NEVER or number.discrepancy is not None:
        assert not is_offered(number, now)


@given(number=NUMBERS, until=WHEN, now=WHEN)
def test_a_released_number_is_offered_when_it_has_rested_and_not_a_moment_before(
    number: Number, until: datetime, now: datetime
) -> None:
    released = release(number, until)
    assert is_offered(released, now) == (until <= now and number.discrepancy is None)
    assert (released.assignee, released.held_for) == (None, None)


@given(number=NUMBERS, now=WHEN)
def test_a_number_is_held_only_when_it_is_on_offer_and_then_for_one_request(
    number: Number, now: datetime
) -> None:
    mine = number.status is NumberStatus.HELD and number.held_for == "request-1"
    if not is_offered(number, now) and not mine:
        with pytest.raises(NumberJustTaken):
            hold(number, "request-1", now, now)
        return
    held = hold(number, "request-1", now + timedelta(days=1), now)
    assert not is_offered(held, now)
    with pytest.raises(NumberJustTaken):
        hold(held, "request-2", now, now)
    assert hold(held, "request-1", now + timedelta(days=2), now).held_until == now + timedelta(days=2)


@given(number=NUMBERS, now=WHEN)
def test_only_the_request_that_holds_a_number_lets_go_of_it(number: Number, now: datetime) -> None:
    after = let_go(number, "request-1")
    if number.status is NumberStatus.HELD and number.held_for == "request-1":
        assert (after.status, after.held_for, after.held_until) == (NumberStatus.FREE, None, None)
    else:
        assert after == number


@given(number=NUMBERS, now=WHEN)
def test_an_assigned_or_disputed_number_is_promised_to_nobody(number: Number, now: datetime) -> None:
    for changed in (assign(number, SOMEBODY), dispute(number, "taken")):
        assert not is_offered(changed, now)
        assert (changed.held_for, changed.held_until) == (None, None)
        assert let_go(changed, "request-1") == changed
