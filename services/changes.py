"""The one way in which people change a request: compare, apply a rule, save, audit, refresh the cards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.domain.errors import StaleCard, UnknownRequest, VersionConflict
from services.domain.number import let_go
from services.domain.person import Actor
from services.domain.policy import may_see
from services.domain.request import Request
from services.ports import Clock, Records, Transaction

Rule = Callable[[Request, datetime], Request]

SWITCHBOARD = "switchboard"
"""The actor of the audit log when nobody pressed a button."""


class Changes:
    """Applies rules to requests.

    ``on_change`` is told the id of each request that was changed, after the change is durable.
    """

    def __init__(
        self, records: Records, clock: Clock, admins: frozenset[str], on_change: Callable[[str], None]
    ) -> None:
        self.records = records
        self.clock = clock
        self._admins = admins
        self._on_change = on_change

    def is_admin(self, person_id: str) -> bool:
        """Whether the person is a telecom admin."""
        return person_id in self._admins

    @property
    def admins(self) -> tuple[str, ...]:
        """Ids of the telecom admins."""
        return tuple(sorted(self._admins))

    async def seen(self, actor: Actor, request_id: str) -> Request:
        """The request as it stands. Raises UnknownRequest, also when the actor may not see it."""
        async with self.records.transaction() as tx:
            return await self._load(tx, actor, request_id)

    async def by_person(self, actor: Actor, request_id: str, version: int, rule: Rule) -> Request:
        """Apply a rule that a person asked for, from the version that their card showed.

        Raises UnknownRequest, StaleCard, and whatever the rule refuses with; then nothing was changed.
        """
        now = self.clock.now()
        try:
            async with self.records.transaction() as tx:
                request = await self._load(tx, actor, request_id)
                if request.version != version:
                    raise StaleCard
                changed = rule(request, now)
                await record(tx, request, changed, actor.id, now)
        except VersionConflict as error:
            raise StaleCard from error
        self._on_change(request_id)
        return changed

    async def by_switchboard(self, request_id: str, rule: Rule) -> Request:
        """Apply a rule on the product's own behalf, to the request as it stands."""
        now = self.clock.now()
        async with self.records.transaction() as tx:
            request = await tx.requests.get(request_id)
            changed = rule(request, now)
            if changed.version != request.version:
                await record(tx, request, changed, SWITCHBOARD, now)
        if changed.version != request.version:
            self._on_change(request_id)
        return changed

    def announce(self, request_id: str) -> None:
        """Tell that a request was changed in a transaction of somebody else's."""
        self._on_change(request_id)

    async def _load(self, tx: Transaction, actor: Actor, request_id: str) -> Request:
        request = await tx.requests.get(request_id)
        if not may_see(request, actor.id, is_admin=self.is_admin(actor.id)):
            raise UnknownRequest
        return request


async def record(tx: Transaction, before: Request, after: Request, actor_id: str, now: datetime) -> None:
    """Save a changed request with all that belongs to it, within the caller's transaction.

    A request that is no longer open lets go of the number that was promised to it; the change is audited;
    every card of the request becomes due for a refresh.
    """
    ends = before.is_open and not after.is_open
    # The number before the request, as everybody who changes both: two who lock them in different orders
    # would wait for each other.
    number = await tx.numbers.get(after.number) if ends and after.number else None
    await tx.requests.save(after, before.version)
    if number is not None and let_go(number, after.id) != number:
        await tx.numbers.put([let_go(number, after.id)])
    facts = {
        "ref": after.ref,
        "from": before.state.value,
        "to": after.state.value,
        "version": str(after.version),
    }
    if len(after.history) == len(before.history):
        await tx.audit.append(now, actor_id, "updated", after.id, facts)
    await tell(tx, after, len(before.history), facts)
    await tx.posts.mark_stale(after.id)


async def tell(tx: Transaction, request: Request, since: int, facts: dict[str, str]) -> None:
    """Write the lines of the request's history from ``since`` on into the audit log, with the facts."""
    for happening in request.history[since:]:
        actor_id = happening.by.id if happening.by else SWITCHBOARD
        await tx.audit.append(happening.at, actor_id, happening.what, request.id, facts)
