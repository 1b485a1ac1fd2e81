"""Two audit chains side by side: whether one is the beginning of the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from services.domain.audit import AuditEntry, check
from services.domain.errors import CopyBrokenOff, OtherRecords
from services.ports import Records

STEP = 1000
"""Entries between two reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """``length`` is that of the source's log; ``shared`` of its entries the target has, up to ``head``."""

    length: int
    shared: int
    head: AuditEntry | None

    @property
    def is_complete(self) -> bool:
        """Whether the target has all of it. An empty log tells nothing."""
        return 0 < self.length == self.shared


async def compare(source: Records, target: Records, report: Callable[[int], None]) -> Chain:
    """Walk the source's log to its end, and the target's beside it. ``report`` is told the entries walked.

    Raises AuditBroken when either is not whole, OtherRecords when the target's is not its beginning.
    """
    previous: AuditEntry | None = None
    head: AuditEntry | None = None
    async with source.transaction() as ours, target.transaction() as theirs:
        others = theirs.audit.entries()
        other = await _next(others)
        async for entry in ours.audit.entries():
            check(previous, entry)
            previous = entry
            if other is not None:
                if other != entry:
                    raise OtherRecords(words=f"its audit log is another one from entry {entry.sequence} on")
                head, other = other, await _next(others)
            if entry.sequence % STEP == 0:
                report(entry.sequence)
    length = previous.sequence if previous else 0
    if other is not None:
        raise OtherRecords(words=f"its audit log goes on after the {length} entries of the folder's")
    report(length)
    return Chain(length=length, shared=head.sequence if head else 0, head=head)


async def compare_all(source: Records, target: Records, report: Callable[[int], None]) -> int:
    """Walk both logs, which must be the same by now; their length. Raises AuditBroken, CopyBrokenOff."""
    try:
        chain = await compare(source, target, report)
    except OtherRecords as error:  # they were compared before, so somebody has written there meanwhile
        raise CopyBrokenOff(words=str(error.facts["words"])) from error
    if chain.shared < chain.length:
        raise CopyBrokenOff(words=f"the database has {chain.shared} of {chain.length} audit entries")
    return chain.length


async def _next(entries: AsyncIterator[AuditEntry]) -> AuditEntry | None:
    return await anext(entries, None)
