"""The steps about groups, licences and the last check; the number has a file of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.domain.errors import TenantRefused
from services.domain.step import StepKind, StepStatus
from services.ports import Clock, Directory, LicenceFault, Telephony
from services.provisioning import words
from services.provisioning.assign import AssignNumber
from services.provisioning.facts import ASKED, SINCE, moment, was_asked
from services.provisioning.licensed import is_licensed, plans_in
from services.provisioning.outcome import Done, Outcome, Waiting
from services.provisioning.pace import Pace
from services.provisioning.persona_steps import (
    FollowRule,
    LeaveGroup,
    ReleaseNumber,
    SetAttribute,
    bought_first,
)
from services.provisioning.policy_steps import AssignPolicy, RemovePolicy, VerifyPersona, WaitForPolicy
from services.provisioning.task import Task, Work, within

UNDONE = Done(status=StepStatus.UNDONE)
SHORTAGE = "CountViolation"


def works(directory: Directory, telephony: Telephony, clock: Clock, pace: Pace) -> Mapping[StepKind, Work]:
    """One of each kind."""
    return {
        StepKind.JOIN_GROUP: JoinGroup(directory, clock),
        StepKind.WAIT_FOR_LICENCE: WaitForLicence(directory, clock, pace),
        StepKind.ASSIGN_NUMBER: AssignNumber(telephony, clock, pace),
        StepKind.VERIFY: Verify(telephony),
        StepKind.SET_ATTRIBUTE: SetAttribute(directory, clock),
        StepKind.BE_ADMITTED: FollowRule(directory, is_in=True),
        StepKind.BE_DISMISSED: FollowRule(directory, is_in=False),
        StepKind.LEAVE_GROUP: LeaveGroup(directory, clock),
        StepKind.RELEASE_NUMBER: ReleaseNumber(telephony, clock, pace),
        StepKind.ASSIGN_POLICY: AssignPolicy(telephony, clock),
        StepKind.REMOVE_POLICY: RemovePolicy(telephony, clock),
        StepKind.WAIT_FOR_POLICY: WaitForPolicy(telephony),
        StepKind.VERIFY_PERSONA: VerifyPersona(directory, telephony),
    }


class JoinGroup:
    """Makes the person a member of a group."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    async def look(self, task: Task) -> Outcome:
        """Add, and read back. The tenant's "already a member" counts as read back, because reads may lag."""
        group_id, asked = task.step.target, was_asked(task.step)
        ours = task.step.changed or asked
        if await self._directory.is_member(group_id, task.person_id):
            return _joined(ours=ours)
        await task.remember({ASKED: self._clock.now().isoformat()})
        try:
            added = await self._directory.add_member(group_id, task.person_id)
        except TenantRefused:
            if not asked:
                await task.remember({ASKED: None})
            raise
        if not added:
            return _joined(ours=ours)
        if await self._directory.is_member(group_id, task.person_id):
            return Done(changed=True)
        return Waiting(why="Microsoft 365 has accepted it and will show it soon.")

    async def undo(self, task: Task) -> Outcome:
        """Leave the group. Asked of the tenant in any case: a read that lags could hide the membership."""
        await self._directory.remove_member(task.step.target, task.person_id)
        return UNDONE


class WaitForLicence:
    """Waits until service plans have reached the person.

    ``target`` lists the ways to be licensed (``licensed.py``).
    """

    def __init__(self, directory: Directory, clock: Clock, pace: Pace) -> None:
        self._directory = directory
        self._clock = clock
        self._pace = pace

    async def look(self, task: Task) -> Outcome:
        """Look at the person's plans, and at what the groups say when they cannot bring them."""
        licences = await self._directory.licences(task.person_id)
        if is_licensed(task.step.target, licences):
            return Done()
        unbought = bought_first(task)
        if unbought is not None:
            return unbought
        wanted = plans_in(task.step.target)
        faults = [fault for fault in licences.faults if fault.group_id in task.group_ids]
        fault = await self._about(wanted, faults)
        if fault is None:
            return Waiting(why="The group's licence is on its way; Entra takes some minutes for it.")
        return self._faulty(task, fault)

    async def _about(self, wanted: frozenset[str], faults: Sequence[LicenceFault]) -> LicenceFault | None:
        """The first fault of a SKU that has one of the plans: a group may bring others that matter less."""
        if not faults:
            return None
        bought = await self._directory.subscriptions()
        matter = {sku.sku_id.lower() for sku in bought if sku.plans & wanted}
        return next((fault for fault in faults if fault.sku_id.lower() in matter), None)

    def _faulty(self, task: Task, fault: LicenceFault) -> Outcome:
        """A shortage ends by itself as soon as a unit is free, so it is waited out with all patience."""
        stuck = words.unlicensable(fault.error)
        is_new = within(moment(task.step, SINCE), self._pace.fault_patience, self._clock.now())
        if is_new or fault.error == SHORTAGE:
            return Waiting(why=stuck.words, what_to_do=stuck.what_to_do)
        return stuck

    async def undo(self, task: Task) -> Outcome:  # noqa: ARG002 - all steps have one shape
        """Nothing: the licence goes with the group."""
        return UNDONE


class Verify:
    """Checks that Teams shows the number and lets the person dial."""

    def __init__(self, telephony: Telephony) -> None:
        self._telephony = telephony

    async def look(self, task: Task) -> Outcome:
        """Look at what Teams has configured; it follows the assignment after a while."""
        voice = await self._telephony.configuration(task.person_id)
        if voice is None:
            return Waiting(why="Teams does not know the person yet.")
        if task.step.subject not in voice.numbers:
            return Waiting(why="Teams does not show the number yet.")
        if not voice.voice_enabled:
            return Waiting(why="Teams has not enabled calling yet.")
        return Done()

    async def undo(self, task: Task) -> Outcome:  # noqa: ARG002
        """Nothing: a look changes nothing."""
        return UNDONE


def _joined(*, ours: bool) -> Done:
    return Done(changed=True) if ours else Done(status=StepStatus.NOTHING_TO_DO)
