"""Taking a number away again, as careful about orders sent twice as giving it."""

from __future__ import annotations

from services.domain.errors import NotPermitted, TenantBusy, TenantRefused
from services.domain.step import StepStatus
from services.ports import AssignmentStatus, Clock, OperationStatus, Telephony, TenantNumber
from services.provisioning.facts import ASKED, DOUBTED, OPERATION, UNASKED, UNDO_OPERATION, moment, was_asked
from services.provisioning.outcome import Done, Outcome, Stuck, Taken, Waiting
from services.provisioning.pace import Pace
from services.provisioning.task import Task, within
from services.provisioning.whose import is_theirs_in_teams
from services.provisioning.words import NOT_LISTED, SOMEBODY_ELSES, said

UNDONE = Done(status=StepStatus.UNDONE)
NOT_ASSIGNED = "is not assigned"
FREEING = Waiting(why="Microsoft 365 is taking the number back.")


async def undo(task: Task, telephony: Telephony, clock: Clock, pace: Pace) -> Outcome:
    """See whose the number is; follow the order that is under way, or send one."""
    return await _Unassignment(task, telephony, clock, pace).look()


class _Unassignment:
    def __init__(self, task: Task, telephony: Telephony, clock: Clock, pace: Pace) -> None:
        self._task = task
        self._telephony = telephony
        self._clock = clock
        self._pace = pace

    async def look(self) -> Outcome:
        facts = self._task.step.facts
        listed = await self._telephony.number(self._task.step.target)
        if listed is None:
            return Taken(words=NOT_LISTED)
        is_free = listed.status is AssignmentStatus.UNASSIGNED
        if not is_free and not self._task.is_theirs(listed.assignment_target_id):
            return Taken(words=SOMEBODY_ELSES)
        if facts.get(UNDO_OPERATION):
            return await self._follow(is_free=is_free)
        if self._in_doubt(UNASKED):
            return FREEING
        if is_free:
            if UNASKED in facts:
                return UNDONE
            unsettled = await self._unsettled()
            if unsettled is not None:
                return unsettled
        return await self._order(listed)

    async def _unsettled(self) -> Outcome | None:
        """What is to be said of a number that is shown as free while our order may still be under way."""
        step = self._task.step
        if step.changed:
            return None  # it was theirs: a read that lags hides it, so the tenant is asked in any case
        address = step.facts.get(OPERATION)
        status = (await self._telephony.operation(address)).status if address else None
        if status is OperationStatus.RUNNING:
            return self._settle_first()
        if status is OperationStatus.SUCCEEDED:
            return None
        if was_asked(step) and await is_theirs_in_teams(self._task, self._telephony):
            return None
        if self._in_doubt(DOUBTED, self._pace.late_doubt):
            return self._settle_first()
        if status is OperationStatus.FAILED:
            return UNDONE
        if self._in_doubt(ASKED, None if address else self._pace.late_doubt):
            return self._settle_first()
        return None if address else UNDONE

    async def _order(self, listed: TenantNumber) -> Outcome:
        await self._task.remember({UNASKED: self._clock.now().isoformat(), UNDO_OPERATION: None})
        try:
            address = await self._telephony.unassign(self._task.step.target, listed.type)
        except TenantBusy as busy:
            if not busy.facts.get("maybe_done", True):
                await self._task.remember({UNASKED: None})
            raise
        except NotPermitted:
            await self._task.remember({UNASKED: None})
            raise
        except TenantRefused as refused:
            return await self._failed(said(refused))
        await self._task.remember({UNDO_OPERATION: address})
        return FREEING

    async def _follow(self, *, is_free: bool) -> Outcome:
        operation = await self._telephony.operation(self._task.step.facts[UNDO_OPERATION])
        if operation.status is OperationStatus.SUCCEEDED and is_free:
            return UNDONE
        if operation.status is OperationStatus.FAILED:
            return await self._failed(operation.words)
        if operation.status is OperationStatus.UNKNOWN and not self._in_doubt(UNASKED):
            await self._task.remember({UNASKED: None, UNDO_OPERATION: None})
        return FREEING

    async def _failed(self, words: str) -> Outcome:
        if NOT_ASSIGNED in words.lower():
            return UNDONE
        await self._task.remember({UNASKED: None, UNDO_OPERATION: None})
        return Stuck(
            words=words or "The number could not be taken back, without a reason.",
            what_to_do="Ask a telecom admin to take the number back in the Teams admin center.",
            is_quoted=bool(words),
        )

    def _settle_first(self) -> Waiting:
        return Waiting(why="Microsoft 365 is still at the order; it is taken back when it has ended.")

    def _in_doubt(self, fact: str, seconds: float | None = None) -> bool:
        return within(moment(self._task.step, fact), seconds or self._pace.doubt, self._clock.now())
