"""People and groups as Graph shows them."""

from __future__ import annotations

from services.sandbox.filters import Schema
from services.sandbox.licensing import service_plans
from services.sandbox.records import PERSON_HIDDEN, Group, Json, Person
from services.sandbox.tenant import Tenant

_EQ = frozenset({"eq", "ne", "in"})
_TEXT = _EQ | {"startswith", "endswith"}

USER_DEFAULT = (
    "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone",
    "officeLocation", "preferredLanguage", "surname", "userPrincipalName",
)  # fmt: skip
_USER_EMPTY: Json = {
    "ageGroup": None, "employeeHireDate": None, "employeeId": None, "faxNumber": None, "imAddresses": [],
    "mailNickname": None,
    "onPremisesExtensionAttributes": {f"extensionAttribute{i}": None for i in range(1, 16)},
    "onPremisesImmutableId": None, "onPremisesSyncEnabled": None, "otherMails": [], "postalCode": None,
    "proxyAddresses": [], "state": None, "streetAddress": None,
}  # fmt: skip
_USER_LICENSING = frozenset(
    {"assignedLicenses", "assignedPlans", "licenseAssignmentStates", "provisionedPlans"}
)
USER_EDITABLE = {
    "accountEnabled", "city", "country", "department", "displayName", "employeeOrgData", "employeeType",
    "givenName", "jobTitle", "officeLocation", "surname", "usageLocation",
}  # fmt: skip
_USER_OWN = Person.model_fields.keys() - PERSON_HIDDEN


def camel(name: str) -> str:
    """Return a field name in Graph's spelling."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


USER = Schema(
    name="user",
    properties=frozenset({camel(name) for name in _USER_OWN} | set(_USER_EMPTY) | _USER_LICENSING),
    filters={
        **dict.fromkeys(
            ("city", "country", "department", "displayName", "givenName", "jobTitle", "mail",
             "officeLocation",
             "surname", "usageLocation", "userPrincipalName", "employeeId"), _TEXT
        ),
        **dict.fromkeys(("id", "accountEnabled", "userType", "companyName", "employeeType"), _EQ),
    },
    lists={
        "assignedLicenses": frozenset({"skuId"}),
        "assignedPlans": frozenset({"servicePlanId", "capabilityStatus"}),
    },
)  # fmt: skip
GROUP_DEFAULT = (
    "id", "createdDateTime", "description", "displayName", "groupTypes", "isAssignableToRole",
    "isManagementRestricted", "mail", "mailEnabled", "mailNickname", "membershipRule",
    "membershipRuleProcessingState", "onPremisesSyncEnabled", "proxyAddresses", "securityEnabled",
    "visibility",
)  # fmt: skip
GROUP = Schema(
    name="group",
    properties=frozenset({*GROUP_DEFAULT, "assignedLicenses", "resourceProvisioningOptions"}),
    filters={
        **dict.fromkeys(("displayName", "mailNickname", "description"), _TEXT),
        **dict.fromkeys(("id", "securityEnabled", "mailEnabled", "onPremisesSyncEnabled"), _EQ),
    },
    lists={"groupTypes": frozenset(), "assignedLicenses": frozenset({"skuId"})},
)


def user_view(tenant: Tenant, person: Person) -> Json:
    """Return every property of a user."""
    view = tenant.people.view(person) | _USER_EMPTY
    view["mailNickname"] = person.user_principal_name.partition("@")[0]
    active = sorted({x.sku_id: x.at for x in person.licences if x.state == "Active"}.items())
    since = min((at for _sku, at in active), default=person.created_date_time).isoformat()
    plans = service_plans(tenant, person)
    view["assignedLicenses"] = [{"disabledPlans": [], "skuId": sku_id} for sku_id, _at in active]
    view["assignedPlans"] = [
        {
            "assignedDateTime": since,
            "capabilityStatus": "Enabled",
            "service": p.service,
            "servicePlanId": p.id,
        }
        for p in plans
    ]
    view["provisionedPlans"] = [
        {"capabilityStatus": "Enabled", "provisioningStatus": "Success", "service": p.service} for p in plans
    ]
    view["licenseAssignmentStates"] = [
        {
            "skuId": x.sku_id,
            "assignedByGroup": x.group_id,
            "disabledPlans": [],
            "state": x.state,
            "error": x.error or "None",
            "lastUpdatedDateTime": x.at.isoformat(),
        }
        for x in person.licences
    ]
    return view


def _group_types(group: Group) -> list[str]:
    kinds = (("Unified", group.unified), ("DynamicMembership", group.dynamic))
    return [kind for kind, is_so in kinds if is_so]


def group_view(group: Group) -> Json:
    """Return every property of a group."""
    return {
        "id": group.id,
        "createdDateTime": group.created_date_time.isoformat(),
        "description": group.description,
        "displayName": group.display_name,
        "groupTypes": _group_types(group),
        "isAssignableToRole": None,
        "isManagementRestricted": None,
        "mail": None,
        "mailEnabled": group.unified,
        "mailNickname": group.display_name.replace(" ", ""),
        "membershipRule": group.membership_rule,
        "membershipRuleProcessingState": "On" if group.dynamic else None,
        "onPremisesSyncEnabled": None,
        "proxyAddresses": [],
        "resourceProvisioningOptions": ["Team"] if group.unified else [],
        "securityEnabled": not group.unified,
        "visibility": None,
        "assignedLicenses": [{"disabledPlans": [], "skuId": sku_id} for sku_id in group.sku_ids],
    }


def chosen(view: Json, names: list[str] | None, default: tuple[str, ...]) -> Json:
    """Return the selected properties of a view; a person's or group's id always comes along."""
    picked = default if names is None else ["id", *names]
    return {name: view[name] for name in picked}


def directory_object(tenant: Tenant, key: str, names: list[str] | None = None) -> Json | None:
    """Return a person or group as a member of a collection of directory objects, or None when it is gone."""
    person, group = tenant.people.get(key), tenant.groups.get(key)
    if person is not None:
        known = None if names is None else [n for n in names if n in USER.properties]
        return {"@odata.type": "#microsoft.graph.user"} | chosen(
            user_view(tenant, person), known, USER_DEFAULT
        )
    if group is not None:
        known = None if names is None else [n for n in names if n in GROUP.properties]
        return {"@odata.type": "#microsoft.graph.group"} | chosen(group_view(group), known, GROUP_DEFAULT)
    return None
