"""Users: list, read, the chain of managers, and the attributes that rules look at."""

from __future__ import annotations

import re
from typing import Any

from services.sandbox.call import NO_CONTENT, Call, Reply, only_fields
from services.sandbox.errors import GraphError, bad_request, not_found, unsupported_query
from services.sandbox.membership import follow_rules
from services.sandbox.person_parts import OrgData
from services.sandbox.query import expansion, filtered, page, selection
from services.sandbox.records import Json, Person
from services.sandbox.router import Router
from services.sandbox.tenant import Tenant
from services.sandbox.views import USER, USER_DEFAULT, USER_EDITABLE, chosen, user_view

_ORG_DATA = {"division", "costCenter"}
_SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])")


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("GET", "users", list_users, "select filter top skiptoken count orderby expand")
    router.add("GET", "users/{user}", get_user, "select expand")
    router.add("PATCH", "users/{user}", update_user)
    router.add("GET", "users/{user}/manager", get_manager, "select")
    router.add("PUT", "users/{user}/manager/$ref", set_manager)
    router.add("DELETE", "users/{user}/manager/$ref", clear_manager)
    router.add("GET", "users/{user}/directReports", list_reports, "select top skiptoken count")
    router.add("GET", "me", refuse_me)


def person_of(tenant: Tenant, call: Call) -> Person:
    """Return the person the path names, by id or user principal name. Raises GraphError 404."""
    person = tenant.person(call.args["user"])
    if person is None:
        raise not_found(call.args["user"])
    return person


def list_users(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /users."""
    names = selection(call.query.get("$select"), USER)
    rows = filtered(call, (user_view(tenant, person) for person in tenant.people), USER)
    rows = _ordered(call, rows)
    body = page(call, [row["id"] for row in rows], default=100, most=999)
    people = [tenant.people.get(key) for key in body["value"]]
    body["value"] = [_entity(tenant, call, person, names) for person in people if person is not None]
    return Reply(body=body)


def _ordered(call: Call, rows: list[Json]) -> list[Json]:
    text = call.query.get("$orderby", "").strip()
    if not text:
        return rows
    name, _, direction = text.partition(" ")
    if name not in {"displayName", "userPrincipalName"} or direction not in {"", "asc", "desc"}:
        raise bad_request(f"Sorting by '{text}' is not supported for users.", "Request_UnsupportedQuery")
    if "$filter" in call.query and not call.advanced:
        raise unsupported_query("Sorting not supported for current query.")
    return sorted(rows, key=lambda row: str(row[name]).lower(), reverse=direction == "desc")


def get_user(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /users/{id or UPN}."""
    names = selection(call.query.get("$select"), USER)
    body = {"@odata.context": f"{call.base}/$metadata#users/$entity"}
    return Reply(body=body | _entity(tenant, call, person_of(tenant, call), names))


def _entity(tenant: Tenant, call: Call, person: Person, names: list[str] | None) -> Json:
    view = chosen(user_view(tenant, person), names, USER_DEFAULT)
    if "$expand" in call.query:
        _navigation, options = expansion(call.query["$expand"], {"manager"}, "user")
        inner = selection(options.get("$select"), USER)
        if inner is not None and "$levels" not in options:
            raise bad_request("$select inside $expand=manager requires $levels.", "Request_UnsupportedQuery")
        view |= _chain(tenant, person, _levels(options.get("$levels", "1")), inner)
    return view


def _levels(text: str) -> int:
    if text == "max":
        return 1000
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 1000:
        raise bad_request(f"Invalid value '{text}' for $levels: use 1 to 1000 or max.", "BadRequest")
    return int(text)


def _chain(tenant: Tenant, person: Person, levels: int, names: list[str] | None) -> Json:
    """Nest the managers upward; a loop of managers ends where it would begin again."""
    line: list[Person] = []
    above = tenant.people.get(person.manager_id or "")
    while above is not None and above not in line and above is not person and len(line) < levels:
        line.append(above)
        above = tenant.people.get(above.manager_id or "")
    nested: Json = {}
    for manager in reversed(line):
        view = chosen(user_view(tenant, manager), names, USER_DEFAULT)
        nested = {"manager": {"@odata.type": "#microsoft.graph.user"} | view | nested}
    return nested


def get_manager(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /users/{id}/manager."""
    names = selection(call.query.get("$select"), USER)
    manager = tenant.people.get(person_of(tenant, call).manager_id or "")
    if manager is None:
        raise not_found("manager")
    head = {
        "@odata.context": f"{call.base}/$metadata#directoryObjects/$entity",
        "@odata.type": "#microsoft.graph.user",
    }
    return Reply(body=head | chosen(user_view(tenant, manager), names, USER_DEFAULT))


def set_manager(tenant: Tenant, call: Call) -> Reply:
    """Answer PUT /users/{id}/manager/$ref."""
    person = person_of(tenant, call)
    key = reference_id(call.object().get("@odata.id"))
    manager = tenant.people.get(key)
    if manager is None:
        raise not_found(key)
    person.manager_id = manager.id
    tenant.people.put(person)
    tenant.note(tenant.now(), "manager.set", person.id, {"manager": manager.id})
    return NO_CONTENT


def clear_manager(tenant: Tenant, call: Call) -> Reply:
    """Answer DELETE /users/{id}/manager/$ref."""
    person = person_of(tenant, call)
    if person.manager_id is None:
        raise not_found("manager")
    person.manager_id = None
    tenant.people.put(person)
    tenant.note(tenant.now(), "manager.cleared", person.id, {})
    return NO_CONTENT


def list_reports(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /users/{id}/directReports."""
    names = selection(call.query.get("$select"), USER)
    person = person_of(tenant, call)
    rows = [
        {"@odata.type": "#microsoft.graph.user"} | chosen(user_view(tenant, report), names, USER_DEFAULT)
        for report in tenant.people
        if report.manager_id == person.id
    ]
    return Reply(body=page(call, rows, default=100, most=999))


def reference_id(value: Any) -> str:
    """Return the object id at the end of an @odata.id. Raises GraphError 400."""
    parts = value.split("/") if isinstance(value, str) else []
    if len(parts) < 3 or parts[-2] not in {"directoryObjects", "users", "groups"} or not parts[-1]:
        raise bad_request(
            "Invalid URL format specified in payload: @odata.id must end in directoryObjects/{id}."
        )
    return str(parts[-1]).lower()


def update_user(tenant: Tenant, call: Call) -> Reply:
    """Answer PATCH /users/{id} for the attributes that dynamic groups look at."""
    person = person_of(tenant, call)
    body = call.object()
    only_fields(body, set(USER.properties), "user")
    changes = {name: value for name, value in body.items() if not name.startswith("@odata.")}
    if not changes:
        raise bad_request("The request payload has no property to update.")
    for name, value in changes.items():
        _check_change(name, value)
    for name, value in changes.items():
        setattr(person, _SNAKE.sub("_", name).lower(), _new_value(person, name, value))
    tenant.people.put(person)
    tenant.note(tenant.now(), "user.updated", person.id, changes)
    follow_rules(tenant, person, call.conditions)
    return NO_CONTENT


def _new_value(person: Person, name: str, value: Any) -> Any:
    if name != "employeeOrgData" or value is None:
        return value
    before = person.employee_org_data.model_dump(by_alias=True) if person.employee_org_data else {}
    return OrgData.model_validate(before | value)  # what is not named of a complex type stays


def _check_change(name: str, value: Any) -> None:
    if name not in USER_EDITABLE:
        raise bad_request(f"Property '{name}' is read-only and cannot be set.")
    if name == "accountEnabled":
        fits = isinstance(value, bool)
    elif name == "usageLocation":
        fits = value is None or (isinstance(value, str) and re.fullmatch("[A-Z]{2}", value) is not None)
    elif name == "displayName":
        fits = isinstance(value, str) and 0 < len(value) <= 256
    elif name == "employeeOrgData":
        fits = value is None or (
            isinstance(value, dict) and set(value) <= _ORG_DATA and all(map(_is_text, value.values()))
        )
    else:
        fits = _is_text(value)
    if not fits:
        raise bad_request(f"Invalid value specified for property '{name}' of resource 'User'.")


def _is_text(value: Any) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= 128)


def refuse_me(_tenant: Tenant, _call: Call) -> Reply:
    """Answer GET /me: an application has no me."""
    raise GraphError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
