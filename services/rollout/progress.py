"""How far the roll-outs are that are under way, told from the requests that they made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.person import PersonRef
from services.domain.request import OPEN_STATES, Request, RequestState
from services.ports import Clock, Records, Transaction

LOOKED_AT = 5000
"""Requests of one state, and of one person, that are looked at: more than the largest roll-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One roll-out. ``states`` counts its requests; ``parked`` are references of those that need people."""

    persona: str
    asked_by: PersonRef
    began: datetime
    states: dict[RequestState, int]
    parked: tuple[str, ...]

    @property
    def people(self) -> int:
        """How many people it is for."""
        return sum(self.states.values())

    @property
    def done(self) -> int:
        """How many hold the persona by it."""
        return self.states.get(RequestState.COMPLETED, 0)


class RollOuts:
    """Tells how far they are, whichever process carries them out."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def under_way(self) -> tuple[datetime, Sequence[Progress]]:
        """When this was looked at, and the roll-outs with somebody still under way, the newest first."""
        async with self._records.transaction() as tx:
            asked_by = await _asked_by(tx)
            made = [await tx.requests.of(person_id, LOOKED_AT) for person_id in set(asked_by.values())]
        found: dict[str, list[Request]] = {rollout: [] for rollout in asked_by}
        for request in (request for requests in made for request in requests):
            if request.rollout in found:
                found[request.rollout].append(request)
        progress = [_progress(requests) for requests in found.values() if requests]
        return self._clock.now(), sorted(progress, key=lambda one: one.began, reverse=True)


async def _asked_by(tx: Transaction) -> dict[str, str]:
    """Roll-outs that have open requests, and who asked for each."""
    found: dict[str, str] = {}
    for state in sorted(OPEN_STATES):
        for request in await tx.requests.in_state(state, LOOKED_AT):
            if request.rollout:
                found[request.rollout] = request.requester.id
    return found


def _progress(requests: Sequence[Request]) -> Progress:
    first = min(requests, key=lambda request: request.created_at)
    parked = (request.ref for request in requests if request.state is RequestState.NEEDS_ATTENTION)
    return Progress(
        persona=first.change.persona if first.change else "",
        asked_by=first.requester,
        began=first.created_at,
        states=dict(Counter(request.state for request in requests)),
        parked=tuple(sorted(parked)),
    )
