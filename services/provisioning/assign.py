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
from services.provisioning.facts import ASKED, OPERATION, moment, was_asked
from services.provisioning.outcome import Done, Outcome, Stuck, Taken, Waiting
from services.provisioning.pace import Pace
from services.provisioning.task import Task, within
from services.provisioning.words import NOT_LISTED, SOMEBODY_ELSES, is_quoted, said

NUMBER_AT_FAULT = (
    "already been assigned",
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
        fault = _fault(listed)
        if listed is None or fault:
            return Taken(words=fault)
        if task.step.facts.get(OPERATION):
            return await self._follow(task)
        if self._in_doubt(task.step):
            return IN_DOUBT
        return await self._order(task, listed)

    async def undo(self, task: Task) -> Outcome:
        """Take the number away again, and wait until it is free."""
        return await unassign.undo(task, self._telephony, self._clock, self._pace)

    async def _order(self, task: Task, listed: TenantNumber) -> Outcome:
        doubtful = was_asked(task.step)
        await task.remember({ASKED: self._clock.now().isoformat(), OPERATION: None})
        try:
            address = await self._telephony.assign(
                task.step.target, listed.type, task.person_id, listed.location_id
            )
        except TenantBusy as busy:
            if not busy.facts.get("maybe_done", True) and not doubtful:
                await task.remember({ASKED: None})
            raise
        except NotPermitted:
            await task.remember({ASKED: None})
            raise
        except TenantRefused as refused:
            if doubtful and await self._is_theirs_in_teams(
                task
            ):  # refused because the first order did arrive
                return Done(changed=True)
            await task.remember({ASKED: None})
            return _refused(refused)
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
                await task.remember({ASKED: None, OPERATION: None})
                return _failed(operation.words)
        if not self._in_doubt(task.step):
            await task.remember({ASKED: None, OPERATION: None})
        return Waiting(why="Microsoft 365 does not say how the order went. Switchboard looks at the number.")

    async def _is_theirs_in_teams(self, task: Task) -> bool:
        voice = await self._telephony.configuration(task.person_id)
        return voice is not None and task.step.target in voice.numbers

    def _in_doubt(self, step: Step) -> bool:
        return within(moment(step, ASKED), self._pace.doubt, self._clock.now())


def _under_way() -> Waiting:
    return Waiting(why="Microsoft 365 is assigning the number.")


def _theirs(step: Step) -> Done:
    if step.changed or was_asked(step):
        return Done(changed=True)
    return Done(status=StepStatus.NOTHING_TO_DO)


def _fault(listed: TenantNumber | None) -> str:
    """Why a number that is not the person's cannot become theirs, or nothing."""
    if listed is None:
        return NOT_LISTED
    if listed.status is AssignmentStatus.USER:
        return SOMEBODY_ELSES
    if listed.status is not AssignmentStatus.UNASSIGNED:
        return "Microsoft 365 lists the number as in use."
    if not listed.assignable_to_users:
        return "Microsoft 365 lists the number as not for people."
    return ""


def _refused(error: TenantRefused) -> Outcome:
    match error:
        case NumberTaken() | NumberUnknown():
            return Taken(words=said(error), is_quoted=is_quoted(error))
        case LicenceMissing():
            return _unlicensed(said(error))
        case _:
            return _failed(said(error))


def _failed(words: str) -> Outcome:
    lower = words.lower()
    if any(known in lower for known in NUMBER_AT_FAULT):
        return Taken(words=words, is_quoted=True)
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
