"""Moving all records from one adapter to another: whole, safe to repeat, never over records of others.

The audit log goes last. While it is shorter in the target than in the source, the copy is not complete, or
the source has gone on since: the next run brings the rest, and renews what is older. Once it is as long, the
copy was complete, and what differs by then is the target's own and stays; but for requests, whose versions
tell which is newer (not each look of a step is audited).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from services.domain.audit import AuditEntry
from services.domain.errors import CopyBrokenOff, OtherRecords, StoreUnavailable
from services.storage.chains import Chain, compare, compare_all
from services.storage.ends import PASSING, Key, Kind, Source, Target

T = TypeVar("T")

BATCH = 1000
"""Records written in one transaction."""

Report = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of a kind are in the source, and were and are in the target."""

    what: str
    source: int
    before: int
    now: int


async def move(source: Source, target: Target, report: Report) -> list[Tally]:
    """Bring everything over; the tallies, that of the audit log last.

    Raises AuditBroken when the source's log is not whole, OtherRecords when the target holds what the source
    does not; then nothing was changed. Raises CopyBrokenOff when the move must be run once more.
    """
    total = source.count_entries()
    chain = await compare(
        source.records, target.records, lambda done: report("Reading the audit log", done, total)
    )
    await _refuse_others(source, target, report)
    before = {kind: await target.count(kind) for kind in Kind}
    mover = _Mover(source, target, report, chain)
    try:
        await mover.bring()
        length = await compare_all(
            source.records, target.records, lambda done: report("Checking the audit log", done, total)
        )
        tallies = [await _tally(source, target, kind, before[kind], chain) for kind in Kind]
    except StoreUnavailable as error:
        raise CopyBrokenOff(words=error.facts["words"]) from error
    return [*tallies, Tally(what="audit entries", source=length, before=chain.shared, now=length)]


class _Mover:
    """Writes in batches, each of which shows what was done so far."""

    def __init__(self, source: Source, target: Target, report: Report, chain: Chain) -> None:
        self._source = source
        self._target = target
        self._report = report
        self._chain = chain

    async def bring(self) -> None:
        """Bring what is missing, the audit log last."""
        await self._target.draw_after(self._source.last_ref(), self._chain.head)
        for kind in Kind:
            if kind in PASSING and not self._chain.is_complete:
                await self._drop(kind)
            await self._take(kind)
        await self._append()

    async def _take(self, kind: Kind) -> None:
        done, total = 0, self._source.count(kind)
        what = f"Copying {kind.value}"
        self._report(what, done, total)
        for batch in _batches(_in_order(self._source, kind)):
            await self._target.take(kind, batch, self._chain.head, renew=not self._chain.is_complete)
            done += len(batch)
            self._report(what, done, total)

    async def _drop(self, kind: Kind) -> None:
        """Remove what an earlier run brought and the source has removed since."""
        async for keys in self._target.keys(kind):
            gone = [key for key in keys if not self._source.has(kind, key)]
            if gone:
                await self._target.drop(kind, gone, self._chain.head)

    async def _append(self) -> None:
        head, total = self._chain.head, self._chain.length
        batch: list[AuditEntry] = []
        async with self._source.records.transaction() as tx:
            async for entry in tx.audit.entries():
                if entry.sequence <= self._chain.shared:
                    continue
                batch.append(entry)
                if len(batch) == BATCH or entry.sequence == total:
                    await self._target.append(batch, head)
                    head, batch = batch[-1], []
                    self._report("Copying audit entries", head.sequence, total)


def _in_order(source: Source, kind: Kind) -> Iterable[Any]:
    if kind is not Kind.REQUESTS:
        return source.items(kind)
    # A person has one open request at most. One that an earlier run brought may have been closed since and
    # another opened: it must make room first.
    return (
        request for is_open in (False, True) for request in source.items(kind) if request.is_open is is_open
    )


def _batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


async def _refuse_others(source: Source, target: Target, report: Report) -> None:
    """Pass when the target holds nothing that the source never had. Raises OtherRecords."""
    for done, kind in enumerate(Kind):
        report("Looking at the database", done, len(Kind))
        if kind is Kind.REQUESTS:
            await _refuse_other_requests(source, target)
        elif kind not in PASSING:
            async for keys in target.keys(kind):
                _refuse_other_keys(source, kind, keys)
    report("Looking at the database", len(Kind), len(Kind))


def _refuse_other_keys(source: Source, kind: Kind, keys: Sequence[Key]) -> None:
    for key in keys:
        if not source.has(kind, key):
            raise OtherRecords(words=f"among its {kind.value} is {' '.join(key)}, which the folder lacks")


async def _refuse_other_requests(source: Source, target: Target) -> None:
    async for requests in target.requests():
        for theirs in requests:
            ours = source.request(theirs.id)
            if ours is None:
                raise OtherRecords(words=f"among its requests is {theirs.ref}, which the folder lacks")
            if theirs != ours and theirs.version >= ours.version:
                raise OtherRecords(words=f"its request {theirs.ref} has gone on since")


async def _tally(source: Source, target: Target, kind: Kind, before: int, chain: Chain) -> Tally:
    """Count again. Raises CopyBrokenOff when the numbers do not agree."""
    wanted, now = source.count(kind), await target.count(kind)
    may_be_more = kind in PASSING and chain.is_complete
    if now < wanted or (now > wanted and not may_be_more):
        raise CopyBrokenOff(words=f"the folder has {wanted} {kind.value} and the database {now}")
    return Tally(what=kind.value, source=wanted, before=before, now=now)
