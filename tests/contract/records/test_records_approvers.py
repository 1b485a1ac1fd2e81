"""What approvers chose, in the records."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from services.domain.preferences import ApproverPreferences
from services.ports import Records
from tests.contract.records.conftest import Home
from tests.contract.records.samples import CHRISTIE, DEBRA, MIRIAM, PATTI

CHOSEN = ApproverPreferences(
    person_id=MIRIAM.id,
    deputy=PATTI,
    deputy_from=date(2026, 12, 21),
    deputy_until=date(2027, 1, 3),
    wants_digest=True,
    last_digest=date(2026, 11, 23),
)


async def get(records: Records, person_id: str) -> ApproverPreferences:
    async with records.transaction() as tx:
        return await tx.approvers.get(person_id)


async def put(records: Records, *preferences: ApproverPreferences) -> None:
    async with records.transaction() as tx:
        for one in preferences:
            await tx.approvers.put(one)


async def test_who_chose_nothing_has_the_defaults(records: Records) -> None:
    assert await get(records, MIRIAM.id) == ApproverPreferences(person_id=MIRIAM.id)


async def test_what_was_chosen_last_holds(records: Records, home: Home) -> None:
    await put(records, CHOSEN)
    assert await get(records, MIRIAM.id) == CHOSEN
    assert await get(records, PATTI.id) == ApproverPreferences(person_id=PATTI.id)
    await records.close()
    again = await home.open()
    assert await get(again, MIRIAM.id) == CHOSEN
    await again.close()


async def test_those_who_want_a_digest_are_listed(records: Records) -> None:
    want = [ApproverPreferences(person_id=who.id, wants_digest=True) for who in (PATTI, CHRISTIE, MIRIAM)]
    await put(records, *want, ApproverPreferences(person_id=DEBRA.id, deputy=PATTI))
    await put(records, replace(want[2], wants_digest=False))
    async with records.transaction() as tx:
        assert await tx.approvers.with_digest() == [want[1], want[0]]


async def test_choices_that_are_made_at_the_same_moment_are_all_kept(records: Records) -> None:
    """Also the first ones of a person: there is nothing yet that could be locked."""

    async def later() -> None:
        async with records.transaction() as tx:
            known = await tx.approvers.get(MIRIAM.id)
            await asyncio.sleep(0)
            before = known.last_digest or date(2026, 1, 1)
            await tx.approvers.put(replace(known, last_digest=before + timedelta(days=1)))

    await asyncio.gather(*(later() for _ in range(8)))
    assert (await get(records, MIRIAM.id)).last_digest == date(2026, 1, 9)


async def test_a_choice_waits_for_somebody_who_is_just_changing_it(records: Records) -> None:
    async with records.transaction() as tx:
        known = await tx.approvers.get(MIRIAM.id)
        putting = asyncio.create_task(put(records, CHOSEN))
        done, _ = await asyncio.wait({putting}, timeout=0.1)
        assert not done
        await tx.approvers.put(replace(known, wants_digest=True))
    await putting
    assert await get(records, MIRIAM.id) == CHOSEN
