"""From Graph's users, groups and licences to those of the domain."""

from __future__ import annotations

from services.domain.person import Person
from services.graph import wire
from services.ports import Group, LicenceFault, Licences, Subscription

USABLE = frozenset({"Enabled", "Warning"})
"""Capability states in which a plan works; Warning is the grace period after a subscription ran out."""
NO_FAULT = frozenset({None, "", "None"})
"""licenseAssignmentState.error of a licence without fault: null as documented, "None" as often seen."""
ASSIGNED = frozenset({"Active", "ActiveWithError"})
"""licenseAssignmentState.state of a licence that the person has."""


def person(user: wire.User) -> Person:
    """Return the person that a user is: enabled and a member, unless the account says otherwise."""
    return Person(
        id=user.id.lower(),
        display_name=user.display_name or user.user_principal_name,
        user_principal_name=user.user_principal_name,
        mail=user.mail,
        job_title=user.job_title,
        department=user.department,
        employee_type=user.employee_type,
        office_location=user.office_location,
        city=user.city,
        country=user.country,
        usage_location=user.usage_location,
        account_enabled=user.account_enabled is not False,
        user_type=user.user_type or "Member",
        cost_centre=user.employee_org_data.cost_center if user.employee_org_data else None,
    )


def chain(user: wire.Managed, most: int) -> tuple[Person, ...]:
    """Return the managers above a user, the direct one first; a circle ends where it would begin again."""
    seen = {user.id.lower()}
    managers: list[Person] = []
    above = user.manager
    while above is not None and len(managers) < most and above.id.lower() not in seen:
        seen.add(above.id.lower())
        managers.append(person(above))
        above = above.manager
    return tuple(managers)


def group(found: wire.Group) -> Group:
    """Return a group and whether members can be put into it through Graph.

    Rules fill dynamic groups, the directory on premises fills synchronised ones, and Exchange keeps those
    with mail that are no Microsoft 365 groups (learn.microsoft.com/graph/api/group-post-members).
    """
    dynamic = "DynamicMembership" in found.group_types
    exchange = bool(found.mail_enabled) and "Unified" not in found.group_types
    return Group(
        id=found.id.lower(),
        name=found.display_name,
        is_dynamic=dynamic,
        takes_members=not (dynamic or exchange or found.on_premises_sync_enabled),
        membership_rule=found.membership_rule,
        is_collaboration="Unified" in found.group_types or "Team" in found.resource_provisioning_options,
    )


def group_skus(found: wire.Group) -> frozenset[str]:
    """Return the SKUs that membership brings."""
    return frozenset(reference.sku_id.lower() for reference in found.assigned_licenses)


def licences(user: wire.Licensed) -> Licences:
    """Return usable plans and what keeps others away."""
    return Licences(
        plans=frozenset(
            plan.service_plan_id.lower() for plan in user.assigned_plans if plan.capability_status in USABLE
        ),
        faults=tuple(_faults(user)),
        brought=tuple(
            (state.sku_id.lower(), state.assigned_by_group.lower() if state.assigned_by_group else None)
            for state in user.license_assignment_states
            if state.state in ASSIGNED
        ),
    )


def _faults(user: wire.Licensed) -> list[LicenceFault]:
    found: list[LicenceFault] = []
    for state in user.license_assignment_states:
        if state.error in NO_FAULT and state.state != "Error":
            continue
        group_id = state.assigned_by_group.lower() if state.assigned_by_group else None
        error = "Other" if state.error in NO_FAULT else str(state.error)
        found.append(LicenceFault(sku_id=state.sku_id.lower(), group_id=group_id, error=error))
    return found


def subscription(sku: wire.Sku) -> Subscription:
    """Return a bought SKU."""
    return Subscription(
        sku_id=sku.sku_id.lower(),
        part_number=sku.sku_part_number,
        plans=frozenset(plan.service_plan_id.lower() for plan in sku.service_plans),
        enabled=sku.prepaid_units.enabled or 0,
        consumed=sku.consumed_units or 0,
    )
