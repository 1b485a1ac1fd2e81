"""What the client sends, and how often Teams lets a bot speak."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.channel import ClientRefuses, Limits, client
from tests.channel.a_form import CARD


def test_rate_limits_are_those_of_teams() -> None:
    clock = [0.0]
    limits = Limits(now=lambda: clock[0])
    assert [limits.message("a") for _ in range(8)] == [None] * 7 + [1.0]
    assert limits.message("b") is None
    clock[0] = 1.0
    assert [limits.message("a") for _ in range(2)] == [None, 1.0]
    assert [limits.request() for _ in range(51)] == [None] * 50 + [1.0]


@given(st.text(max_size=30))
def test_what_the_client_sends_keeps_to_the_inputs_own_rules(typed: str) -> None:
    pressed = client.button(CARD, "Submit")
    try:
        data = client.filled_data(CARD, pressed, {"why": typed})
    except ClientRefuses:
        return
    assert 0 < len(data["why"]) <= 10
    assert data["why"][0].islower()
