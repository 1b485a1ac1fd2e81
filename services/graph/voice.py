"""From Teams administration's numbers, operations and configurations to those of the domain."""

from __future__ import annotations

import re
from urllib.parse import unquote

from services.domain.errors import (
    LicenceMissing,
    NumberTaken,
    NumberUnknown,
    TenantRefused,
)
from services.domain.number import NumberType
from services.graph import wire
from services.graph.errors import words_of
from services.ports import AssignmentStatus, Operation, OperationStatus, TenantNumber, VoiceConfiguration

_STATUS = {
    "notStarted": OperationStatus.RUNNING,
    "running": OperationStatus.RUNNING,
    "succeeded": OperationStatus.SUCCEEDED,
    "failed": OperationStatus.FAILED,
}
_ASSIGNED = {"unassigned": AssignmentStatus.UNASSIGNED, "userAssigned": AssignmentStatus.USER}
_TYPES = {member.value: member for member in NumberType}
_OPERATION_ID = re.compile(r"/operations(?:\('([^']+)'\)|/([^/?#]+))")


def number(listed: wire.Number) -> TenantNumber | None:
    """Return a number of the tenant; None for one of a type that cannot be given out."""
    number_type = _TYPES.get(listed.number_type or "")
    if number_type is None:
        return None
    return TenantNumber(
        telephone_number=with_plus(listed.telephone_number),
        type=number_type,
        status=_ASSIGNED.get(listed.assignment_status or "", AssignmentStatus.OTHER),
        assignment_target_id=listed.assignment_target_id.lower() if listed.assignment_target_id else None,
        city=listed.city,
        country=listed.iso_country_code,
        location_id=listed.location_id,
        assignable_to_users="userAssignment" in listed.capabilities,
    )


def with_plus(telephone_number: str) -> str:
    """Return a number in E.164 with its plus, whichever way the tenant wrote it."""
    return "+" + telephone_number.strip().removeprefix("+")


def operation_id(address: str) -> str | None:
    """Return the id in an operation's address, in either of OData's spellings; None when there is none."""
    match = _OPERATION_ID.search(address)
    return unquote(match[1] or match[2]) if match else None


def operation(answer: wire.Operation) -> Operation:
    """Return where an operation stands, wrapped in ``value`` or not.

    A status that is not known (``skipped`` is documented but in no schema) is never taken for success.
    """
    inner = answer.value or answer
    words = "; ".join(n.status_detail for n in inner.numbers if n.status_detail)
    return Operation(status=_STATUS.get(inner.status or "", OperationStatus.UNKNOWN), words=words)


def configuration(answer: wire.Configuration) -> VoiceConfiguration:
    """Return what Teams has configured for a person; policies by type, those with a name."""
    return VoiceConfiguration(
        voice_enabled=bool(answer.is_enterprise_voice_enabled),
        numbers=tuple(with_plus(n.telephone_number) for n in sorted(answer.telephone_numbers, key=_is_extra)),
        account_type=answer.account_type or "unknown",
        policies={
            policy.policy_type: policy.policy_assignment.display_name
            for policy in answer.effective_policy_assignments
            if policy.policy_assignment and policy.policy_assignment.display_name
        },
        by_group={
            policy.policy_type: policy.policy_assignment.group_id.lower()
            for policy in answer.effective_policy_assignments
            if policy.policy_assignment
            and policy.policy_assignment.assignment_type == "group"
            and policy.policy_assignment.group_id
        },
    )


def _is_extra(number: wire.AssignedNumber) -> bool:
    """Whether it is a number beside the primary one."""
    return number.assignment_category not in {None, "primary"}


def refusal(refused: TenantRefused, telephone_number: str) -> TenantRefused:
    """Say what a refusal of an order means.

    Graph publishes no catalogue of errors; the texts are those that Teams PowerShell gives for the same
    cases (github.com/MicrosoftDocs/office-docs-powershell, issues 8905, 8992 and 9432).
    """
    words = words_of(refused).lower()
    facts = {**refused.facts, "number": telephone_number}
    if "already been assigned" in words:
        return NumberTaken(**facts)
    if "telephone number" in words and "not found" in words:
        return NumberUnknown(**facts)
    if "licen" in words:
        return LicenceMissing(**facts)
    return refused
