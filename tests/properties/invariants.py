"""What must hold after every step, whatever the step was."""

from __future__ import annotations

from services.domain.audit import check as check_entry
from services.domain.number import Number, NumberStatus
from services.domain.request import Request
from services.domain.stage import StageState
from tests.properties.company import NEVER, REST
from tests.properties.model import OPEN
from tests.properties.system import Snapshot, System

SMALL = ("step ", "updated")
"""How entries begin that tell of something the history of a request leaves out."""


def check(system: System, before: Snapshot, now: Snapshot) -> None:
    """Hold everything below against the records."""
    check_promises(now)
    check_people(now)
    check_inventory(system, before, now)
    check_decisions(now)
    check_versions(before, now)
    check_audit(before, now)
    check_notes(system, now)


def _open(seen: Snapshot) -> list[Request]:
    return [request for request in seen.requests.values() if request.state.value in OPEN]


def check_promises(now: Snapshot) -> None:
    """A number is promised to one open request at most, and each open request has the one it shows."""
    promised = [request.number for request in _open(now)]
    assert len(set(promised)) == len(promised), "a number is promised twice"
    for request in _open(now):
        assert request.number is not None
        number = now.numbers[request.number]
        held = number.status is NumberStatus.HELD and number.held_for == request.id
        had = number.status is NumberStatus.ASSIGNED and number.assignee == request.beneficiary
        lost = (
            number.discrepancy is not None and request.runs > 0
        )  # the tenant said that it is somebody else's
        assert held or had or lost, f"{request.id} has lost {number}"
    for number in now.numbers.values():
        assert (number.status is NumberStatus.HELD) == (number.held_for is not None)
        if number.held_for is not None:
            holder = now.requests[number.held_for]
            assert holder.state.value in OPEN, f"{number} is held for nobody"
            assert holder.number == number.e164, f"{number} is held beside another one"


def check_people(now: Snapshot) -> None:
    """One open request and one number a person, at most; a number belongs to one person."""
    waiting = [request.beneficiary.id for request in _open(now)]
    assert len(set(waiting)) == len(waiting), "somebody has two open requests"
    owners = [n.assignee.id for n in now.numbers.values() if n.assignee is not None]
    assert len(set(owners)) == len(owners), "somebody has two numbers"
    for request in now.requests.values():
        if request.state.value == "completed":
            assert request.number is not None
            number = now.numbers[request.number]
            assert (number.status, number.assignee) == (NumberStatus.ASSIGNED, request.beneficiary)


def check_inventory(system: System, before: Snapshot, now: Snapshot) -> None:
    """What was given to people is not free, what was taken back rests, what nobody may have stays so."""
    for e164, number in now.numbers.items():
        listed = system.tenant.numbers[e164]
        if ours(system, e164):
            offered_again = {NumberStatus.FREE, NumberStatus.RESTING}
            assert number.status not in offered_again, f"{number} is offered, and {listed.target} has it"
        if e164 in NEVER:
            assert number.status is NEVER[e164]
        if number.discrepancy is not None:
            assert listed.held_elsewhere or listed.target, f"{number} is disputed without a reason"
            assert number.status is NumberStatus.BLOCKED
        if number.status is NumberStatus.RESTING and before.numbers[e164] != number:
            assert number.resting_until is not None
            assert number.resting_until <= system.clock.now() + REST
            assert number.resting_until > system.clock.now()
        _check_kept(before.numbers[e164], number)


def ours(system: System, e164: str) -> bool:
    """Whether somebody has the number because Switchboard gave it to them."""
    orders = [entry for entry in system.tenant.ledger if entry[1] == e164]
    return bool(orders) and orders[-1][0] == "assigned"


def _check_kept(before: Number, now: Number) -> None:
    kept = ("e164", "type", "location", "country", "location_id", "tags")
    assert [getattr(before, name) for name in kept] == [getattr(now, name) for name in kept]


def check_decisions(now: Snapshot) -> None:
    """NoProvisioner decides on what is theirs, nor where they are not asked; stages are decided in order."""
    for request in now.requests.values():
        states = [stage.state for stage in request.stages]
        approved = [state for state in states if state is StageState.APPROVED]
        assert states[: len(approved)] == approved
        for stage in request.stages:
            if stage.decided_by is not None:
                assert stage.decided_by.id in {who.id for who in stage.approvers}
                assert stage.decided_by.id not in {request.requester.id, request.beneficiary.id}
        if request.runs:
            assert len(approved) == len(states), "worked on before all had approved"


def check_versions(before: Snapshot, now: Snapshot) -> None:
    """Versions only grow, with each change; what is over stays as it is; nothing disappears."""
    refs = [request.ref for request in now.requests.values()]
    assert len(set(refs)) == len(refs)
    for key, old in before.requests.items():
        new = now.requests[key]
        assert new == old or new.version > old.version
        assert new == old or old.state.value in OPEN, f"{old.ref} was over"
        assert new.history[: len(old.history)] == old.history
        assert new.ref == old.ref


def check_audit(before: Snapshot, now: Snapshot) -> None:
    """The chain is whole and only grows, and tells of every change and of nothing else."""
    known = len(before.audit)
    assert now.audit[:known] == before.audit
    for previous, entry in zip((None, *now.audit), now.audit, strict=False):
        if entry.sequence > known:
            check_entry(previous, entry)
    fresh = {entry.subject for entry in now.audit[known:]}
    for key, request in now.requests.items():
        told = [e for e in now.audit if e.subject == key and not e.what.startswith(SMALL)]
        assert [(e.what, e.at) for e in told] == [(h.what, h.at) for h in request.history]
        assert [e.actor for e in told] == [h.by.id if h.by else "switchboard" for h in request.history]
        assert told[-1].facts.get("to", "pending") == request.state.value
    for e164, number in now.numbers.items():
        old = before.numbers[e164]
        if number != old:
            promised_by = {key for key, request in now.requests.items() if request.number == e164}
            why = fresh & {old.held_for, number.held_for, e164, *promised_by}
            assert why, f"nothing tells why {old} is {number}"
    disputed = {e164 for e164, number in now.numbers.items() if number.discrepancy is not None}
    assert {e.subject for e in now.audit if e.what == "discrepancy"} == disputed


def check_notes(system: System, now: Snapshot) -> None:
    """Every card shows the latest version, or there is a note that it must be refreshed."""
    for key, request in now.requests.items():
        assert key in now.notes or system.shown.get(key) == request.version, (
            f"{request.ref}: card is out of date"
        )
    assert now.notes.keys() <= now.requests.keys()
