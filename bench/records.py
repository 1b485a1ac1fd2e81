"""What the embedded records cost: python bench/records.py [requests] [numbers] [audit entries]."""

from __future__ import annotations

import asyncio
import gc
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from services.clock import SystemClock
from services.domain import approving, transitions
from services.domain.location import Cost
from services.domain.number import Number, NumberType
from services.domain.person import PersonRef
from services.domain.request import Request, RequestKind, RequestState
from services.domain.stage import Stage, asked
from services.domain.step import Step, StepKind
from services.storage.embedded import EmbeddedRecords

CALLERS = 32
SECONDS = 4.0
TYPES = (NumberType.DIRECT_ROUTING,)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def person(number: int) -> PersonRef:
    return PersonRef(id=f"00000000-0000-4000-8000-{number:012}", name=f"Person {number}")


def request(number: int) -> Request:
    created = NOW + timedelta(seconds=number)
    steps = tuple(
        Step(
            key=f"join group:{i}",
            kind=StepKind.JOIN_GROUP,
            subject="Prov_Teams_Phone_Manchester",
            target="g" * 36,
        )
        for i in range(5)
    )
    draft = Request(
        id=f"10000000-0000-4000-8000-{number:012}",
        ref=f"SB-{number:06}",
        kind=RequestKind.NUMBER,
        requester=person(number),
        beneficiary=person(number),
        purpose="I call suppliers in Manchester and they must be able to call me back.",
        location="Manchester",
        cost=Cost(amount=Decimal("12.50"), currency="GBP"),
        created_at=created,
        updated_at=created,
        expires_at=created + timedelta(days=7),
        number=f"+44161{number:07}",
        stages=(Stage(name="manager", approvers=asked(person(number % 500 + 1_000_000)), why="manager"),),
        plan=steps,
    )
    return transitions.submit(draft, created)


def numbers(count: int) -> Iterator[list[Number]]:
    for start in range(0, count, 1000):
        yield [
            Number(
                e164=f"+44161{n:07}",
                type=TYPES[0],
                location=f"Place {n % 20}",
                country="GB",
                location_id="l" * 36,
            )
            for n in range(start, min(count, start + 1000))
        ]


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def fill(records: EmbeddedRecords, request_count: int, number_count: int, entry_count: int) -> None:
    before = resident_mb()
    for batch in numbers(number_count):
        async with records.transaction() as tx:
            await tx.numbers.put(batch)
    gc.collect()
    print(f"memory of {number_count} numbers: {resident_mb() - before:.1f} MB")
    before = resident_mb()
    for start in range(1, request_count + 1, 200):
        async with records.transaction() as tx:
            for number in range(start, min(request_count + 1, start + 200)):
                await tx.requests.add(request(number))
    gc.collect()
    print(f"memory of {request_count} requests: {resident_mb() - before:.1f} MB")
    for start in range(0, entry_count, 500):
        async with records.transaction() as tx:
            for number in range(start, min(entry_count, start + 500)):
                await tx.audit.append(
                    NOW, person(1).id, "seeded", str(number), {"ref": "SB-000001", "to": "pending"}
                )


async def approve(records: EmbeddedRecords, number: int) -> None:
    """One approval turn's transaction: read, save, audit, mark stale."""
    async with records.transaction() as tx:
        known = await tx.requests.get(f"10000000-0000-4000-8000-{number:012}")
        changed = (
            approving.approve(known, known.stages[0].approvers[0], NOW)
            if known.state is RequestState.PENDING
            else replace(known, version=known.version + 1)
        )
        await tx.requests.save(changed, known.version)
        await tx.audit.append(NOW, known.stages[0].approvers[0].id, "approved", known.id, {"ref": known.ref})
        await tx.posts.mark_stale(known.id)


class Watch:
    """Measures for how long at a time the event loop does not come round."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.gaps.append(time.perf_counter() - began - 0.001)

    def stop(self) -> str:
        self._task.cancel()
        return (
            f"event loop late: p50 {at(self.gaps, 0.5)}, p99 {at(self.gaps, 0.99)}, most {at(self.gaps, 1)}"
        )


def at(times: list[float], share: float) -> str:
    ordered = sorted(times)
    return f"{ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3:.1f} ms"


async def load(records: EmbeddedRecords, request_count: int, callers: int, pause: float) -> None:
    """Approvals by so many callers at once, each with a pause (seconds) after each."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    async def caller(which: int) -> None:
        number = which
        while (began := time.perf_counter()) < end:
            await approve(records, number % request_count + 1)
            times.append(time.perf_counter() - began)
            number += callers
            if pause:
                await asyncio.sleep(pause)

    cpu = time.process_time()
    watch = Watch()
    await asyncio.gather(*(caller(which) for which in range(callers)))
    cpu = time.process_time() - cpu
    print(
        f"approvals, {callers} callers, pause {pause * 1e3:.0f} ms: {len(times) / SECONDS:.0f}/s, "
        f"p50 {at(times, 0.5)}, p99 {at(times, 0.99)}, CPU {cpu / len(times) * 1e3:.3f} ms each; "
        f"{watch.stop()}"
    )


async def reads(records: EmbeddedRecords) -> None:
    for name, repeat in (
        ("offered(5)", 2000),
        ("open_of", 2000),
        ("awaiting", 100),
        ("free_by_location", 2000),
    ):
        began = time.perf_counter()
        async with records.transaction() as tx:
            for number in range(repeat):
                if name == "offered(5)":
                    await tx.numbers.offered("Place 3", TYPES, NOW, 5)
                elif name == "open_of":
                    await tx.requests.open_of(person(number + 1).id)
                elif name == "awaiting":
                    await tx.requests.awaiting(person(number + 1_000_000).id, 10)
                else:
                    await tx.numbers.free_by_location(NOW)
        print(f"{name}: {(time.perf_counter() - began) / repeat * 1e6:.0f} µs")


async def reopen(folder: Path) -> None:
    began = time.perf_counter()
    cpu = time.process_time()
    before = resident_mb()
    records = await EmbeddedRecords.open(folder, SystemClock())
    print(
        f"open: {time.perf_counter() - began:.2f} s, CPU {time.process_time() - cpu:.2f} s; "
        f"memory of it all: {resident_mb() - before:.0f} MB"
    )
    began = time.perf_counter()
    count = 0
    async with records.transaction() as tx:
        async for _ in tx.audit.entries():
            count += 1
    print(f"read {count} audit entries: {time.perf_counter() - began:.2f} s")
    await records.close()


def print_sizes(folder: Path) -> None:
    sizes = {path.name: f"{path.stat().st_size / 1e6:.1f} MB" for path in sorted(folder.iterdir())}
    print(f"files: {sizes}")


async def work(folder: Path, request_count: int, number_count: int, entry_count: int) -> None:
    records = await EmbeddedRecords.open(folder, SystemClock())
    await fill(records, request_count, number_count, entry_count)
    await load(records, request_count, CALLERS, 0)
    await records.close()
    # What the load has left in the journal is folded in the background while the people below go on.
    records = await EmbeddedRecords.open(folder, SystemClock())
    await load(records, request_count, CALLERS, 0.1)
    await reads(records)
    await records.close()
    print_sizes(folder)


def main() -> None:
    """Do the work, then open the result in a process of its own, so that its memory can be told."""
    if sys.argv[1:2] == ["--open"]:
        asyncio.run(reopen(Path(sys.argv[2])))
        return
    given = [int(value) for value in sys.argv[1:]]
    counts = given + [10_000, 30_000, 50_000][len(given) :]
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(work(Path(name), *counts))
        for _ in range(2):
            subprocess.run([sys.executable, __file__, "--open", name], check=True)


if __name__ == "__main__":
    main()
