"""Whose a number is, as the tenant's list and Teams tell it; the list lags."""

from __future__ import annotations

from services.ports import AssignmentStatus, Telephony, TenantNumber
from services.provisioning.task import Task
from services.provisioning.words import NOT_LISTED, SOMEBODY_ELSES


def is_anothers(listed: TenantNumber | None) -> bool:
    """Whether the tenant names somebody; asked only of numbers that are not listed as the beneficiary's."""
    return listed is not None and listed.assignment_target_id is not None


async def is_theirs_by_now(task: Task, telephony: Telephony) -> bool:
    """Whether the list or Teams shows the number as the beneficiary's. Raises TenantBusy, TenantRefused."""
    listed = await telephony.number(task.step.target)
    if listed is not None and task.is_theirs(listed.assignment_target_id):
        return True
    return await is_theirs_in_teams(task, telephony)


async def is_theirs_in_teams(task: Task, telephony: Telephony) -> bool:
    """Whether Teams has configured the number for the beneficiary. Raises TenantBusy, TenantRefused."""
    voice = await telephony.configuration(task.person_id)
    return voice is not None and task.step.target in voice.numbers


def fault(listed: TenantNumber | None) -> str:
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
