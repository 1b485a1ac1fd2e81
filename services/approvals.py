"""Approvals: who is asked, what waits for whom, and the decisions."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from services.changes import Changes
from services.domain import transitions
from services.domain.errors import NoApprover, PersonUnknown
from services.domain.person import Actor, Person
from services.domain.policy import choose_approver
from services.domain.request import Request, RequestState, Stage
from services.ports import Directory, Provisioner

log = structlog.get_logger()


class Routing:
    """Finds out who has to decide. ``fallback_id`` is asked where the directory knows no manager."""

    def __init__(self, directory: Directory, fallback_id: str | None) -> None:
        self._directory = directory
        self._fallback_id = fallback_id

    async def stages(self, requester_id: str, beneficiary_id: str) -> tuple[Stage, ...]:
        """The approvals that a request needs. Raises NoApprover, TenantBusy."""
        chain = await self._directory.management_chain(beneficiary_id)
        excluded = frozenset({requester_id, beneficiary_id})
        try:
            approver, why = choose_approver(chain, None, excluded)
        except NoApprover:
            approver, why = choose_approver((), await self.fallback(), excluded)
        return (Stage(name="manager", approvers=(approver.ref,), why=why),)

    async def fallback(self) -> Person | None:
        """The configured fallback approver, if there is one in the directory."""
        if not self._fallback_id:
            return None
        try:
            return await self._directory.person(self._fallback_id)
        except PersonUnknown:
            log.warning("fallback_unknown", person=self._fallback_id)
            return None


class Approvals:
    """What approvers do."""

    def __init__(self, changes: Changes, provisioner: Provisioner) -> None:
        self._changes = changes
        self._provisioner = provisioner

    async def waiting_for(self, actor: Actor) -> Sequence[Request]:
        """Requests that wait for the actor's decision, oldest first."""
        async with self._changes.records.transaction() as tx:
            return await tx.requests.awaiting(actor.id)

    async def approve(self, actor: Actor, request_id: str, version: int) -> Request:
        """Approve; provisioning starts when no further approval is needed.

        Raises UnknownRequest, StaleCard, NotYours, WrongState.
        """
        approved = await self._changes.by_person(
            actor, request_id, version, lambda request, now: transitions.approve(request, actor.ref, now)
        )
        if approved.state is RequestState.APPROVED:
            await self._provisioner.provision(approved)
        return approved

    async def reject(self, actor: Actor, request_id: str, version: int, reason: str) -> Request:
        """Reject with a reason. Raises UnknownRequest, StaleCard, NotYours, WrongState, ReasonMissing."""
        return await self._changes.by_person(
            actor,
            request_id,
            version,
            lambda request, now: transitions.reject(request, actor.ref, reason, now),
        )

    async def note_reach(
        self, request: Request, unreached: frozenset[str], stand_in: Person | None
    ) -> Request:
        """Note whom of those who are asked Teams cannot reach; ``stand_in`` is asked as well."""
        stage = request.current_stage
        why = f"{stage.why}; as well as the fallback approver" if stage else ""
        also = stand_in.ref if stand_in else None
        return await self._changes.by_switchboard(
            request.id, lambda current, now: transitions.reach(current, unreached, also, why, now)
        )
