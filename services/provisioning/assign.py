"""The step that gives the number: an order that takes the tenant a while, and must not be sent twice."""

from __future__ import annotations

from services.domain.errors import (
    LicenceMissing,
    NotPermitted,
    NumberTaken,
    NumberUnknown,
    TenantBusy,
    TenantRefused,
)
from services.domain.step import Step, StepStatus
from services.ports import AssignmentStatus, Clock, OperationStatus, Telephony, TenantNumber
from services.provisioning import unassign
from services.provisioning.facts import ASKED, CONTESTED, DOUBTED, EMERGENCY, OPERATION, moment, was_asked
from services.provisioning.outcome import Done, Outcome, Stuck, Taken, Waiting
from services.provisioning.pace import Pace
from services.provisioning.task import Task, within
from services.provisioning.whose import fault, is_anothers, is_theirs_by_now, is_theirs_in_teams
from services.provisioning.words import is_quoted, said

HAD_BY_SOMEBODY = "already been assigned"

NUMBER_AT_FAULT = (
    HAD_BY_SOMEBODY,
    "is not found from tenant",
    "is blocked from assignment",
    "cannot be assigned to a user",
)
"""Words of failures that another number would not meet. Graph publishes no catalogue; these are the texts
of Teams PowerShell for the same cases."""

PASSING = ("unavailable", "try again", "timed out", "timeout", "temporarily")
"""Words of failures that pass."""

IN_DOUBT = Waiting(
    why="It is not known whether Microsoft 365 took the order. Switchboard looks before it orders again."
)


WHOSE = Waiting(
    why="Microsoft 365 says that the number is assigned, perhaps by Switchboard's own order. "
    "Switchboard looks at whose it is."
)


class AssignNumber:
    """Gives the number in ``target`` to the person."""

    def __init__(self, telephony: Telephony, clock: Clock, pace: Pace) -> None:
        self._telephony = telephony
        self._clock = clock
        self._pace = pace

    async def look(self, task: Task) -> Outcome:
        """See whose the number is; follow the order that is under way, or send one."""
        listed = await self._telephony.number(task.step.target)
        if listed is not None and task.is_theirs(listed.assignment_target_id):
            return _theirs(task.step)
        contested = _contested(task.step, listed)
        if contested is not None:
            return await self._contest(task, contested)
        words = fault(listed)
        if listed is None or words:
            return Taken(words=words)
        if task.step.facts.get(OPERATION):
            return await self._follow(task)
        if self._in_doubt(task.step):
            return IN_DOUBT
        return await self._order(task, listed)

    async def undo(self, task: Task) -> Outcome:
        """Take the number away again, and wait until it is free."""
        return await unassign.undo(task, self._telephony, self._clock, self._pace)

    async def _order(self, task: Task, listed: TenantNumber) -> Outcome:
        now = self._clock.now().isoformat()
        await task.remember({**_doubted(task.step), ASKED: now})
        place = task.step.facts.get(EMERGENCY) or listed.location_id
        try:
            address = await self._telephony.assign(task.step.target, listed.type, task.person_id, place)
        except TenantBusy as busy:
            if not busy.facts.get("maybe_done", True):
                await task.remember({ASKED: None})
            raise
        except NotPermitted:
            await task.remember({ASKED: None})
            raise
        except TenantRefused as refused:
            return await self._refused(task, _refused(refused))
        await task.remember({OPERATION: address})
        return await self._follow(task) if address else _under_way()

    async def _follow(self, task: Task) -> Outcome:
        operation = await self._telephony.operation(task.step.facts[OPERATION])
        match operation.status:
            case OperationStatus.RUNNING:
                return _under_way()
            case OperationStatus.SUCCEEDED:
                return Done(changed=True)
            case OperationStatus.FAILED:
                return await self._refused(task, _failed(operation.words))
        if not self._in_doubt(task.step):
            await task.remember(_doubted(task.step))
        return Waiting(why="Microsoft 365 does not say how the order went. Switchboard looks at the number.")

    async def _refused(self, task: Task, outcome: Outcome) -> Outcome:
        """What a refusal means, which an earlier order that did arrive may have caused."""
        if DOUBTED in task.step.facts and await is_theirs_by_now(task, self._telephony):
            return Done(changed=True)
        settled: dict[str, str | None] = {ASKED: None, OPERATION: None}
        if DOUBTED in task.step.facts and isinstance(outcome, Taken) and outcome.is_had:
            await task.remember({**settled, CONTESTED: outcome.words})
            return WHOSE
        await task.remember(settled)
        return outcome

    async def _contest(self, task: Task, taken: Taken) -> Outcome:
        """Whose a number is that somebody has, although the tenant does not name them."""
        if await is_theirs_in_teams(task, self._telephony):
            return Done(changed=True)
        if within(moment(task.step, DOUBTED), self._pace.late_doubt, self._clock.now()):
            return WHOSE
        return taken

    def _in_doubt(self, step: Step) -> bool:
        return within(moment(step, ASKED), self._pace.doubt, self._clock.now())


def _under_way() -> Waiting:
    return Waiting(why="Microsoft 365 is assigning the number.")


def _theirs(step: Step) -> Done:
    if step.changed or was_asked(step):
        return Done(changed=True)
    return Done(status=StepStatus.NOTHING_TO_DO)


def _doubted(step: Step) -> dict[str, str | None]:
    """The facts of a step that stops to wait for its latest order: how that ends will not be known."""
    doubted = step.facts.get(ASKED) or step.facts.get(DOUBTED)
    return {ASKED: None, OPERATION: None, DOUBTED: doubted}


def _contested(step: Step, listed: TenantNumber | None) -> Taken | None:
    """What speaks for another owner, where that may be the beneficiary by an order in doubt."""
    if listed is None or is_anothers(listed):
        return None
    if CONTESTED in step.facts:
        return Taken(words=step.facts[CONTESTED], is_quoted=True, is_had=True)
    if DOUBTED in step.facts and listed.status is not AssignmentStatus.UNASSIGNED:
        return Taken(words=fault(listed), is_had=True)
    return None


def _refused(error: TenantRefused) -> Outcome:
    match error:
        case NumberTaken() | NumberUnknown():
            return Taken(words=said(error), is_quoted=is_quoted(error), is_had=isinstance(error, NumberTaken))
        case LicenceMissing():
            return _unlicensed(said(error))
        case _:
            return _failed(said(error))


def _failed(words: str) -> Outcome:
    lower = words.lower()
    if any(known in lower for known in NUMBER_AT_FAULT):
        return Taken(words=words, is_quoted=True, is_had=HAD_BY_SOMEBODY in lower)
    if "licen" in lower:
        return _unlicensed(words)
    if any(known in lower for known in PASSING):
        return Waiting(why=f"Microsoft 365 could not do it now ({words}). Switchboard tries again by itself.")
    return Stuck(
        words=words or "The assignment failed without a reason.",
        what_to_do="Ask a telecom admin to put it right in the Teams admin center.",
        is_quoted=bool(words),
    )


def _unlicensed(words: str) -> Waiting:
    """Entra shows a licence before Teams sees it; a calling plan may take a day [add-on licences docs]."""
    return Waiting(why=f"Teams does not see the licence yet ({words}).")
