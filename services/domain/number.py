"""Telephone numbers as the inventory keeps them, and the only ways in which one may change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.domain.errors import NumberJustTaken
from services.domain.person import PersonRef


class NumberType(StrEnum):
    """As Graph spells it in ``numberAssignment.numberType``."""

    CALLING_PLAN = "callingPlan"
    OPERATOR_CONNECT = "operatorConnect"
    DIRECT_ROUTING = "directRouting"


class NumberStatus(StrEnum):
    """Where a number stands in the inventory. Only ``free`` numbers (and rested ones) are ever offered."""

    FREE = "free"
    HELD = "held"
    ASSIGNED = "assigned"
    RESTING = "resting"
    BLOCKED = "blocked"
    FORBIDDEN = "forbidden"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number. ``e164`` with its plus is the key.

    ``held_for`` is the id of the request that the number is promised to, until ``held_until``;
    ``resting_until`` is set while ``status`` is resting; ``discrepancy`` says in the tenant's words why the
    tenant and the inventory disagree, and keeps the number from being offered until somebody clears it.
    """

    e164: str
    type: NumberType
    location: str
    country: str
    status: NumberStatus = NumberStatus.FREE
    location_id: str | None = None
    tags: tuple[str, ...] = ()
    held_for: str | None = None
    held_until: datetime | None = None
    assignee: PersonRef | None = None
    resting_until: datetime | None = None
    discrepancy: str | None = None


def is_offered(number: Number, now: datetime) -> bool:
    """Whether the number may be promised to somebody at ``now``."""
    if number.discrepancy is not None:
        return False
    if number.status is NumberStatus.RESTING:
        return number.resting_until is not None and number.resting_until <= now
    return number.status is NumberStatus.FREE


def hold(number: Number, request_id: str, until: datetime, now: datetime) -> Number:
    """Promise the number to one request.

    Holding again for the same request moves the expiry. Raises NumberJustTaken when it is not on offer.
    """
    same = number.status is NumberStatus.HELD and number.held_for == request_id
    if not same and not is_offered(number, now):
        raise NumberJustTaken(number=number.e164)
    return replace(
        number, status=NumberStatus.HELD, held_for=request_id, held_until=until, resting_until=None
    )


def let_go(number: Number, request_id: str) -> Number:
    """End the promise to ``request_id``; a number that is not held for it stays as it is."""
    if number.status is not NumberStatus.HELD or number.held_for != request_id:
        return number
    return replace(number, status=NumberStatus.FREE, held_for=None, held_until=None)


def assign(number: Number, person: PersonRef) -> Number:
    """Record that the tenant has given the number to ``person``."""
    return replace(
        number,
        status=NumberStatus.ASSIGNED,
        assignee=person,
        held_for=None,
        held_until=None,
        discrepancy=None,
    )


def release(number: Number, resting_until: datetime) -> Number:
    """Record that nobody has the number any more; it rests before it is offered again."""
    return replace(
        number,
        status=NumberStatus.RESTING,
        assignee=None,
        held_for=None,
        held_until=None,
        resting_until=resting_until,
    )


def block(number: Number) -> Number:
    """Keep a number that nobody has or is promised from being offered; any other stays as it is."""
    if number.status not in {NumberStatus.FREE, NumberStatus.RESTING}:
        return number
    return replace(number, status=NumberStatus.BLOCKED, resting_until=None)


def dispute(number: Number, words: str) -> Number:
    """Record that the tenant says otherwise than the inventory; the number is not offered any more."""
    return replace(
        number, status=NumberStatus.BLOCKED, held_for=None, held_until=None, assignee=None, discrepancy=words
    )
