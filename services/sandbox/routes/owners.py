"""Owners of groups: add and remove by reference. The list is with that of the members."""

from __future__ import annotations

from services.sandbox.call import NO_CONTENT, Call, Reply, only_fields
from services.sandbox.errors import bad_request, not_found
from services.sandbox.router import Router
from services.sandbox.routes.groups import group_of
from services.sandbox.routes.users import reference_id
from services.sandbox.tenant import Tenant

ALREADY = "One or more added object references already exist for the following modified properties: 'owners'."
LAST = "The group must have at least one owner, hence this owner cannot be removed."


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("POST", "groups/{group}/owners/$ref", add_owner)
    router.add("DELETE", "groups/{group}/owners/{owner}/$ref", remove_owner)


def add_owner(tenant: Tenant, call: Call) -> Reply:
    """Answer POST owners/$ref. Groups with a rule have owners too, but only people can be one."""
    group, body = group_of(tenant, call), call.object()
    only_fields(body, set(), "directoryObject")
    key = reference_id(body.get("@odata.id"))
    if tenant.people.get(key) is None:
        raise not_found(key)
    if key in group.owners:
        raise bad_request(ALREADY)
    group.owners = [*group.owners, key]
    tenant.groups.put(group)
    tenant.note(tenant.now(), "owner.added", group.id, {"owner": key})
    return NO_CONTENT


def remove_owner(tenant: Tenant, call: Call) -> Reply:
    """Answer DELETE owners/{id}/$ref: the last one stays (group-delete-owners)."""
    group, key = group_of(tenant, call), call.args["owner"].lower()
    if key not in group.owners:
        raise not_found(call.args["owner"])
    if group.owners == [key]:
        raise bad_request(LAST)
    group.owners = [owner for owner in group.owners if owner != key]
    tenant.groups.put(group)
    tenant.note(tenant.now(), "owner.removed", group.id, {"owner": key})
    return NO_CONTENT
