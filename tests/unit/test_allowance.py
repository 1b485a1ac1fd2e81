"""Whatever is to be sent and whenever, no window of Teams' rate limits ever holds too much."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from math import inf

from hypothesis import example, given
from hypothesis import strategies as st

from services.domain.allowance import DRAINED, TEAMS, Level, Slot, held_back, reserve

PER_CONVERSATION = ((1.0, 7), (2.0, 8), (30.0, 60), (3600.0, 1800))
PER_TENANT = ((1.0, 50),)
DELAYS = 0.3
"""Seconds that messages may differ in on their way."""


def fullest(moments: Sequence[float], seconds: float) -> int:
    """The most that any window of this length holds, both of its ends included."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] > seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def played(wishes: Iterable[tuple[float, str]]) -> dict[str, list[float]]:
    """When messages go that are wanted at these moments in these conversations; "" has them all."""
    queue = [(at, number, conversation) for number, (at, conversation) in enumerate(wishes)]
    heapq.heapify(queue)
    levels: dict[str, Level] = {}
    sent: dict[str, list[float]] = {"": []}
    tenant = -inf
    while queue:
        now, number, who = heapq.heappop(queue)
        slot, levels[who], tenant = reserve(TEAMS, levels.get(who, DRAINED), tenant, now)
        if slot.granted:
            for name in ("", who):
                sent.setdefault(name, []).append(now + slot.wait)
        else:
            heapq.heappush(queue, (now + slot.wait, number, who))
    return sent


def check(sent: dict[str, list[float]]) -> None:
    for name, moments in sent.items():
        assert moments == sorted(moments)
        for seconds, allowed in PER_TENANT if name == "" else PER_CONVERSATION:
            held = fullest(moments, seconds if name == "" else seconds + DELAYS)
            assert held <= allowed, f"{held} in {seconds} s, allowed are {allowed}"


PAUSES = st.sampled_from([0.0, 0.001, 0.5, 0.6, 0.9, 1.0, 2.0, 2.4, 30.0, 300.0]) | st.floats(0, 100)
GROUPS = st.lists(st.tuples(PAUSES, st.integers(1, 60), st.sampled_from("abcdefgh")), max_size=30)


@given(GROUPS)
@example([(0.0, 60, name) for name in "abcdefgh"] * 2)
def test_every_window_holds_for_every_pattern(groups: list[tuple[float, int, str]]) -> None:
    wishes, at = [], 0.0
    for pause, count, conversation in groups:
        at += pause
        wishes += [(at, conversation)] * count
    sent = played(wishes)
    assert len(sent[""]) == len(wishes)
    check(sent)


def test_the_window_of_an_hour_holds_for_somebody_who_never_stops() -> None:
    level, now, sent = DRAINED, 0.0, list[float]()
    while now < 3 * 3600:
        slot, level, _ = reserve(TEAMS, level, -inf, now)
        now += slot.wait
        if slot.granted:
            sent.append(now)
    check({"a": sent})
    assert len(sent) > 3 * 1500


def test_a_conversation_that_must_wait_keeps_nobody_else_waiting() -> None:
    sent = played([(0.0, "chatty")] * 40 + [(0.5, f"quiet {number}") for number in range(10)])
    for number in range(10):
        assert sent[f"quiet {number}"][0] < 0.6


def test_a_few_answers_in_a_row_go_at_once() -> None:
    assert played([(0.0, "a")] * 5)["a"] == [0.0] * 5


def test_a_conversation_held_back_goes_on_one_by_one() -> None:
    level, waits, now = held_back(TEAMS, DRAINED, 100.0, 7.0), [], 100.0
    for _ in range(3):
        slot = Slot(granted=False, wait=0.0, at=0.0)
        while not slot.granted:
            slot, level, _ = reserve(TEAMS, level, -inf, now)
            now += slot.wait
        waits.append(round(now - 100.0, 3))
    assert waits == [7.0, 7.6, 8.2]


def test_a_pause_asked_for_shortens_no_longer_one() -> None:
    level = held_back(TEAMS, DRAINED, 0.0, 30.0)
    assert held_back(TEAMS, level, 0.0, 1.0) == level
