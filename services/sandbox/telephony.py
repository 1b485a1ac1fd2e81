"""Numbers and the long-running operations that assign and unassign them.

Graph publishes no catalogue of failures; the texts follow those that Teams PowerShell gives for the same
case.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from services.sandbox.faults import Conditions
from services.sandbox.licensing import has_plan
from services.sandbox.records import NUMBER_HIDDEN, Json, Number, Operation
from services.sandbox.tenant import Tenant

NUMBER_TYPES = {
    "directrouting": "directRouting",
    "callingplan": "callingPlan",
    "operatorconnect": "operatorConnect",
}
CALLING_PLANS = ("MCOPSTN1", "MCOPSTN2", "MCOPSTN5")


def number_key(telephone_number: str) -> str:
    """Return the key of a number: its digits, with or without plus in front."""
    return telephone_number.strip().removeprefix("+")


def start(
    tenant: Tenant, kind: Literal["Assignment", "Unassignment"], order: Json, conditions: Conditions
) -> Operation:
    """Accept an order for a number: the checked fields of a request's body, in Graph's spelling."""
    now = tenant.now()
    number = tenant.numbers.get(number_key(order["telephoneNumber"]))
    operation = Operation(
        id=base64.b64encode(f"{kind}|{uuid.uuid4()}".encode()).decode(),
        kind=kind,
        number_id=None if number is None else number.id,
        telephone_number="+" + number_key(order["telephoneNumber"]),
        number_type=order["numberType"],
        target_id=order.get("assignmentTargetId"),
        category=order.get("assignmentCategory") or "primary",
        location_id=order.get("locationId"),
        created_at=now,
        runs_at=now + timedelta(seconds=conditions.operation_s / 4),
        ends_at=now + timedelta(seconds=conditions.operation_s),
        replication_s=conditions.replication_s,
    )
    tenant.operations.put(operation)
    tenant.schedule("operation", operation.id, operation.ends_at)
    return operation


def status(tenant: Tenant, operation: Operation) -> str:
    """Return where an operation is: notStarted, running, succeeded or failed."""
    if operation.done:
        return "failed" if operation.failure else "succeeded"
    return "notStarted" if tenant.now() < operation.runs_at else "running"


def finish(tenant: Tenant, operation_id: str, at: datetime) -> None:
    """End an operation: it takes effect, or it fails and says why."""
    operation = tenant.operations.get(operation_id)
    if operation is None or operation.done:
        return
    number = tenant.numbers.get(operation.number_id or "")
    refuse = _refuse_assign if operation.kind == "Assignment" else _refuse_unassign
    operation.failure = refuse(tenant, operation, number)
    operation.done = True
    tenant.operations.put(operation)
    if operation.failure is None and number is not None:
        _apply(tenant, operation, number, at)


def _apply(tenant: Tenant, operation: Operation, number: Number, at: datetime) -> None:
    before = tenant.numbers.view(number)
    if operation.kind == "Assignment":
        number.assignment_status = "userAssigned"
        number.assignment_target_id = operation.target_id
        number.assignment_category = operation.category
        number.location_id = operation.location_id or number.location_id
    else:
        number.assignment_status = "unassigned"
        number.assignment_target_id = None
        number.assignment_category = None
    if number.dump(without=NUMBER_HIDDEN) == before:
        return
    tenant.remember(f"number/{number.id}", before, at, operation.replication_s)
    tenant.numbers.put(number)
    action = "number.assigned" if operation.kind == "Assignment" else "number.unassigned"
    tenant.note(
        at, action, number.telephone_number, {"operation": operation.id, "target": operation.target_id}
    )


def _unusable(tenant: Tenant, operation: Operation, number: Number | None) -> str | None:
    shown = operation.telephone_number
    if number is None:
        return f"Telephone Number '{shown}' is not found from tenant '{tenant.id}'"
    if number.number_type != operation.number_type:
        return f"Telephone Number '{shown}' is of type '{number.number_type}', not '{operation.number_type}'"
    if number.number_source != "online":
        return f"Telephone Number '{shown}' is synchronized from on-premises and cannot be changed online"
    return None


def _refuse_assign(tenant: Tenant, operation: Operation, number: Number | None) -> str | None:
    unusable = _unusable(tenant, operation, number)
    if unusable is not None or number is None:
        return unusable
    taken = number.assignment_status != "unassigned" and number.assignment_target_id != operation.target_id
    if number.held_elsewhere or taken:
        return f"Telephone Number '{number.telephone_number}' has already been assigned to another user"
    if number.blocked:
        return f"Telephone Number '{number.telephone_number}' is blocked from assignment"
    if "userAssignment" not in number.capabilities:
        return f"Telephone Number '{number.telephone_number}' cannot be assigned to a user"
    return _refuse_target(tenant, operation, number)


def _refuse_target(tenant: Tenant, operation: Operation, number: Number) -> str | None:
    target = operation.target_id or ""
    person = tenant.people.get(target)
    if person is None or person.user_type == "Guest":
        return f"User '{target}' is not found or is not a user that can have a telephone number"
    if not person.account_enabled:
        return f"User '{target}' is disabled"
    shown_type = number.number_type[0].upper() + number.number_type[1:]
    licensed = has_plan(tenant, person, "MCOEV")
    if number.number_type == "callingPlan":
        licensed = licensed and has_plan(tenant, person, *CALLING_PLANS)
    if not licensed:
        return f"User '{target}' lacks appropriate licenses to assign a '{shown_type}' number"
    others = [n for n in numbers_of(tenant, target) if n.id != number.id]
    if any((n.assignment_category or "primary") == operation.category for n in others):
        return f"User '{target}' already has a {operation.category} telephone number"
    return None


def _refuse_unassign(tenant: Tenant, operation: Operation, number: Number | None) -> str | None:
    unusable = _unusable(tenant, operation, number)
    if unusable is not None or number is None:
        return unusable
    if number.assignment_status == "unassigned":
        return f"Telephone Number '{number.telephone_number}' is not assigned"
    return None


def numbers_of(tenant: Tenant, target_id: str) -> Iterator[Number]:
    """Yield the numbers that are assigned to a target, in truth."""
    return (n for n in tenant.numbers if n.assignment_target_id == target_id)


def seen_number(tenant: Tenant, number: Number) -> Json:
    """Return a numberAssignment as readers see it now."""
    return cast("Json", tenant.seen(f"number/{number.id}", None) or tenant.numbers.view(number))


def seen_numbers_of(tenant: Tenant, target_id: str) -> list[Json]:
    """Return the numberAssignments of a target as readers see them now."""
    near: list[Any] = [n for n in tenant.numbers if n.assignment_target_id == target_id]
    lagging = [r.id.removeprefix("number/") for r in list(tenant.replicas) if r.id.startswith("number/")]
    near += [n for n in map(tenant.numbers.get, lagging) if n is not None and n not in near]
    views = [seen_number(tenant, number) for number in near]
    return [view for view in views if view["assignmentTargetId"] == target_id]
