"""Teams administration: policies given to a person, and the ids of policies."""

from __future__ import annotations

from typing import Any

from services.sandbox.call import NO_CONTENT, Call, Reply, only_fields, text_field
from services.sandbox.errors import GraphError, bad_request
from services.sandbox.records import Json, Person, PolicyGrant
from services.sandbox.router import Router
from services.sandbox.tenant import Tenant
from services.sandbox.voice import POLICY_TYPES

ROOT = "admin/teams/policy"
TYPE_NAME = "teamsAdministration.teamsPolicyUserAssignment"


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("POST", f"{ROOT}/userAssignments/assign", assign)
    router.add("POST", f"{ROOT}/userAssignments/unassign", unassign)
    router.add("GET", f"{ROOT}/getPolicyId", get_policy_id)


def _items(call: Call, fields: set[str]) -> list[Json]:
    body = call.object()
    only_fields(body, {"value"}, TYPE_NAME)
    items = body.get("value")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise bad_request("'value' needs a list of policy assignments.", "BadRequest")
    for item in items:
        only_fields(item, fields | {"id"}, TYPE_NAME)
        for name in sorted(fields):
            text_field(item, name)
    return items


def _person_and_type(tenant: Tenant, item: Json) -> tuple[Person, str]:
    person = tenant.people.get(item["userId"].lower())
    if person is None:
        raise GraphError(404, "NotFound", f"User '{item['userId']}' was not found.")
    if item["policyType"] not in POLICY_TYPES:
        raise bad_request(f"Policy type '{item['policyType']}' is not supported.", "BadRequest")
    return person, item["policyType"]


def assign(tenant: Tenant, call: Call) -> Reply:
    """Answer POST userAssignments/assign; all items or none."""
    grants: list[tuple[Person, PolicyGrant]] = []
    for item in _items(call, {"userId", "policyType", "policyId"}):
        person, policy_type = _person_and_type(tenant, item)
        policy = tenant.policies.get(item["policyId"])
        if policy is None or policy.policy_type != policy_type:
            raise GraphError(
                404, "NotFound", f"Policy '{item['policyId']}' of type '{policy_type}' was not found."
            )
        grants.append((person, PolicyGrant(policy_type=policy_type, policy_id=policy.id)))
    for person, grant in grants:
        others = [x for x in person.policies if x.policy_type != grant.policy_type]
        _set(tenant, call, person, [*others, grant])
        tenant.note(tenant.now(), "policy.assigned", person.id, grant.model_dump())
    return NO_CONTENT


def unassign(tenant: Tenant, call: Call) -> Reply:
    """Answer POST userAssignments/unassign; taking away what is not there changes nothing."""
    pairs = [_person_and_type(tenant, item) for item in _items(call, {"userId", "policyType"})]
    for person, policy_type in pairs:
        _set(tenant, call, person, [x for x in person.policies if x.policy_type != policy_type])
        tenant.note(tenant.now(), "policy.unassigned", person.id, {"policy_type": policy_type})
    return NO_CONTENT


def _set(tenant: Tenant, call: Call, person: Person, grants: list[PolicyGrant]) -> None:
    before: Any = [grant.model_dump() for grant in person.policies]
    tenant.remember(f"policies/{person.id}", before, tenant.now(), call.conditions.replication_s)
    person.policies = grants
    tenant.people.put(person)


def get_policy_id(tenant: Tenant, call: Call) -> Reply:
    """Answer GET getPolicyId(type='…',name='…'). Names are compared without case, with or without 'Tag:'."""
    policy_type, name = call.args.get("type"), call.args.get("name")
    if policy_type is None or name is None:
        raise bad_request("getPolicyId needs type and name.", "BadRequest")
    if policy_type not in POLICY_TYPES:
        raise bad_request(f"Policy type '{policy_type}' is not supported.", "BadRequest")
    wanted = name.removeprefix("Tag:").lower()
    rows = [
        {"name": f"Tag:{policy.name}", "policyId": policy.id}
        for policy in tenant.policies
        if policy.policy_type == policy_type and policy.name.lower() == wanted
    ]
    return Reply(
        body={"@odata.context": f"{call.base}/$metadata#Collection(policyIdentifierDetail)", "value": rows}
    )
