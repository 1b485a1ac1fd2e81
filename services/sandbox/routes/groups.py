"""Groups: list and read."""

from __future__ import annotations

from services.sandbox.call import Call, Reply
from services.sandbox.errors import not_found
from services.sandbox.query import filtered, page, selection
from services.sandbox.records import Group
from services.sandbox.router import Router
from services.sandbox.tenant import Tenant
from services.sandbox.views import GROUP, GROUP_DEFAULT, chosen, group_view


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("GET", "groups", list_groups, "select filter top skiptoken count")
    router.add("GET", "groups/{group}", get_group, "select")


def group_of(tenant: Tenant, call: Call) -> Group:
    """Return the group the path names. Raises GraphError 404."""
    group = tenant.groups.get(call.args["group"].lower())
    if group is None:
        raise not_found(call.args["group"])
    return group


def list_groups(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /groups."""
    names = selection(call.query.get("$select"), GROUP)
    rows = filtered(call, map(group_view, tenant.groups), GROUP)
    shown = [chosen(row, names, GROUP_DEFAULT) for row in rows]
    return Reply(body=page(call, shown, default=100, most=999))


def get_group(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /groups/{id}."""
    names = selection(call.query.get("$select"), GROUP)
    body = {"@odata.context": f"{call.base}/$metadata#groups/$entity"}
    return Reply(body=body | chosen(group_view(group_of(tenant, call)), names, GROUP_DEFAULT))
