"""The steps that only a change of persona has, but for those about policies and the last check."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.domain.errors import TenantRefused
from services.domain.persona import attributes_of
from services.domain.step import StepStatus
from services.ports import Clock, Directory, OperationStatus, Telephony
from services.provisioning import unassign
from services.provisioning.assign import AssignNumber
from services.provisioning.facts import (
    ASKED,
    OPERATION,
    TASK,
    UNASKED,
    UNDO_OPERATION,
    moment,
    was_asked,
)
from services.provisioning.outcome import Done, Outcome, Stuck, Taken, Waiting
from services.provisioning.pace import Pace
from services.provisioning.task import Task, within

UNDONE = Done(status=StepStatus.UNDONE)
GIVE_ANOTHER = "Ask a telecom admin to give the person a number in Teams. Then Roll back."
SOON = Waiting(why="Microsoft 365 has accepted it and will show it soon.")


async def asked_once(task: Task, clock: Clock, ask: Callable[[], Awaitable[object]]) -> None:
    """Ask the tenant for a change, having written down that it may be ours. A refusal clears that."""
    first = not was_asked(task.step)
    await task.remember({ASKED: clock.now().isoformat()})
    try:
        await ask()
    except TenantRefused:
        if first:
            await task.remember({ASKED: None})
        raise


def done(task: Task) -> Done:
    """It is so, by Switchboard's doing or without it."""
    if task.step.changed or was_asked(task.step):
        return Done(changed=True)
    return Done(status=StepStatus.NOTHING_TO_DO)


class SetAttribute:
    """Writes the attribute in ``subject`` of the person's account."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    async def look(self, task: Task) -> Outcome:
        """Write it, and read it back."""
        if await self._is(task, task.step.target):
            return done(task)
        await asked_once(task, self._clock, lambda: self._write(task, task.step.target))
        return Done(changed=True) if await self._is(task, task.step.target) else SOON

    async def undo(self, task: Task) -> Outcome:
        """Write what was there before, unless somebody has changed it since."""
        if await self._is(task, task.step.target):
            await self._write(task, task.step.before or None)
        return UNDONE

    async def _is(self, task: Task, value: str) -> bool:
        person = await self._directory.person(task.person_id)
        return attributes_of(person).get(task.step.subject) == value

    async def _write(self, task: Task, value: str | None) -> None:
        await self._directory.set_attributes(task.person_id, {task.step.subject: value})


class FollowRule:
    """Waits until a dynamic group has admitted the person, or let them out."""

    def __init__(self, directory: Directory, *, is_in: bool) -> None:
        self._directory = directory
        self._is_in = is_in

    async def look(self, task: Task) -> Outcome:
        """Look whether the rule has been worked out; a task is for people, and is looked at once a run."""
        if await self._directory.is_member(task.step.target, task.person_id) is self._is_in:
            return Done(changed=TASK not in task.step.facts)
        if TASK in task.step.facts:
            words = f"{task.step.subject} takes and drops its members by a rule."
            return Stuck(words=words, what_to_do=task.step.facts[TASK], is_blocked=True)
        return Waiting(why="Entra works out the group's rule; that takes some minutes.")

    async def undo(self, task: Task) -> Outcome:
        """Wait until the rule has taken the person in again: the attributes are as they were by now.

        Being let out again is not waited for: nothing that is undone later needs it.
        """
        if self._is_in or await self._directory.is_member(task.step.target, task.person_id):
            return UNDONE
        return Waiting(why="Entra works out the group's rule; that takes some minutes.")


class LeaveGroup:
    """Ends the person's membership of a group."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    async def look(self, task: Task) -> Outcome:
        """Remove, and read back."""
        if not await self._directory.is_member(task.step.target, task.person_id):
            return done(task)
        group_id, person_id = task.step.target, task.person_id
        await asked_once(task, self._clock, lambda: self._directory.remove_member(group_id, person_id))
        if not await self._directory.is_member(group_id, person_id):
            return Done(changed=True)
        return SOON

    async def undo(self, task: Task) -> Outcome:
        """Join again. Asked of the tenant in any case: a read that lags could show the old membership."""
        await self._directory.add_member(task.step.target, task.person_id)
        return UNDONE


class ReleaseNumber:
    """Takes the person's old number away, so that the new one has room: Teams keeps one primary number.

    Until the new one works it stays the person's in the inventory, and nobody else is offered it.
    """

    def __init__(self, telephony: Telephony, clock: Clock, pace: Pace) -> None:
        self._telephony = telephony
        self._clock = clock
        self._pace = pace
        self._assign = AssignNumber(telephony, clock, pace)

    async def look(self, task: Task) -> Outcome:
        """Take it away, and wait until it is free; a number that is not theirs is left alone."""
        outcome = await unassign.undo(task, self._telephony, self._clock, self._pace)
        match outcome:
            case Taken():
                return Done(status=StepStatus.NOTHING_TO_DO)
            case Done() if UNASKED in task.step.facts:
                return Done(changed=True)
            case Done():  # somebody else had freed it before
                return Done(status=StepStatus.NOTHING_TO_DO)
        return outcome

    async def undo(self, task: Task) -> Outcome:
        """Give it to them again, once an order to take it away has ended: the list lags behind that."""
        if await self._is_leaving(task):
            return unassign.FREEING
        outcome = await self._assign.look(task)
        if isinstance(outcome, Taken | Stuck) and await self._has_another(task):
            return UNDONE  # people have seen to it: who has a number needs no other one back
        match outcome:
            case Done():
                return UNDONE
            case Taken(words=words, is_quoted=is_quoted):
                return Stuck(words=words, what_to_do=GIVE_ANOTHER, is_blocked=True, is_quoted=is_quoted)
        return outcome

    async def _has_another(self, task: Task) -> bool:
        voice = await self._telephony.configuration(task.person_id)
        return voice is not None and bool(set(voice.numbers) - {task.step.target})

    async def _is_leaving(self, task: Task) -> bool:
        """Whether our own order to take it away may still take effect."""
        facts = task.step.facts
        if UNASKED not in facts or ASKED in facts or facts.get(OPERATION):
            return False  # nothing was ordered, or the order to give it back is on its way already
        address = facts.get(UNDO_OPERATION)
        status = (await self._telephony.operation(address)).status if address else OperationStatus.UNKNOWN
        if status is OperationStatus.FAILED:
            return False
        if status is OperationStatus.RUNNING:
            return True
        listed = await self._telephony.number(task.step.target)
        is_theirs = listed is not None and task.is_theirs(listed.assignment_target_id)
        return is_theirs and within(moment(task.step, UNASKED), self._pace.doubt, self._clock.now())


def bought_first(task: Task) -> Stuck | None:
    """What people have to do before a licence can come at all."""
    if TASK not in task.step.facts:
        return None
    words = f"The organisation has not bought {task.step.subject}."
    return Stuck(words=words, what_to_do=task.step.facts[TASK], is_blocked=True)
