"""Teams administration: what holds for a person's calling, read back."""

from __future__ import annotations

from services.sandbox.call import Call, Reply
from services.sandbox.errors import GraphError
from services.sandbox.filters import Schema
from services.sandbox.licensing import has_plan
from services.sandbox.query import filtered, page, selection
from services.sandbox.records import Json, Person
from services.sandbox.router import Router
from services.sandbox.telephony import CALLING_PLANS, seen_numbers_of
from services.sandbox.tenant import Tenant
from services.sandbox.voice import effective_policies

ROOT = "admin/teams/userConfigurations"
FIELDS = (
    "id", "tenantId", "userPrincipalName", "isEnterpriseVoiceEnabled", "featureTypes", "accountType",
    "telephoneNumbers", "effectivePolicyAssignments", "createdDateTime", "modifiedDateTime",
)  # fmt: skip
CONFIGURATION = Schema(
    name="teamsAdministration.teamsUserConfiguration",
    properties=frozenset(FIELDS),
    filters={
        "id": frozenset({"eq", "in"}),
        "userPrincipalName": frozenset({"eq", "in", "startswith"}),
        "isEnterpriseVoiceEnabled": frozenset({"eq"}),
        "accountType": frozenset({"eq"}),
    },
    lists={"featureTypes": frozenset(), "telephoneNumbers": frozenset({"telephoneNumber"})},
    directory=False,
)


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("GET", ROOT, list_configurations, "select filter top skiptoken count")
    router.add("GET", f"{ROOT}/{{user}}", get_configuration, "select")


def _view(tenant: Tenant, person: Person) -> Json:
    numbers = seen_numbers_of(tenant, person.id)
    features = [name for name, plans in (
        ("Teams", ("TEAMS1",)), ("PhoneSystem", ("MCOEV",)), ("CallingPlan", CALLING_PLANS)
    ) if has_plan(tenant, person, *plans)]  # fmt: skip
    return {
        "id": person.id,
        "tenantId": tenant.id,
        "userPrincipalName": person.user_principal_name,
        "isEnterpriseVoiceEnabled": bool(numbers),
        "featureTypes": features,
        "accountType": "guest" if person.user_type == "Guest" else "user",
        "telephoneNumbers": [
            {"telephoneNumber": n["telephoneNumber"], "assignmentCategory": n["assignmentCategory"]}
            for n in numbers
        ],
        "effectivePolicyAssignments": effective_policies(tenant, person),
        "createdDateTime": person.created_date_time.isoformat(),
        "modifiedDateTime": person.created_date_time.isoformat(),
    }


def list_configurations(tenant: Tenant, call: Call) -> Reply:
    """Answer GET userConfigurations."""
    names = selection(call.query.get("$select"), CONFIGURATION)
    rows = filtered(call, (_view(tenant, person) for person in tenant.people), CONFIGURATION)
    body = page(call, rows, default=100, most=999)
    if names is not None:
        body["value"] = [{name: row[name] for name in ["id", *names]} for row in body["value"]]
    return Reply(body=body)


def get_configuration(tenant: Tenant, call: Call) -> Reply:
    """Answer GET userConfigurations/{user id}. The key is the Entra object id alone."""
    names = selection(call.query.get("$select"), CONFIGURATION)
    person = tenant.people.get(call.args["user"].lower())
    if person is None:
        raise GraphError(404, "NotFound", f"User '{call.args['user']}' was not found.")
    view = _view(tenant, person)
    body = view if names is None else {name: view[name] for name in ["id", *names]}
    return Reply(body={"@odata.context": f"{call.base}/$metadata#{ROOT}/$entity"} | body)
