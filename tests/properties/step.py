"""One step of the machine on one system: what is done, what came of it, and whether that was right."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from services.domain.errors import StoreUnavailable, SwitchboardError, TenantError, VersionConflict
from services.domain.number import dispute
from services.domain.request import Request
from tests.properties.commands import Command, Operation
from tests.properties.faults import Killed
from tests.properties.invariants import check
from tests.properties.system import Snapshot, System


async def perform(system: System, *commands: Command, later: int = 0) -> list[object]:
    """Give the commands, more than one at the same time, and hold everything against the model.

    ``later`` is how many turns of the event loop each comes after the one before.
    """
    operations = _one_run_each(commands, system)
    before = system.seen
    outcomes = await asyncio.gather(
        *(_outcome(operation.call, later * place) for place, operation in enumerate(operations))
    )
    has_struck, is_durable = system.faults.has_struck, system.faults.is_durable
    system.faults.clear()
    now = system.seen = await system.look()
    check(system, before, now)
    for outcome in outcomes:
        _check_kind(outcome, has_struck=has_struck, is_alone=len(operations) == 1)
    _check_winners(operations, outcomes)
    if len(operations) == 1 and not is_durable:
        _check_verdict(operations[0], outcomes[0], has_struck=has_struck)
        _check_untouched(operations[0], outcomes[0], before, now)
    return list(outcomes)


async def _outcome(call: Callable[[], Awaitable[object]], later: int) -> object:
    for _ in range(later):
        await asyncio.sleep(0)
    try:
        return await call()
    except (SwitchboardError, Killed) as error:
        return error


def _one_run_each(commands: Sequence[Command], system: System) -> list[Operation]:
    """Of one request, one run only is under way at a time. That is up to the engine, which is not here."""
    operations: list[Operation] = []
    for command in commands:
        operation = command.operation(system)
        at_work = {other.about for other in operations if other.is_run}
        if operation is not None and not (operation.is_run and operation.about in at_work):
            operations.append(operation)
    return operations


def _check_kind(outcome: object, *, has_struck: bool, is_alone: bool) -> None:
    """Nobody hears of trouble with the records that there was not."""
    if not has_struck:
        assert not isinstance(outcome, StoreUnavailable), outcome
        assert not (is_alone and isinstance(outcome, VersionConflict)), outcome


def _check_winners(operations: Sequence[Operation], outcomes: Sequence[object]) -> None:
    """Of several who press at the same time, one makes the next version. One form may be handed in twice."""
    made = [
        (outcome.id, outcome.version)
        for operation, outcome in zip(operations, outcomes, strict=True)
        if isinstance(outcome, Request) and operation.is_atomic and outcome.version > 1
    ]
    assert len(set(made)) == len(made), "two have made the same version"


def _check_verdict(operation: Operation, outcome: object, *, has_struck: bool) -> None:
    """What may be done is done, what may not is refused."""
    failed = isinstance(outcome, BaseException)
    if operation.is_allowed is False:
        assert failed, f"allowed, and gave {outcome}"
    if operation.is_allowed and not has_struck:
        assert not failed, f"refused with {outcome!r}"


def _check_untouched(operation: Operation, outcome: object, before: Snapshot, now: Snapshot) -> None:
    """Who is refused has changed nothing; who is not has changed what the command is about, and no more."""
    is_refused = isinstance(outcome, BaseException)
    if operation.is_idle or (operation.is_atomic and is_refused):
        assert now == before or _only_disputed(before, now), f"{outcome!r} has changed something"
    if operation.is_atomic:
        others = before.requests.keys() - {operation.about}
        assert all(now.requests[key] == before.requests[key] for key in others)
        assert all(now.notes.get(key) == before.notes.get(key) for key in others)
        touched = [key for key, number in now.numbers.items() if number != before.numbers[key]]
        assert len(touched) <= 1


def _only_disputed(before: Snapshot, now: Snapshot) -> bool:
    """Whether all that happened is that the tenant was found to disagree about a number."""
    entries = now.audit[len(before.audit) :]
    if [entry.what for entry in entries] != ["discrepancy"]:
        return False
    e164, words = entries[0].subject, entries[0].facts["words"]
    numbers = {**before.numbers, e164: dispute(before.numbers[e164], words)}
    return now == Snapshot(before.requests, numbers, before.notes, now.audit)


def kind(outcome: object) -> str:
    """What must be the same on all records."""
    if isinstance(outcome, TenantError):
        return "the tenant's"
    return type(outcome).__name__
