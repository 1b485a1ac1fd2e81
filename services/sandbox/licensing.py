"""Group-based licensing: members of a group get its licences after a while, as long as there are any.

Nested groups are not followed, as in Entra. A licence that could not be given stays wanted and is tried again
when one is freed (Microsoft's "resolve group licensing problems").
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from services.sandbox.records import Licence, Person, ServicePlan, Sku
from services.sandbox.tenant import Tenant

CALLING_PLAN_SKUS = frozenset({"MCOPSTN1", "MCOPSTN2", "MCOTEAMS_ESSENTIALS"})
CALLING_PLAN_COUNTRIES = frozenset(
    [
        "AT",
        "AU",
        "BE",
        "CA",
        "CH",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "HR",
        "HU",
        "IE",
        "IT",
        "JP",
        "LT",
        "LU",
        "LV",
        "MX",
        "NL",
        "NO",
        "NZ",
        "PL",
        "PR",
        "PT",
        "RO",
        "SE",
        "SG",
        "SI",
        "SK",
        "US",
        "ZA",
    ]
)
"""Where Microsoft sells calling plans [mem]. Without a usage location the tenant's holds, which is one."""


def held(person: Person, sku_id: str) -> bool:
    """Whether the person has the licence, from whichever source."""
    return any(licence.sku_id == sku_id and licence.state == "Active" for licence in person.licences)


def consumed(tenant: Tenant, sku_id: str) -> int:
    """Return how many people hold the licence."""
    return sum(held(person, sku_id) for person in tenant.people)


def service_plans(tenant: Tenant, person: Person) -> list[ServicePlan]:
    """Return the service plans the person has, each once, by name."""
    plans: dict[str, ServicePlan] = {}
    for licence in person.licences:
        sku = tenant.skus.get(licence.sku_id)
        if licence.state == "Active" and sku is not None:
            plans.update({plan.name: plan for plan in sku.plans})
    return [plans[name] for name in sorted(plans)]


def has_plan(tenant: Tenant, person: Person, *names: str) -> bool:
    """Whether the person has one of the named service plans, whichever product brought it."""
    return any(plan.name in names for plan in service_plans(tenant, person))


def evaluate(tenant: Tenant, person_id: str, at: datetime) -> None:
    """Give and take a person's group licences according to the groups they are in at this time."""
    person = tenant.people.get(person_id)
    if person is None:
        return
    wanted = {
        (sku_id, group.id)
        for group in tenant.groups
        if person.id in group.members
        for sku_id in group.sku_ids
    }
    before = {licence.sku_id for licence in person.licences if licence.state == "Active"}
    kept = [x for x in person.licences if x.group_id is None or (x.sku_id, x.group_id) in wanted]
    known = {(x.sku_id, x.group_id) for x in kept if x.state == "Active"}
    since = {(x.sku_id, x.group_id): x.at for x in kept if x.state == "Error"}
    person.licences = [x for x in kept if x.group_id is None or x.state == "Active"]
    for sku_id, group_id in sorted(wanted - known):
        error = _refusal(tenant, person, sku_id)
        state: Literal["Active", "Error"] = "Error" if error else "Active"
        asked = since.get((sku_id, group_id), at) if error else at
        person.licences.append(Licence(sku_id=sku_id, group_id=group_id, state=state, error=error, at=asked))
    tenant.people.put(person)
    for sku_id in sorted(before - {x.sku_id for x in person.licences if x.state == "Active"}):
        _offer_freed(tenant, sku_id, at)


def _refusal(tenant: Tenant, person: Person, sku_id: str) -> str | None:
    sku = tenant.skus.get(sku_id)
    if sku is None:
        return "Other"
    elsewhere = person.usage_location is not None and person.usage_location not in CALLING_PLAN_COUNTRIES
    if sku.part_number in CALLING_PLAN_SKUS and elsewhere:
        return "ProhibitedInUsageLocationViolation"
    if not held(person, sku_id) and consumed(tenant, sku_id) >= sku.units:
        return "CountViolation"
    return None


def _offer_freed(tenant: Tenant, sku_id: str, at: datetime) -> None:
    waiting: list[tuple[datetime, str]] = [
        (licence.at, person.id)
        for person in tenant.people
        for licence in person.licences
        if licence.sku_id == sku_id and licence.error == "CountViolation"
    ]
    pause = timedelta(seconds=tenant.box.conditions("", "").licence_s)
    for _since, person_id in sorted(waiting):
        tenant.schedule("licences", person_id, at + pause)


def free_units(tenant: Tenant, sku: Sku) -> int:
    """Return how many licences of the product are left."""
    return sku.units - consumed(tenant, sku.id)
