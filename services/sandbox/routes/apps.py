"""Teams apps: the catalogue, and what is installed for a person."""

from __future__ import annotations

import uuid

from services.sandbox.call import Call, Reply, only_fields, text_field
from services.sandbox.errors import GraphError, bad_request
from services.sandbox.filters import Schema
from services.sandbox.licensing import has_plan
from services.sandbox.query import expansion, filtered, page, selection
from services.sandbox.records import CatalogueApp, Json, Person
from services.sandbox.router import Router
from services.sandbox.routes.users import person_of
from services.sandbox.tenant import Tenant

_EQ = frozenset({"eq", "in"})
APP = Schema(
    "teamsApp",
    frozenset({"id", "externalId", "displayName", "distributionMethod"}),
    {"id": _EQ, "externalId": _EQ, "displayName": _EQ | {"startswith"}, "distributionMethod": _EQ},
    {},
    directory=False,
)
INSTALLED = Schema(
    "teamsAppInstallation",
    frozenset({"id", "teamsApp/id", "teamsApp/externalId", "teamsApp/displayName"}),
    {"teamsApp/id": _EQ, "teamsApp/externalId": _EQ, "teamsApp/displayName": _EQ},
    {},
    directory=False,
)


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    installed = "users/{user}/teamwork/installedApps"
    router.add("GET", "appCatalogs/teamsApps", list_catalogue, "filter select")
    router.add("GET", installed, list_installed, "filter expand")
    router.add("POST", installed, install)
    router.add("DELETE", f"{installed}/{{installation}}", uninstall)
    router.add("GET", f"{installed}/{{installation}}/chat", get_chat)


def _teams_user(tenant: Tenant, call: Call) -> Person:
    person = person_of(tenant, call)
    if person.user_type == "Guest" or not person.account_enabled or not has_plan(tenant, person, "TEAMS1"):
        raise GraphError(
            403, "Forbidden", f"User '{person.id}' cannot use Teams: no licence, a guest, or disabled."
        )
    return person


def list_catalogue(tenant: Tenant, call: Call) -> Reply:
    """Answer GET appCatalogs/teamsApps."""
    names = selection(call.query.get("$select"), APP) or sorted(APP.properties)
    rows = filtered(call, (app.dump() for app in tenant.apps), APP)
    return Reply(body=page(call, [{n: r[n] for n in ["id", *names]} for r in rows], default=999, most=999))


def _row(installation: str, app: CatalogueApp) -> Json:
    shown = app.dump()
    return {"id": installation, "teamsApp": shown} | {
        f"teamsApp/{key}": value for key, value in shown.items()
    }


def list_installed(tenant: Tenant, call: Call) -> Reply:
    """Answer GET installedApps; the app itself comes with $expand=teamsApp."""
    person = _teams_user(tenant, call)
    expanded = "$expand" in call.query and expansion(
        call.query["$expand"], {"teamsApp"}, "teamsAppInstallation"
    )
    apps = ((key, tenant.apps.get(app_id)) for key, app_id in person.apps.items())
    rows = filtered(call, (_row(key, app) for key, app in apps if app is not None), INSTALLED)
    shown = [{"id": row["id"]} | ({"teamsApp": row["teamsApp"]} if expanded else {}) for row in rows]
    return Reply(body=page(call, shown, default=999, most=999))


def install(tenant: Tenant, call: Call) -> Reply:
    """Answer POST installedApps: 201, or 409 when the person has it."""
    person, body = _teams_user(tenant, call), call.object()
    only_fields(
        {k: v for k, v in body.items() if k != "teamsApp@odata.bind"}, set(), "userScopeTeamsAppInstallation"
    )
    address = text_field(body, "teamsApp@odata.bind") or ""
    if "/appCatalogs/teamsApps/" not in address:
        raise bad_request("'teamsApp@odata.bind' must end in appCatalogs/teamsApps/{id}.", "BadRequest")
    app_id = address.rpartition("/")[2]
    if tenant.apps.get(app_id) is None:
        raise GraphError(404, "NotFound", f"App '{app_id}' is not found in the catalogue.")
    if app_id in person.apps.values():
        raise GraphError(409, "Conflict", "App entitlement already exists.")
    key = str(uuid.uuid5(uuid.UUID(person.id), app_id))
    person.apps = person.apps | {key: app_id}
    tenant.people.put(person)
    tenant.note(tenant.now(), "app.installed", person.id, {"app": app_id})
    return Reply(201, headers={"Location": f"{call.base}{call.path}/{key}"})


def _installed(tenant: Tenant, call: Call) -> tuple[Person, str]:
    person, key = _teams_user(tenant, call), call.args["installation"]
    if key not in person.apps:
        raise GraphError(404, "NotFound", f"App installation '{key}' was not found.")
    return person, key


def uninstall(tenant: Tenant, call: Call) -> Reply:
    """Answer DELETE installedApps/{id}."""
    person, key = _installed(tenant, call)
    app_id = person.apps[key]
    person.apps = {k: v for k, v in person.apps.items() if k != key}
    tenant.people.put(person)
    tenant.note(tenant.now(), "app.removed", person.id, {"app": app_id})
    return Reply(204)


def get_chat(tenant: Tenant, call: Call) -> Reply:
    """Answer GET installedApps/{id}/chat: the one-to-one chat of person and bot."""
    person, key = _installed(tenant, call)
    app = tenant.apps.get(person.apps[key])
    chat_id = f"19:{person.id}_{app.external_id if app else key}@unq.gbl.spaces"
    return Reply(body={"id": chat_id, "chatType": "oneOnOne", "topic": None, "tenantId": tenant.id})
