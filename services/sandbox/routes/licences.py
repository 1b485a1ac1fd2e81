"""Products of the tenant and what a person has of them."""

from __future__ import annotations

from services.sandbox.call import Call, Reply
from services.sandbox.licensing import consumed, held
from services.sandbox.query import page
from services.sandbox.records import Json, Sku
from services.sandbox.router import Router
from services.sandbox.routes.users import person_of
from services.sandbox.tenant import Tenant
from services.sandbox.views import USER_DEFAULT, chosen, user_view


def add_routes(router: Router) -> None:
    """Add the routes of this file."""
    router.add("GET", "subscribedSkus", list_skus)
    router.add("GET", "users/{user}/licenseDetails", list_details)
    router.add("POST", "users/{user}/reprocessLicenseAssignment", reprocess)


def _plans(sku: Sku) -> list[Json]:
    return [
        {
            "servicePlanId": p.id,
            "servicePlanName": p.name,
            "provisioningStatus": "Success",
            "appliesTo": "User",
        }
        for p in sku.plans
    ]


def list_skus(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /subscribedSkus."""
    rows = [
        {
            "id": f"{tenant.id}_{sku.id}",
            "accountName": tenant.domain.partition(".")[0],
            "accountId": tenant.id,
            "appliesTo": "User",
            "capabilityStatus": "Enabled",
            "consumedUnits": consumed(tenant, sku.id),
            "prepaidUnits": {"enabled": sku.units, "lockedOut": 0, "suspended": 0, "warning": 0},
            "servicePlans": _plans(sku),
            "skuId": sku.id,
            "skuPartNumber": sku.part_number,
            "subscriptionIds": [],
        }
        for sku in tenant.skus
    ]
    return Reply(body=page(call, rows, default=999, most=999))


def list_details(tenant: Tenant, call: Call) -> Reply:
    """Answer GET /users/{id}/licenseDetails."""
    person = person_of(tenant, call)
    rows = [
        {"id": sku.id, "skuId": sku.id, "skuPartNumber": sku.part_number, "servicePlans": _plans(sku)}
        for sku in tenant.skus
        if held(person, sku.id)
    ]
    return Reply(body=page(call, rows, default=999, most=999))


def reprocess(tenant: Tenant, call: Call) -> Reply:
    """Answer POST reprocessLicenseAssignment: the person's group licences are looked at again."""
    person = person_of(tenant, call)
    tenant.schedule("licences", person.id, tenant.now())
    tenant.note(tenant.now(), "licences.reprocessed", person.id, {})
    return Reply(body=chosen(user_view(tenant, person), None, USER_DEFAULT))
