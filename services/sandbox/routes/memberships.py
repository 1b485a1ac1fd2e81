"""What a person is a member of."""

from __future__ import annotations

from services.sandbox.call import Call, Reply, only_fields, text_list
from services.sandbox.errors import bad_request
from services.sandbox.membership import seen_groups_of
from services.sandbox.query import filtered, page, selection
from services.sandbox.router import Router
from services.sandbox.routes.users import person_of
from services.sandbox.tenant import Tenant
from services.sandbox.views import GROUP, GROUP_DEFAULT, chosen, group_view

OPTIONS = "select filter top skiptoken count"


def add_routes(router: Router) -> None:
    """Add the routes of this file. Bare and cast paths answer alike: people are in groups only."""
    for path, handler in (("memberOf", list_direct), ("transitiveMemberOf", list_transitive)):
        router.add("GET", f"users/{{user}}/{path}", handler, OPTIONS)
        router.add("GET", f"users/{{user}}/{path}/group", handler, OPTIONS)
    router.add("POST", "users/{user}/checkMemberGroups", check_member_groups)
    router.add("POST", "users/{user}/getMemberGroups", get_member_groups)
    router.add("POST", "users/{user}/getMemberObjects", get_member_groups)


def list_direct(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /users/{id}/memberOf."""
    return _groups(tenant, call, transitive=False)


def list_transitive(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /users/{id}/transitiveMemberOf."""
    return _groups(tenant, call, transitive=True)


def _groups(tenant: Tenant, call: Call, *, transitive: bool) -> Reply:
    names = selection(call.query.get("$select"), GROUP)
    groups = seen_groups_of(tenant, person_of(tenant, call).id, transitive=transitive)
    rows = filtered(call, map(group_view, groups), GROUP)
    shown = [{"@odata.type": "#microsoft.graph.group"} | chosen(row, names, GROUP_DEFAULT) for row in rows]
    return Reply(body=page(call, shown, default=100, most=999))


def check_member_groups(tenant: Tenant, call: Call) -> Reply:
    """Answer POST checkMemberGroups: of at most 20 groups, those the person is in, through others too."""
    person, body = person_of(tenant, call), call.object()
    only_fields(body, {"groupIds"}, "directoryObject")
    wanted = [key.lower() for key in text_list(body, "groupIds", 20)]
    inside = {group.id for group in seen_groups_of(tenant, person.id, transitive=True)}
    return Reply(body={"value": [key for key in wanted if key in inside]})


def get_member_groups(tenant: Tenant, call: Call) -> Reply:
    """Answer POST getMemberGroups and getMemberObjects; every group here is a security group."""
    person, body = person_of(tenant, call), call.object()
    only_fields(body, {"securityEnabledOnly"}, "directoryObject")
    if not isinstance(body.get("securityEnabledOnly"), bool):
        raise bad_request(
            "Invalid value specified for property 'securityEnabledOnly': true or false is needed."
        )
    return Reply(body={"value": [g.id for g in seen_groups_of(tenant, person.id, transitive=True)]})
