"""Writing a confirmed roll-out down: an approved request for each person, durable before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.changes import record, tell
from services.domain import approving, transitions
from services.domain.errors import AlreadyExists, NoNumberFree, OpenRequestExists
from services.domain.request import Request, RequestKind
from services.domain.stage import Stage, asked
from services.domain.step import Step, StepKind, StepStatus
from services.ports import Clock, Records, Transaction
from services.promising import Promises
from services.provisioning.facts import ASKED
from services.provisioning.persona_difference import change_of
from services.provisioning.persona_plan import plan_persona
from services.rollout.ids import request_id
from services.rollout.model import Candidate, Report, RolloutPlan, Sponsors, Verdict, out

STAGE = "roll-out"
WHY = "telecom admin, who approved the roll-out"

_AT_ONCE = 25
"""Requests written in one transaction."""


class Ordering:
    """Makes the requests of roll-outs. ``days`` is how long a promise would wait for a decision."""

    def __init__(
        self, records: Records, promises: Promises, clock: Clock, *, may_write: bool, days: int
    ) -> None:
        self._records = records
        self._promises = promises
        self._clock = clock
        self._may_write = may_write
        self._days = days

    async def order(self, plan: RolloutPlan, sponsors: Sponsors, report: Report) -> RolloutPlan:
        """Make a request for everyone who changes; the plan with all of them under way.

        Each is handed in by whoever asked for the roll-out and approved by whoever approved it, as any other
        request is. Somebody for whom that is not possible any more is left out.
        """
        orders: dict[int, Candidate] = {}
        changing = plan.of(Verdict.CHANGES)
        for start in range(0, len(changing), _AT_ONCE):
            some = changing[start : start + _AT_ONCE]
            orders |= await self._together(some, plan.id, sponsors)
            report("Writing requests", len(orders), len(changing))
        candidates = tuple(orders.get(candidate.line, candidate) for candidate in plan.candidates)
        return replace(plan, candidates=candidates)

    async def _together(
        self, candidates: Sequence[Candidate], rollout: str, sponsors: Sponsors
    ) -> Mapping[int, Candidate]:
        try:
            async with self._records.transaction() as tx:
                return {c.line: await self._add(tx, c, rollout, sponsors) for c in candidates}
        except (AlreadyExists, OpenRequestExists, NoNumberFree):
            return {c.line: await self._alone(c, rollout, sponsors) for c in candidates}

    async def _alone(self, candidate: Candidate, rollout: str, sponsors: Sponsors) -> Candidate:
        """Something has changed since the plan was made: find out for whom."""
        try:
            async with self._records.transaction() as tx:
                return await self._add(tx, candidate, rollout, sponsors)
        except OpenRequestExists as exists:
            return out(candidate, f"has an open request, {exists.facts['ref']}")
        except (AlreadyExists, NoNumberFree) as refused:
            return out(candidate, refused.sentence)

    async def _add(
        self, tx: Transaction, candidate: Candidate, rollout: str, sponsors: Sponsors
    ) -> Candidate:
        now = self._clock.now()
        submitted = await self._submitted(tx, candidate, rollout, sponsors, now)
        await tx.requests.add(submitted)
        facts = {
            "ref": submitted.ref,
            "persona": submitted.change.persona if submitted.change else "",
            "number": submitted.number or "",
            "roll-out": rollout,
        }
        await tell(tx, submitted, 0, facts)
        approver = sponsors.approved_by.ref
        approved = approving.approve(submitted, approver, now)
        await record(tx, submitted, approved, approver.id, now)
        return replace(candidate, verdict=Verdict.UNDER_WAY, request=approved)

    async def _submitted(
        self, tx: Transaction, candidate: Candidate, rollout: str, sponsors: Sponsors, now: datetime
    ) -> Request:
        person, found, need = candidate.person, candidate.found, candidate.need
        if person is None or found is None or need is None:
            raise ValueError("only who changes, and was surveyed, is ordered for")
        key, until = request_id(rollout, person.id), now + timedelta(days=self._days)
        number = await self._promises.promise(tx, need.spec, key, until, now) if need.spec else None
        change = change_of(found, need, number or "", may_write=self._may_write)
        plan = plan_persona(found, change, number, may_write=self._may_write)
        draft = Request(
            id=key,
            ref=await tx.requests.next_ref(),
            kind=RequestKind.PERSONA,
            requester=sponsors.asked_by.ref,
            beneficiary=person.ref,
            purpose=sponsors.purpose,
            location=self._promises.place(need.spec),
            cost=found.chosen.cost,
            created_at=now,
            updated_at=now,
            expires_at=until,
            number=number,
            stages=(Stage(name=STAGE, approvers=asked(sponsors.approved_by.ref, why=WHY), why=WHY),),
            plan=tuple(_asked(step, now) for step in plan),
            change=change,
            rollout=rollout,
        )
        return transitions.submit(draft, now)


def joins(request: Request) -> Sequence[Step]:
    """The groups that the roll-out puts the person into together with others."""
    return [step for step in request.plan if step.kind is StepKind.JOIN_GROUP and ASKED in step.facts]


def _asked(step: Step, now: datetime) -> Step:
    """Say that the tenant may be asked for a join, before it is: so that a roll back finds the join ours."""
    if step.kind is not StepKind.JOIN_GROUP or step.status is not StepStatus.PLANNED:
        return step
    return replace(step, facts={**step.facts, ASKED: now.isoformat()})
