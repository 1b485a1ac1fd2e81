"""What a roll-out would do, before anybody confirms it. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from services.asking import check_account
from services.domain.errors import AccountNotFit, NotEligible, TenantError, UnknownRequest
from services.domain.person import Person
from services.domain.persona import Catalogue, Persona, attributes_of
from services.domain.request import Request, RequestKind, RequestState
from services.domain.step import StepKind
from services.ports import Clock, Crowd, Directory, Records, Transaction
from services.promising import Promises
from services.provisioning.facts import TASK
from services.provisioning.persona_difference import change_of, number_need
from services.provisioning.persona_is import PersonaIs
from services.provisioning.persona_plan import plan_persona
from services.rollout.ids import ended_mark, request_id, rollout_id
from services.rollout.model import Candidate, Report, RolloutPlan, Verdict, out
from services.rollout.people_file import Row
from services.rollout.supply import supplied
from services.rollout.survey import survey_crowd

_AT_ONCE = 100
"""People who are looked up and surveyed together, so that the bar moves."""


class Planning:
    """Plans one roll-out."""

    def __init__(
        self,
        records: Records,
        directory: Directory,
        crowd: Crowd,
        promises: Promises,
        catalogue: Callable[[], Catalogue],
        clock: Clock,
        *,
        may_write: bool,
    ) -> None:
        self._records = records
        self._directory = directory
        self._crowd = crowd
        self._promises = promises
        self._catalogue = catalogue
        self._clock = clock
        self._may_write = may_write

    async def plan(
        self, chosen: Persona, rows: Sequence[Row], approver_id: str, report: Report
    ) -> RolloutPlan:
        """What would change for whom, and why not for others.

        Raises TenantBusy, NotPermitted, GroupUnknown, GroupAmbiguous, StoreError.
        """
        rollout = await self._id(chosen, rows)
        candidates: list[Candidate] = []
        for start in range(0, len(rows), _AT_ONCE):
            some = await self._looked_up(rows[start : start + _AT_ONCE], candidates)
            some = [self._fit(candidate, chosen, approver_id) for candidate in some]
            some = await self._known(some, rollout, chosen)
            candidates += await self._surveyed(some, chosen)
            report("Looking at people", len(candidates), len(rows))
        plan = RolloutPlan(id=rollout, persona=chosen, candidates=tuple(candidates))
        async with self._records.transaction() as tx:
            return await supplied(tx, plan, self._promises, self._clock.now())

    async def _id(self, chosen: Persona, rows: Sequence[Row]) -> str:
        """Of the roll-out that is under way for this file, or of a new one."""
        turn = 0
        async with self._records.transaction() as tx:
            while await tx.marks.has(ended_mark(rollout_id(chosen, rows, turn))):
                turn += 1
        return rollout_id(chosen, rows, turn)

    async def _looked_up(self, rows: Sequence[Row], before: Sequence[Candidate]) -> list[Candidate]:
        usable = [row.key for row in rows if not row.problem]
        found = await self._crowd.people(usable)
        lines = {candidate.person.id: candidate.line for candidate in before if candidate.person}
        candidates: list[Candidate] = []
        for row in rows:
            person = None if row.problem else found[row.key]
            if isinstance(person, TenantError):
                candidates.append(_left_out(row, person.sentence))
            elif person is None or person.id in lines:
                why = row.problem or f"is the same person as in line {lines[person.id] if person else 0}"
                candidates.append(_left_out(row, why))
            else:
                lines[person.id] = row.line
                candidates.append(
                    Candidate(line=row.line, key=row.key, verdict=Verdict.CHANGES, person=person)
                )
        return candidates

    def _fit(self, candidate: Candidate, chosen: Persona, approver_id: str) -> Candidate:
        person = candidate.person
        if person is None:
            return candidate
        if person.id == approver_id:
            return out(candidate, "approves the roll-out, and nobody approves what they get themselves")
        try:
            check_account(person, approver_id)
        except AccountNotFit as unfit:
            return out(candidate, f"the account is {unfit.facts['what']}")
        closed = self._catalogue().not_for(chosen, attributes_of(person))
        if closed is not None:
            return out(candidate, NotEligible(persona=closed.name, rule=closed.eligibility).sentence)
        return candidate

    async def _known(self, candidates: Sequence[Candidate], rollout: str, chosen: Persona) -> list[Candidate]:
        """Whose request there is already: this roll-out's, which goes on, or another one."""
        async with self._records.transaction() as tx:
            return [
                await self._with_request(tx, candidate, candidate.person, rollout, chosen)
                if candidate.person
                else candidate
                for candidate in candidates
            ]

    @staticmethod
    async def _with_request(
        tx: Transaction, candidate: Candidate, person: Person, rollout: str, chosen: Persona
    ) -> Candidate:
        try:
            request: Request | None = await tx.requests.get(request_id(rollout, person.id))
        except UnknownRequest:
            request = await tx.requests.open_of(person.id)
        if request is None or (candidate.verdict is Verdict.LEFT_OUT and request.rollout != rollout):
            return candidate
        if request.rollout == rollout or _is_such(request, chosen):
            return replace(candidate, verdict=Verdict.UNDER_WAY, why="", request=request)
        return out(candidate, f"has an open request, {request.ref}")

    async def _surveyed(self, candidates: Sequence[Candidate], chosen: Persona) -> list[Candidate]:
        people = [c.person for c in candidates if c.person and c.verdict is Verdict.CHANGES]
        found = await survey_crowd(self._directory, self._crowd, people, self._catalogue(), chosen)
        async with self._records.transaction() as tx:
            return [
                await self._needing(tx, candidate, found[candidate.person.id])
                if candidate.person and candidate.verdict is Verdict.CHANGES
                else candidate
                for candidate in candidates
            ]

    async def _needing(
        self, tx: Transaction, candidate: Candidate, found: PersonaIs | TenantError
    ) -> Candidate:
        if isinstance(found, TenantError):
            return out(candidate, found.sentence)
        listed = [await tx.numbers.get(e164) for e164 in found.numbers]
        need = number_need(found, [number for number in listed if number is not None])
        if need.spec and not self._promises.knows(need.spec):
            return out(candidate, f"{need.spec.location} is not a location of numbers")
        change = change_of(found, need, "", may_write=self._may_write)
        if not change.differences:
            return replace(candidate, verdict=Verdict.HOLDS)
        steps = plan_persona(found, change, None, may_write=self._may_write)
        tasks = tuple(s.subject for s in steps if TASK in s.facts and s.kind is not StepKind.WAIT_FOR_LICENCE)
        return replace(candidate, found=found, need=need, tasks=tasks)


def _left_out(row: Row, why: str) -> Candidate:
    return Candidate(line=row.line, key=row.key, verdict=Verdict.LEFT_OUT, why=why)


def _is_such(request: Request, chosen: Persona) -> bool:
    """Whether another roll-out is giving the same persona, and has not stopped."""
    is_stopped = request.state is RequestState.NEEDS_ATTENTION
    is_same = request.change is not None and request.change.persona == chosen.name
    return bool(request.rollout) and request.kind is RequestKind.PERSONA and is_same and not is_stopped
