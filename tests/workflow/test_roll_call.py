"""Who is alive: told by beats that grow, never by anybody's clock."""

from __future__ import annotations

import pytest

from services.ports import Records
from services.provisioning.roll_call import BEAT_SECONDS, RollCall
from tests.clock import FakeClock


@pytest.fixture
def north(records: Records, clock: FakeClock) -> RollCall:
    return RollCall(records, clock, "north", "1")


@pytest.fixture
def south(records: Records, clock: FakeClock) -> RollCall:
    return RollCall(records, clock, "south", "2")


async def pass_time(clock: FakeClock, seconds: float, *alive: RollCall) -> bool:
    """Let those who are alive look every few seconds; whether any of them saw somebody go."""
    has_gone = False
    for _ in range(int(seconds / BEAT_SECONDS)):
        clock.move(BEAT_SECONDS)
        for roll in alive:
            has_gone = await roll.look() or has_gone
    return has_gone


async def test_those_who_beat_are_alive(clock: FakeClock, north: RollCall, south: RollCall) -> None:
    assert not await north.look()
    assert not await south.look()
    assert not await pass_time(clock, 60, north, south)
    assert north.alive == south.alive == {"north", "south"}
    assert north.has_version("2")
    assert not north.has_version("3")


async def test_one_that_falls_silent_is_noticed_within_a_quarter_of_a_minute(
    clock: FakeClock, north: RollCall, south: RollCall, records: Records
) -> None:
    await pass_time(clock, 20, north, south)
    assert not await pass_time(clock, 8, north)
    assert await pass_time(clock, 6, north)
    assert north.alive == {"north"}
    assert not north.has_version("2")
    async with records.transaction() as tx:
        assert [replica.id for replica in await tx.replicas.all()] == ["north"]


async def test_one_that_leaves_is_noticed_at_the_next_look(
    clock: FakeClock, north: RollCall, south: RollCall
) -> None:
    await pass_time(clock, 20, north, south)
    await south.leave()
    assert await pass_time(clock, BEAT_SECONDS, north)


async def test_after_a_time_without_records_nobody_is_buried_for_their_silence(
    clock: FakeClock, north: RollCall, south: RollCall
) -> None:
    """The records were away for everyone: the first one back must not take the others for dead."""
    await pass_time(clock, 20, north, south)
    clock.move(60)
    assert not await north.look()
    assert not await pass_time(clock, 8, north)
    assert not await pass_time(clock, 20, north, south)
    assert north.alive == {"north", "south"}


async def test_one_that_was_taken_for_dead_and_is_not_comes_back(
    clock: FakeClock, north: RollCall, south: RollCall
) -> None:
    await pass_time(clock, 20, north, south)
    await pass_time(clock, 20, north)
    assert north.others == frozenset()
    await south.look()
    await pass_time(clock, BEAT_SECONDS, north)
    assert north.others == {"south"}
