"""The audit log in the records."""

from __future__ import annotations

import asyncio

import pytest

from services.domain.audit import AuditEntry, verify
from services.ports import AuditLog, Records
from tests.contract.records.conftest import Home
from tests.contract.records.samples import CHRISTIE, START


async def append(log: AuditLog, subject: str) -> None:
    await log.append(START, CHRISTIE.id, "approved", subject, {"ref": subject, "note": 'ü "\n'})


async def entries(records: Records) -> list[AuditEntry]:
    async with records.transaction() as tx:
        return [entry async for entry in tx.audit.entries()]


async def append_and_fail(records: Records) -> None:
    async with records.transaction() as tx:
        await append(tx.audit, "undone")
        assert [entry.subject async for entry in tx.audit.entries()] == ["first", "undone"]
        raise ZeroDivisionError


async def test_an_empty_log_is_whole(records: Records) -> None:
    assert verify(await entries(records)) == 0


async def test_entries_of_many_people_at_once_make_one_chain(records: Records) -> None:
    async def one(number: int) -> None:
        async with records.transaction() as tx:
            await append(tx.audit, f"SB-{number}")
            await append(tx.audit, f"SB-{number} again")

    await asyncio.gather(*(one(number) for number in range(50)))
    found = await entries(records)
    assert verify(found) == 100
    assert {entry.subject for entry in found} >= {f"SB-{number}" for number in range(50)}
    assert found[0].facts["note"] == 'ü "\n'


async def test_the_chain_goes_on_after_a_restart(records: Records, home: Home) -> None:
    for subject in ("first", "second"):
        async with records.transaction() as tx:
            await append(tx.audit, subject)
    await records.close()
    again = await home.open()
    async with again.transaction() as tx:
        await append(tx.audit, "third")
    found = await entries(again)
    assert verify(found) == 3
    assert [entry.subject for entry in found] == ["first", "second", "third"]
    await again.close()


async def test_a_transaction_sees_its_own_entry_and_leaves_no_gap_when_it_fails(records: Records) -> None:
    async with records.transaction() as tx:
        await append(tx.audit, "first")
    with pytest.raises(ZeroDivisionError):
        await append_and_fail(records)
    async with records.transaction() as tx:
        await append(tx.audit, "second")
    found = await entries(records)
    assert verify(found) == 2
    assert [entry.subject for entry in found] == ["first", "second"]
