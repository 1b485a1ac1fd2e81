"""Teams administration: telephone numbers and the operations on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import quote

from services.sandbox.call import Call, Reply, only_fields, text_field
from services.sandbox.errors import GraphError, bad_request
from services.sandbox.filters import Schema
from services.sandbox.query import filtered, page, selection
from services.sandbox.records import NUMBER_HIDDEN, Json, Number
from services.sandbox.router import Router
from services.sandbox.telephony import NUMBER_TYPES, number_key, seen_number, start, status
from services.sandbox.tenant import Tenant
from services.sandbox.views import camel

ROOT = "admin/teams/telephoneNumberManagement"
_ONE_NUMBER = re.compile(r"telephoneNumber eq '\+(\d+)'")
CATEGORIES = {"primary", "private", "alternate"}
_FIELDS = frozenset(camel(name) for name in Number.model_fields if name not in NUMBER_HIDDEN)
_LISTS = frozenset({"capabilities", "supportedCustomerActions", "reverseNumberLookupOptions"})
_LATER = "unknownFutureValue"
"""Stands in each of Graph's enumerations for the members that it may get later."""
_ENUMS = {
    "numberType": frozenset({*NUMBER_TYPES.values(), "internalError", _LATER}),
    "activationState": frozenset(
        {"activated", "assignmentPending", "assignmentFailed", "updatePending", "updateFailed", _LATER}
    ),
    "capabilities": frozenset(
        {"conferenceAssignment", "voiceApplicationAssignment", "userAssignment", "teamsPhoneMobile", _LATER}
    ),
    "assignmentStatus": frozenset(
        {"unassigned", "internalError", "userAssigned", "conferenceAssigned", "voiceApplicationAssigned",
         "thirdPartyAppAssigned", "policyAssigned", _LATER}
    ),
    "assignmentCategory": frozenset({*CATEGORIES, _LATER}),
    "numberSource": frozenset({"online", "onPremises", _LATER}),
    "portInStatus": frozenset({"completed", "firmOrderCommitmentAccepted", _LATER}),
    "supportedCustomerActions": frozenset({"locationUpdate", "release", _LATER}),
    "reverseNumberLookupOptions": frozenset({"skipInternalVoip", _LATER}),
}  # fmt: skip
_EQ = frozenset({"eq", "ne", "in"})
NUMBER = Schema(
    name="teamsAdministration.numberAssignment",
    properties=_FIELDS,
    # every field can be filtered on, except id and city [doc list-numberassignments]
    filters={
        **dict.fromkeys(_FIELDS - _LISTS - {"id", "city"}, _EQ | {"startswith", "contains"}),
        **dict.fromkeys(_ENUMS.keys() - _LISTS, _EQ),
    },
    lists=dict.fromkeys(_LISTS, frozenset()),
    directory=False,
    enums=_ENUMS,
)


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    numbers = f"{ROOT}/numberAssignments"
    router.add("GET", numbers, list_numbers, "select filter top skip count")
    router.add("POST", f"{numbers}/assignNumber", assign_number)
    router.add("POST", f"{numbers}/unassignNumber", unassign_number)
    router.add("POST", f"{numbers}/updateNumber", update_number)
    router.add("GET", f"{numbers}/{{number}}", get_number, "select")
    router.add("GET", f"{ROOT}/operations/{{operation}}", get_operation, "select expand")


def list_numbers(tenant: Tenant, call: Call) -> Reply:
    """Answer GET numberAssignments: 500 a page unless asked otherwise, at most 1000; paged by $skip."""
    names = selection(call.query.get("$select"), NUMBER)
    rows = filtered(call, (seen_number(tenant, number) for number in _candidates(tenant, call)), NUMBER)
    body = page(call, rows, default=500, most=1000, by_skip=True)
    if names is not None:
        body["value"] = [{name: row[name] for name in ["id", *names]} for row in body["value"]]
    return Reply(body=body)


def _candidates(tenant: Tenant, call: Call) -> Iterable[Number]:
    """Return the numbers a filter can match: for a single number, asked most, no search is needed."""
    single = _ONE_NUMBER.fullmatch(call.query.get("$filter", ""))
    if single is None:
        return tenant.numbers
    number = tenant.numbers.get(single[1])
    return [] if number is None else [number]


def get_number(tenant: Tenant, call: Call) -> Reply:
    """Answer GET numberAssignments/{id}."""
    names = selection(call.query.get("$select"), NUMBER)
    number = tenant.numbers.get(call.args["number"])
    if number is None:
        raise _unknown(call.args["number"])
    view = seen_number(tenant, number)
    return Reply(body=view if names is None else {name: view[name] for name in ["id", *names]})


def _unknown(key: str) -> GraphError:
    return GraphError(404, "NotFound", f"The requested resource '{key}' was not found.")


def _order(body: Json) -> Json:
    shown = text_field(body, "telephoneNumber") or ""
    digits, _, extension = number_key(shown).partition(";ext=")
    if not (digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 15 and len(extension) <= 8):
        raise bad_request(
            f"Telephone number '{shown}' is not in E.164 form, such as +12065550100.", "BadRequest"
        )
    kind = NUMBER_TYPES.get((text_field(body, "numberType") or "").lower())
    if kind is None:
        raise bad_request(
            f"Requested value '{body['numberType']}' of 'numberType' was not found.", "BadRequest"
        )
    return body | {"numberType": kind}


def assign_number(tenant: Tenant, call: Call) -> Reply:
    """Answer POST assignNumber with 202 and the operation's address."""
    body = call.object()
    only_fields(
        body,
        {"telephoneNumber", "assignmentTargetId", "numberType", "assignmentCategory", "locationId"},
        "teamsAdministration.assignNumber",
    )
    order = _order(body)
    order["assignmentTargetId"] = (text_field(body, "assignmentTargetId") or "").lower()
    category = text_field(body, "assignmentCategory", required=False)
    text_field(body, "locationId", required=False)
    if category is not None and category not in CATEGORIES:
        raise bad_request(
            f"Requested value '{category}' of 'assignmentCategory' was not found.", "BadRequest"
        )
    return _accepted(tenant, call, "Assignment", order)


def unassign_number(tenant: Tenant, call: Call) -> Reply:
    """Answer POST unassignNumber with 202 and the operation's address."""
    body = call.object()
    only_fields(body, {"telephoneNumber", "numberType"}, "teamsAdministration.unassignNumber")
    return _accepted(tenant, call, "Unassignment", _order(body))


def _accepted(tenant: Tenant, call: Call, kind: Literal["Assignment", "Unassignment"], order: Json) -> Reply:
    operation = start(tenant, kind, order, call.conditions)
    detail = {"operation": operation.id, "target": operation.target_id}
    action = "number.assign" if kind == "Assignment" else "number.unassign"
    tenant.note(tenant.now(), action, operation.telephone_number, detail)
    return Reply(
        202, headers={"Location": f"{call.base}/{ROOT}/operations('{quote(operation.id, safe='=')}')"}
    )


def update_number(tenant: Tenant, call: Call) -> Reply:
    """Answer POST updateNumber: an empty string clears, null or nothing keeps; done at once."""
    body = call.object()
    only_fields(
        body,
        {"telephoneNumber", "locationId", "networkSiteId", "reverseNumberLookupOptions"},
        "teamsAdministration.updateNumber",
    )
    number = tenant.numbers.get(number_key(text_field(body, "telephoneNumber") or ""))
    if number is None:
        raise _unknown(str(body["telephoneNumber"]))
    location = text_field(body, "locationId", required=False)
    site = text_field(body, "networkSiteId", required=False)
    lookup = body.get("reverseNumberLookupOptions")
    if lookup is not None and not (isinstance(lookup, list) and all(isinstance(x, str) for x in lookup)):
        raise bad_request("'reverseNumberLookupOptions' needs a list of strings.", "BadRequest")
    tenant.remember(
        f"number/{number.id}", tenant.numbers.view(number), tenant.now(), call.conditions.replication_s
    )
    number.location_id = number.location_id if location is None else location or None
    number.network_site_id = number.network_site_id if site is None else site or None
    number.reverse_number_lookup_options = number.reverse_number_lookup_options if lookup is None else lookup
    tenant.numbers.put(number)
    tenant.note(tenant.now(), "number.updated", number.telephone_number, dict(body))
    return Reply(200)


def get_operation(tenant: Tenant, call: Call) -> Reply:
    """Answer GET operations/{id}."""
    operation = tenant.operations.get(call.args["operation"])
    if operation is None:
        raise _unknown(call.args["operation"])
    now_status: Any = status(tenant, operation)
    address = f"{call.base}/{ROOT}/numberAssignments/{number_key(operation.telephone_number)}"
    number = {
        "id": number_key(operation.telephone_number),
        "resourceLocation": address,
        "status": now_status,
        "statusDetail": operation.failure,
    }
    return Reply(
        body={
            "@odata.context": f"{call.base}/$metadata#{ROOT}/operations/$entity",
            "id": operation.id,
            "createdDateTime": operation.created_at.isoformat(),
            "status": now_status,
            "numbers": [number],
        }
    )
