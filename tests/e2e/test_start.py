"""The first start: the tenant's numbers are taken over as a whole, whatever comes between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.domain.errors import TenantBusy
from services.domain.number import NumberStatus, NumberType
from services.inventory import BATCH, Inventory
from services.locations import Locations
from services.ports import AssignmentStatus, TenantNumber
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.e2e.world import World

LOCATIONS = Path(__file__).parents[2] / "services" / "sandbox" / "company" / "locations.yaml"
COUNT = 2 * BATCH + 500


class BreaksOff:
    """A tenant that is too busy after ``first`` numbers, the first time."""

    def __init__(self, first: int) -> None:
        self._first = first

    async def numbers(self) -> AsyncIterator[TenantNumber]:
        first, self._first = self._first, COUNT
        for n in range(first):
            yield TenantNumber(
                telephone_number=f"+44161{n:07}",
                type=NumberType.DIRECT_ROUTING,
                status=AssignmentStatus.UNASSIGNED,
                assignment_target_id=None,
                city=None,
                country=None,
                location_id=None,
                assignable_to_users=True,
            )
        if first < COUNT:
            raise TenantBusy(words="too many requests")


async def test_a_take_over_that_broke_off_is_begun_again_and_is_whole(tmp_path: Path) -> None:
    clock = FakeClock()
    records = await EmbeddedRecords.open(tmp_path, clock)
    tenant = BreaksOff(BATCH + 10)
    inventory = Inventory(records, tenant, Locations.read(LOCATIONS), clock)
    with pytest.raises(TenantBusy):
        await inventory.take_over()
    assert not await inventory.is_taken_over()
    await inventory.take_over(blocked={"+441610000005"})
    assert await inventory.is_taken_over()
    async with records.transaction() as tx:
        assert await tx.numbers.count() == COUNT
        types = (NumberType.DIRECT_ROUTING,)
        assert len(await tx.numbers.offered("Manchester", types, clock.now(), COUNT + 1)) == COUNT
    await records.close()


async def test_numbers_that_the_company_keeps_back_are_blocked_from_the_start(world: World) -> None:
    async with world.switchboard.records.transaction() as tx:
        kept = await tx.numbers.get("+441614960799")
    assert kept is not None
    assert kept.status is NumberStatus.BLOCKED


async def test_the_door_says_that_it_is_ready(world: World) -> None:
    import aiohttp

    async with aiohttp.ClientSession() as session:
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/nothing", 404)):
            async with session.get(world.channel.bot_url + path) as response:
                assert response.status == status, path
