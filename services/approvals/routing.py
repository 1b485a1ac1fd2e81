"""Routing: the course of a request, and the people of each stage when its turn comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from services.approvals.attendance import Attendance
from services.approvals.deciding import Candidate, Deciders
from services.approvals.standing_in import StandIns, may_decide
from services.approvals.subject import Subject
from services.domain.approval_rule import MANAGER_RULE, ApprovalRule, Condition, Facts, Rulebook, StageRule
from services.domain.approving import joined
from services.domain.course import Course
from services.domain.errors import NoApprover, PersonUnknown
from services.domain.person import Person
from services.domain.stage import Approver, Asked, Need, OnSilence, Role, Stage
from services.ports import Directory

log = structlog.get_logger()

ONE_PERSON = frozenset({Role.MANAGER, Role.MANAGERS_MANAGER, Role.PERSONA_OWNER})
"""Roles of a single person, whose place somebody takes; of others those are asked who can decide."""


class Routing:
    """Finds out who has to decide. ``fallback_id`` is asked where nobody else can."""

    def __init__(
        self,
        directory: Directory,
        attendance: Attendance,
        deciders: Deciders,
        rulebook: Callable[[], Rulebook],
        fallback_id: str | None,
    ) -> None:
        self._directory = directory
        self._attendance = attendance
        self._stand_ins = StandIns(directory, attendance)
        self._deciders = deciders
        self._rulebook = rulebook
        self._fallback_id = fallback_id

    async def course(self, subject: Subject) -> Course:
        """The approvals that a request needs, with those who would be asked now; nothing is timed yet.

        Raises NoApprover, TenantBusy.
        """
        approval = subject.persona.approval if subject.persona else MANAGER_RULE
        rule = self._rulebook().rule_for(subject.kind, approval)
        spared = _holding(rule.not_needed, subject.facts)
        if spared is not None:
            return Course(rule=rule.name, not_needed=spared.words)
        needed = [stage for stage in rule.stages if _holding(stage.not_needed, subject.facts) is None]
        if not needed:
            return Course(rule=rule.name, not_needed=_spared_by_stages(rule, subject.facts))
        stages = await asyncio.gather(*(self._foreseen(stage, subject) for stage in needed))
        return Course(rule=rule.name, stages=tuple(stages))

    async def timed(self, stages: Sequence[Stage]) -> tuple[Stage, ...]:
        """The stages of a course as they are handed in: the first gets its limit and reminders now."""
        if not stages:
            return ()
        first, *later = stages
        return (await self.due(first), *later)

    async def begin(self, stage: Stage, subject: Subject) -> Stage:
        """A stage whose turn has come, with those who are asked now. Raises NoApprover, TenantBusy."""
        approvers = await self._approvers(stage.asks, stage.need, subject)
        return await self.due(replace(stage, approvers=approvers, why=_why(approvers)))

    async def due(self, stage: Stage) -> Stage:
        """The stage with limit and reminders counted from now. Raises TenantBusy."""
        due_at, reminders = await self._attendance.moments(stage.approvers, stage.timing)
        return replace(stage, due_at=due_at, reminders=reminders)

    async def due_after(self, stage: Stage, joins: Sequence[Approver]) -> Stage:
        """The stage's next limit once others were asked as well; none when nobody was left to ask."""
        if not joins:
            return replace(stage, due_at=None, reminders=())
        return await self.due(replace(stage, approvers=tuple(joins)))

    async def instead(self, stage: Stage, excluded: frozenset[str]) -> tuple[Approver, ...]:
        """Who is asked as well, now that nobody decided in time: none where there is nobody left.

        It may be somebody who is asked already, where their approval does not count for who was silent.
        """
        joins: list[Approver] = []
        if stage.timing.on_silence is OnSilence.ESCALATE:
            for silent in stage.undecided:
                above = await self._stand_ins.next_up(silent, excluded | stage.asked_for(silent.fills))
                joins += [above] if above else []
        if not joins:
            seats = tuple(seat for who in stage.undecided for seat in who.fills)
            joins = await self._fall_back("nobody decided in time", excluded | stage.asked_for(seats), seats)
        return joined((), joins)

    async def fallback(self) -> Person | None:
        """The configured fallback approver, if there is one in the directory."""
        if not self._fallback_id:
            return None
        try:
            return await self._directory.person(self._fallback_id)
        except PersonUnknown:
            log.warning("fallback_unknown", person=self._fallback_id)
            return None

    async def _foreseen(self, rule: StageRule, subject: Subject) -> Stage:
        approvers = await self._approvers(rule.asks, rule.need, subject)
        return Stage(
            name=rule.name,
            approvers=approvers,
            why=_why(approvers),
            need=rule.need,
            timing=rule.timing,
            asks=rule.asks,
        )

    async def _approvers(self, asks: Sequence[Asked], need: Need, subject: Subject) -> tuple[Approver, ...]:
        """Those who are asked for a stage, each once. Raises NoApprover.

        Where all must approve, leaving out a role that nobody can fill would be one approval less.
        """
        found = [await self._of_role(asked, need, subject) for asked in asks]
        approvers = [who for some in found for who in some]
        vacant = [asked.words for asked, some in zip(asks, found, strict=True) if not some]
        if vacant and (need is Need.ALL or not approvers):
            spare = await self._fall_back(f"nobody can decide as {' or '.join(vacant)}", subject.excluded, ())
            if not spare:
                raise NoApprover
            approvers += spare
        return joined((), approvers)

    async def _of_role(self, asked: Asked, need: Need, subject: Subject) -> list[Approver]:
        candidates = await self._deciders.whom(asked, subject)
        if asked.role in ONE_PERSON or len(candidates) == 1:
            return await self._seated(candidates, subject.excluded)
        fit = [one for one in candidates if may_decide(one.person, subject.excluded)]
        if need is Need.ONE:
            there = await self._attendance.of_all(one.person for one in fit)
            present = [one for one, at in zip(fit, there, strict=True) if not at.is_away and not at.deputy]
            fit = present or fit
        return await self._seated(fit or candidates, subject.excluded)

    async def _seated(self, candidates: Sequence[Candidate], excluded: frozenset[str]) -> list[Approver]:
        seats = await asyncio.gather(
            *(self._stand_ins.for_seat(one.person, one.why, excluded) for one in candidates)
        )
        return [who for who in seats if who is not None]

    async def _fall_back(
        self, because: str, excluded: frozenset[str], seats: tuple[str, ...]
    ) -> list[Approver]:
        person = await self.fallback()
        if person is None or not may_decide(person, excluded):
            return []
        why = f"fallback approver, because {because}"
        return [Approver(id=person.id, name=person.display_name, why=why, seats=seats)]


def _holding(conditions: Sequence[Condition], facts: Facts) -> Condition | None:
    return next((one for one in conditions if one.holds(facts)), None)


def _spared_by_stages(rule: ApprovalRule, facts: Facts) -> str:
    """Why each stage is left out, in words."""
    held = (_holding(stage.not_needed, facts) for stage in rule.stages)
    return "; ".join(dict.fromkeys(one.words for one in held if one is not None))


def _why(approvers: Sequence[Approver]) -> str:
    """Why all of them are asked, each reason once."""
    return " or ".join(dict.fromkeys(who.why for who in approvers if who.why))
