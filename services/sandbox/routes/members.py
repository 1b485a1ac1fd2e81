"""Members of groups: list, add one by reference, add up to twenty at once, remove."""

from __future__ import annotations

from services.sandbox.call import NO_CONTENT, Call, Reply, only_fields
from services.sandbox.errors import bad_request, denied, not_found, unsupported_query
from services.sandbox.filters import Schema
from services.sandbox.membership import seen_members, seen_transitive_members, set_members
from services.sandbox.query import page, selection
from services.sandbox.records import Group
from services.sandbox.router import Router
from services.sandbox.routes.groups import group_of
from services.sandbox.routes.users import reference_id
from services.sandbox.tenant import Tenant
from services.sandbox.views import GROUP, USER, directory_object

ALREADY = (
    "One or more added object references already exist for the following modified properties: 'members'."
)
ANY_OBJECT = Schema("directoryObject", USER.properties | GROUP.properties, {}, {})


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    options = "select top skiptoken count"
    for path in ("members", "transitiveMembers", "owners"):
        router.add("GET", f"groups/{{group}}/{path}", list_members, options)
        router.add("GET", f"groups/{{group}}/{path}/user", list_people, options)
    router.add("POST", "groups/{group}/members/$ref", add_member)
    router.add("DELETE", "groups/{group}/members/{member}/$ref", remove_member)
    router.add("PATCH", "groups/{group}", add_members)


def list_members(tenant: Tenant, call: Call) -> Reply:
    """Answer GET members, transitiveMembers and owners."""
    return Reply(body=_members(tenant, call, people_only=False))


def list_people(tenant: Tenant, call: Call) -> Reply:
    """Answer the same lists cast to users, which group-list-members offers to advanced queries alone."""
    if not call.advanced:
        raise unsupported_query(
            "An OData cast needs the header 'ConsistencyLevel: eventual' and '$count=true'."
        )
    return Reply(body=_members(tenant, call, people_only=True))


def _members(tenant: Tenant, call: Call, *, people_only: bool) -> dict[str, object]:
    names = selection(call.query.get("$select"), ANY_OBJECT)
    group = group_of(tenant, call)
    if "/owners" in call.path:
        keys = group.owners
    elif "/transitiveMembers" in call.path:
        keys = seen_transitive_members(tenant, group)
    else:
        keys = seen_members(tenant, group)
    if people_only:
        keys = [key for key in keys if tenant.people.get(key) is not None]
    body = page(call, keys, default=100, most=999)
    objects = (directory_object(tenant, key, names) for key in body["value"])
    body["value"] = [shown for shown in objects if shown is not None]
    return body


def _by_hand(group: Group) -> None:
    if group.dynamic:
        raise denied()


def _existing(tenant: Tenant, key: str) -> str:
    if tenant.people.get(key) is None and tenant.groups.get(key) is None:
        raise not_found(key)
    return key


def add_member(tenant: Tenant, call: Call) -> Reply:
    """Answer POST members/$ref."""
    group, body = group_of(tenant, call), call.object()
    only_fields(body, set(), "directoryObject")
    _by_hand(group)
    key = _existing(tenant, reference_id(body.get("@odata.id")))
    _add(tenant, call, group, [key])
    return NO_CONTENT


def _add(tenant: Tenant, call: Call, group: Group, keys: list[str]) -> None:
    if group.id in keys:
        raise bad_request("A group cannot be a member of itself.")
    if len(set(keys)) < len(keys) or set(keys) & set(group.members):
        raise bad_request(ALREADY)
    set_members(tenant, group, [*group.members, *keys], call.conditions)
    for key in keys:
        tenant.note(tenant.now(), "member.added", group.id, {"member": key, "group": group.display_name})


def add_members(tenant: Tenant, call: Call) -> Reply:
    """Answer PATCH /groups/{id} with members@odata.bind: at most 20, all or nothing."""
    group, body = group_of(tenant, call), call.object()
    if set(body) - {"@odata.type"} != {"members@odata.bind"}:
        raise bad_request("Only 'members@odata.bind' of a group can be changed here.")
    references = body["members@odata.bind"]
    if not isinstance(references, list) or not references:
        raise bad_request("'members@odata.bind' needs a list of references.")
    if len(references) > 20:
        raise bad_request("The number of references in 'members@odata.bind' exceeds the limit of 20.")
    _by_hand(group)
    _add(tenant, call, group, [_existing(tenant, reference_id(reference)) for reference in references])
    return NO_CONTENT


def remove_member(tenant: Tenant, call: Call) -> Reply:
    """Answer DELETE members/{id}/$ref.

    The path without /$ref is no route: the real one deletes the user."""
    group, key = group_of(tenant, call), call.args["member"].lower()
    _by_hand(group)
    if key not in group.members:
        raise not_found(call.args["member"])
    set_members(tenant, group, [member for member in group.members if member != key], call.conditions)
    tenant.note(tenant.now(), "member.removed", group.id, {"member": key, "group": group.display_name})
    return NO_CONTENT
