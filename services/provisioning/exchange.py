"""Putting another number in the place of one that the tenant says is in use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.changes import SWITCHBOARD
from services.domain import transitions
from services.domain.location import Location
from services.domain.number import Number, NumberStatus, NumberType, dispute
from services.domain.request import Request
from services.locations import Locations
from services.ports import Transaction
from services.provisioning import words
from services.provisioning.outcome import Stuck, Taken
from services.provisioning.plan import fitting_types, with_number
from services.provisioning.run import Run, save


class Exchange:
    """Disputes numbers and promises others instead."""

    def __init__(self, locations: Locations) -> None:
        self._locations = locations

    async def exchange(self, run: Run, refused: str, said: str) -> bool:
        """Record the discrepancy of ``refused``, and promise the next fitting number in the same transaction.

        False when there is none: then nothing was changed. Raises Superseded.
        """
        found = False

        async def rule(tx: Transaction, request: Request, now: datetime) -> Request:
            nonlocal found
            found = request.number != refused
            if found:
                return request  # it was exchanged, and only the answer of the records was lost
            location = self._locations.named(request.location)
            until = await _held_until(tx, request)
            other = await _next(tx, request, location, _other_types(request, location), until, now)
            found = other is not None
            if other is None:
                return request
            await _dispute(tx, request, said, now)
            return await give(tx, request, other, now)

        await run.change(rule)
        return found

    async def give_up(self, run: Run, taken: Taken, *, many: bool) -> Stuck:
        """Record the discrepancy of a number that none replaces; ``many`` when others were in use before it.

        Raises Superseded.
        """

        request = await self.lose(run, taken.words)
        to_do = words.too_many(request.location) if many else words.none_left(request.location)
        return Stuck(words=taken.words, what_to_do=to_do, is_blocked=True, is_quoted=taken.is_quoted)

    async def lose(self, run: Run, said: str) -> Request:
        """Record the discrepancy of the request's number. Raises Superseded."""

        async def rule(tx: Transaction, request: Request, now: datetime) -> Request:
            await _dispute(tx, request, said, now)
            return request

        return await run.change(rule)

    async def promised(
        self, tx: Transaction, request: Request, now: datetime
    ) -> tuple[Request, Number | None, Location]:
        """The request with a number that is really promised to it: its own, or else the next fitting one.

        None when there is none; the request is then as it was.
        """
        location = self._locations.named(request.location)
        number = await tx.numbers.get(request.number) if request.number else None
        if number is not None and number.location == location.name and is_for(number, request):
            return request, number, location
        other = await _next(tx, request, location, _types(request, location), request.expires_at, now)
        if other is None:
            return request, None, location
        return await give(tx, request, other, now), other, location


async def _next(
    tx: Transaction,
    request: Request,
    location: Location,
    types: Sequence[NumberType],
    until: datetime,
    now: datetime,
) -> Number | None:
    """Hold the next number; None where the persona wants one with a tag, which is for people to choose."""
    if request.change and request.change.number_tag:
        return None
    return await tx.numbers.hold_next(location.name, types, request.id, until, now)


def _types(request: Request, location: Location) -> Sequence[NumberType]:
    """Types that the number may have: those of the persona, if it names some."""
    return (request.change.number_types if request.change else ()) or location.number_types


def _other_types(request: Request, location: Location) -> Sequence[NumberType]:
    """Types that another number may have for the licences that the plan brings."""
    return _types(request, location) if request.change else fitting_types(location, request.plan)


async def give(tx: Transaction, request: Request, other: Number, now: datetime) -> Request:
    """Put the number, which is held already, into request and plan, with a notice to the people."""
    plan = with_number(request.plan, other)
    notice = words.exchanged(request.number or "The number", other.e164)
    return await save(tx, request, transitions.exchange_number(request, other.e164, plan, notice, now), now)


async def _held_until(tx: Transaction, request: Request) -> datetime:
    number = await tx.numbers.get(request.number) if request.number else None
    return (number.held_until if number else None) or request.expires_at


async def _dispute(tx: Transaction, request: Request, said: str, now: datetime) -> None:
    number = await tx.numbers.get(request.number) if request.number else None
    if number is None or not is_for(number, request):
        return  # recorded already, or known to be somebody else's
    await tx.numbers.put([dispute(number, said)])
    await tx.audit.append(now, SWITCHBOARD, "discrepancy", number.e164, {"words": said, "ref": request.ref})


def is_for(number: Number, request: Request) -> bool:
    """Whether the number is promised to the request, or recorded as its beneficiary's."""
    if number.status is NumberStatus.HELD:
        return number.held_for == request.id
    return (
        number.status is NumberStatus.ASSIGNED
        and number.assignee is not None
        and number.assignee.id == request.beneficiary.id
    )
