"""The audit log as a use case: walking its chain."""

from __future__ import annotations

from services.domain.audit import AuditEntry, check
from services.ports import Records


async def verify(records: Records) -> int:
    """Walk the whole log and give the number of entries. Raises AuditBroken at the first edit or gap."""
    previous: AuditEntry | None = None
    async with records.transaction() as tx:
        async for entry in tx.audit.entries():
            check(previous, entry)
            previous = entry
    return previous.sequence if previous else 0
