"""What must not be lost is written down as soon as the records are there again."""

from __future__ import annotations

from itertools import pairwise

import pytest

from services.domain.errors import StoreDamaged, StoreError, StoreUnavailable
from services.persistence import LONGEST_PAUSE, until_written
from tests.clock import FakeClock

AWAY = StoreUnavailable(words="the database does not answer")


class Page:
    """Something to write on that fails a number of times first."""

    def __init__(self, failures: int, error: StoreError = AWAY) -> None:
        self.failures = failures
        self.error = error
        self.tries = 0

    async def write(self) -> None:
        self.tries += 1
        if self.tries <= self.failures:
            raise self.error


async def test_it_is_tried_until_it_is_written_with_growing_pauses() -> None:
    clock, page = FakeClock(), Page(failures=50)
    await until_written(clock, page.write)
    assert page.tries == 51
    assert all(before <= after for before, after in pairwise(clock.slept))
    assert clock.slept[0] < 1
    assert clock.slept[-1] == LONGEST_PAUSE


async def test_it_is_given_up_after_the_time_that_was_named() -> None:
    clock, page = FakeClock(), Page(failures=1000)
    with pytest.raises(StoreUnavailable):
        await until_written(clock, page.write, seconds=60)
    assert 30 < sum(clock.slept) <= 60
    assert page.tries > 5


async def test_only_records_that_are_away_are_waited_for() -> None:
    clock, page = FakeClock(), Page(failures=1, error=StoreDamaged(path="journal", words="line 7"))
    with pytest.raises(StoreDamaged):
        await until_written(clock, page.write)
    assert clock.slept == []
