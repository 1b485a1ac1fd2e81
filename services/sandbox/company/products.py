"""The products that the company bought. Ids are Microsoft's public SKU and service plan ids."""

from __future__ import annotations

from services.sandbox.records import ServicePlan, Sku

MCOEV = ServicePlan(
    id="4828c8ec-dc2e-4779-b502-87ac9ce28ab7", name="MCOEV", service="MicrosoftCommunicationsOnline"
)
MCOPSTN1 = ServicePlan(
    id="4ed3ff63-69d7-4fb7-b984-5aec7f605ca8", name="MCOPSTN1", service="MicrosoftCommunicationsOnline"
)
TEAMS1 = ServicePlan(id="57ff2da0-773e-42df-b2af-ffb7a2317929", name="TEAMS1", service="TeamspaceAPI")
EXCHANGE = ServicePlan(
    id="efb87545-963c-4e0d-99df-69c6916d9eb0", name="EXCHANGE_S_ENTERPRISE", service="exchange"
)
SHAREPOINT = ServicePlan(
    id="5dbe027f-2339-4123-9542-606e4d348a72", name="SHAREPOINTENTERPRISE", service="SharePoint"
)

E3 = "46c3a859-c90d-40b3-9551-6178a48d5c18"
TEAMS = "7e31c0d9-9551-471d-836f-32ee72be4a01"
PHONE = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
CALLING_PLAN = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
PHONE_WITH_PLAN = "ae2343d1-0999-43f6-ae18-d816516f6e78"
E5 = "c7df2760-2c81-4ef7-b578-5b5392b571df"

PRODUCTS = {
    E3: ("Office_365_E3_(no_Teams)", [EXCHANGE, SHAREPOINT]),
    TEAMS: ("Microsoft_Teams_Enterprise_New", [TEAMS1]),
    PHONE: ("MCOEV", [MCOEV]),
    CALLING_PLAN: ("MCOPSTN1", [MCOPSTN1]),
    PHONE_WITH_PLAN: ("MCOTEAMS_ESSENTIALS", [MCOEV, MCOPSTN1]),
    E5: ("ENTERPRISEPREMIUM", [EXCHANGE, SHAREPOINT, TEAMS1, MCOEV]),
}
SPARE = {E3: 25, TEAMS: 25, PHONE: 40, CALLING_PLAN: 15, PHONE_WITH_PLAN: 0, E5: 3}
"""Licences left over once everybody has theirs. Berlin's product has none: there, a newcomer waits."""


def sku(sku_id: str, units: int) -> Sku:
    """Return a product with so many licences."""
    part_number, plans = PRODUCTS[sku_id]
    return Sku(id=sku_id, part_number=part_number, plans=plans, units=units)
