"""The Teams policies that hold for a person: given directly, else by group, else the global one."""

from __future__ import annotations

from services.sandbox.membership import seen_members
from services.sandbox.records import Json, Person, PolicyGrant
from services.sandbox.tenant import Tenant

POLICY_TYPES = (
    "CallingLineIdentity",
    "OnlineVoiceRoutingPolicy",
    "TeamsAppSetupPolicy",
    "TeamsCallingPolicy",
    "TeamsEmergencyCallRoutingPolicy",
    "TeamsEmergencyCallingPolicy",
    "TeamsMeetingPolicy",
    "TeamsMessagingPolicy",
    "TeamsSharedCallingRoutingPolicy",
    "TeamsVoiceApplicationsPolicy",
    "TenantDialPlan",
)


def _entry(tenant: Tenant, policy_type: str, policy_id: str, how: str, group_id: str | None) -> Json:
    policy = tenant.policies.get(policy_id)
    assignment = {
        "displayName": policy.name if policy is not None else policy_id,
        "assignmentType": how,
        "policyId": policy_id,
        "groupId": group_id,
    }
    return {"policyType": policy_type, "policyAssignment": assignment}


def effective_policies(tenant: Tenant, person: Person) -> list[Json]:
    """Return the policies that hold, one a type at most; nested groups do not count.

    A type where only the tenant's global policy holds is left out: Graph's assignmentType knows direct and
    group alone, so there is no documented way to show it.
    """
    found: dict[str, Json] = {}
    for group in tenant.groups:
        if group.policies and person.id in seen_members(tenant, group):
            for grant in group.policies:
                entry = _entry(tenant, grant.policy_type, grant.policy_id, "group", group.id)
                found.setdefault(grant.policy_type, entry)
    held = tenant.seen(f"policies/{person.id}", [grant.model_dump() for grant in person.policies])
    for grant in map(PolicyGrant.model_validate, held):
        found[grant.policy_type] = _entry(tenant, grant.policy_type, grant.policy_id, "direct", None)
    return [found[policy_type] for policy_type in sorted(found)]
