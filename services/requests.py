"""Requests of every kind: looking at them, taking them back, mending them, ending them."""

from __future__ import annotations

from collections.abc import Sequence

from services.changes import Changes
from services.domain import transitions
from services.domain.person import Actor
from services.domain.request import Request
from services.ports import Provisioner


class Requests:
    """What people do with requests that exist."""

    def __init__(self, changes: Changes, provisioner: Provisioner) -> None:
        self._changes = changes
        self._records = changes.records
        self._provisioner = provisioner

    async def mine(self, actor: Actor, limit: int = 100) -> Sequence[Request]:
        """What the actor asked for or gets, newest first."""
        async with self._records.transaction() as tx:
            return await tx.requests.of(actor.id, limit)

    async def pending_for(self, actor: Actor) -> tuple[int, str | None]:
        """How many decisions wait for the person, and the reference of their own open request."""
        async with self._records.transaction() as tx:
            waiting = await tx.requests.count_awaiting(actor.id)
            open_request = await tx.requests.open_of(actor.id)
        return waiting, open_request.ref if open_request else None

    async def show(self, actor: Actor, request_id: str) -> Request:
        """One request. Raises UnknownRequest, also for somebody else's."""
        return await self._changes.seen(actor, request_id)

    async def by_ref(self, actor: Actor, ref: str) -> Request:
        """One request by its reference, however it was typed. Raises UnknownRequest."""
        async with self._records.transaction() as tx:
            request = await tx.requests.by_ref(ref.upper())
        return await self._changes.seen(actor, request.id)

    async def cancel(self, actor: Actor, request_id: str, version: int) -> Request:
        """Take a request back. Raises UnknownRequest, StaleCard, NotYours, WrongState."""
        return await self._changes.by_person(
            actor, request_id, version, lambda request, now: transitions.cancel(request, actor.ref, now)
        )

    async def retry(self, actor: Actor, request_id: str, version: int) -> Request:
        """Try a parked request again. Raises UnknownRequest, StaleCard, NotYours, WrongState."""
        is_admin = self._changes.is_admin(actor.id)
        retried = await self._changes.by_person(
            actor,
            request_id,
            version,
            lambda request, now: transitions.retry(request, actor.ref, now, is_admin=is_admin),
        )
        await self._provisioner.provision(retried)
        return retried

    async def roll_back(self, actor: Actor, request_id: str, version: int) -> Request:
        """Undo a parked request. Raises UnknownRequest, StaleCard, NotYours, WrongState."""
        is_admin = self._changes.is_admin(actor.id)
        rolling = await self._changes.by_person(
            actor,
            request_id,
            version,
            lambda request, now: transitions.roll_back(request, actor.ref, now, is_admin=is_admin),
        )
        await self._provisioner.roll_back(rolling)
        return rolling
