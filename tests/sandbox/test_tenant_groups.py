"""Groups: by hand, by rule, and the licences that come with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.sandbox.company import EMPLOYEE
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id

if TYPE_CHECKING:
    from conftest import Api

MANCHESTER = "Prov_Teams_Phone_Manchester"
LONDON = "Prov_Teams_Phone_London"
BERLIN = "Prov_Teams_Phone_Berlin"


async def member_ids(api: Api, group: str) -> set[str]:
    body = (await api.get(f"/groups/{group_id(group)}/members?$top=999&$select=id")).body
    return {row["id"] for row in body["value"]}


async def test_a_group_is_found_by_its_name(api: Api) -> None:
    body = (await api.get("/groups", {"$filter": f"displayName eq '{LONDON}'"})).body
    assert [(g["groupTypes"], g["membershipRuleProcessingState"]) for g in body["value"]] == [
        (["DynamicMembership"], "On")
    ]
    none = await api.get("/groups", {"$filter": "displayName eq 'O''Brien'"})
    assert (none.status, none.body["value"]) == (200, [])
    dynamic = await api.get(
        "/groups", {"$filter": "groupTypes/any(c:c eq 'DynamicMembership')", "$select": "id"}
    )
    assert group_id(LONDON) in {row["id"] for row in dynamic.body["value"]}
    licences = (await api.get(f"/groups/{group_id(LONDON)}?$select=assignedLicenses")).body[
        "assignedLicenses"
    ]
    assert len(licences) == 1


async def test_joining_twice_is_refused_in_graphs_words(api: Api, employee: str) -> None:
    assert (await api.join(MANCHESTER, employee)).status == 204
    again = await api.join(MANCHESTER, employee)
    assert (again.status, again.code) == (400, "Request_BadRequest")
    assert again.message == (
        "One or more added object references already exist for the following modified properties: 'members'."
    )
    assert [entry.action for entry in api.tenant.log] == ["member.added"]


async def test_leaving_a_group_one_is_not_in(api: Api, employee: str) -> None:
    answer = await api.leave(MANCHESTER, employee)
    assert (answer.status, answer.code) == (404, "Request_ResourceNotFound")
    assert (await api.join(MANCHESTER, employee)).status == 204
    assert (await api.leave(MANCHESTER, employee)).status == 204
    assert EMPLOYEE.id not in await member_ids(api, MANCHESTER)


async def test_nobody_and_nonsense_cannot_join(api: Api) -> None:
    path = f"/groups/{group_id(MANCHESTER)}/members/$ref"
    unknown = {
        "@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/00000000-0000-0000-0000-000000000000"
    }
    assert (await api.post(path, unknown)).status == 404
    for body in ({}, {"@odata.id": 7}, {"@odata.id": "x"}, {"@odata.id": "a/b/c"}, {"member": EMPLOYEE.id}):
        assert (await api.post(path, body)).status == 400
    assert (await api.post("/groups/no-such-group/members/$ref", unknown)).status == 404


async def test_a_dynamic_group_takes_nobody_by_hand(api: Api, employee: str) -> None:
    for answer in (await api.join(LONDON, employee), await api.leave(LONDON, "Debra Berger")):
        assert (answer.status, answer.code) == (403, "Authorization_RequestDenied")
        assert answer.message == "Insufficient privileges to complete the operation."
    bind = {"members@odata.bind": [f"https://graph.microsoft.com/v1.0/directoryObjects/{EMPLOYEE.id}"]}
    assert (await api.call("PATCH", f"/groups/{group_id(LONDON)}", bind)).status == 403


async def test_several_join_together_or_not_at_all(api: Api) -> None:
    def bind(*ids: str) -> dict[str, list[str]]:
        return {"members@odata.bind": [f"https://graph.microsoft.com/v1.0/directoryObjects/{i}" for i in ids]}

    path, before = f"/groups/{group_id(MANCHESTER)}", await member_ids(api, MANCHESTER)
    alex, nobody = person_id("Alex Wilber"), "00000000-0000-0000-0000-000000000000"
    assert (await api.call("PATCH", path, bind(EMPLOYEE.id, nobody))).status == 404
    assert (await api.call("PATCH", path, bind(EMPLOYEE.id, next(iter(before))))).status == 400
    assert (await api.call("PATCH", path, bind(*[EMPLOYEE.id] * 21))).status == 400
    assert await member_ids(api, MANCHESTER) == before
    assert (await api.call("PATCH", path, bind(EMPLOYEE.id, alex))).status == 204
    assert await member_ids(api, MANCHESTER) == before | {EMPLOYEE.id, alex}


async def test_moving_to_london_changes_the_dynamic_groups_and_then_the_licences(
    api: Api, employee: str
) -> None:
    assert "MCOEV" not in await api.license_states(employee)
    moved = await api.call("PATCH", f"/users/{EMPLOYEE.id}", {"city": "London", "officeLocation": "London"})
    assert moved.status == 204
    assert EMPLOYEE.id in await member_ids(api, LONDON)
    assert EMPLOYEE.id in await member_ids(api, "Prov_Teams_Phone_London_HR")
    api.clock.move(1.9)
    assert "MCOEV" not in await api.license_states(employee)
    api.clock.move(0.2)
    assert (await api.license_states(employee))["MCOEV"] == "Active"
    await api.call("PATCH", f"/users/{EMPLOYEE.id}", {"accountEnabled": False})
    assert EMPLOYEE.id not in await member_ids(api, LONDON)
    api.clock.move(3)
    assert await api.license_states(employee) == {}


async def test_attributes_that_make_no_sense_change_nothing(api: Api) -> None:
    before = api.tenant.people.get(EMPLOYEE.id).dump()  # type: ignore[union-attr]
    for body in (
        {},
        {"city": 7},
        {"shoeSize": "42"},
        {"id": "x"},
        {"assignedLicenses": []},
        {"usageLocation": "Britain"},
        {"accountEnabled": "yes"},
        {"displayName": None},
        {"city": "London", "department": ""},
    ):
        assert (await api.call("PATCH", f"/users/{EMPLOYEE.id}", body)).status == 400, body
    assert api.tenant.people.get(EMPLOYEE.id).dump() == before  # type: ignore[union-attr]
    assert len(api.tenant.log) == 0


async def test_when_licences_run_out_the_newcomer_waits_until_one_is_freed(api: Api) -> None:
    newcomer = "Henrietta Mueller"
    assert (await api.join(BERLIN, newcomer)).status == 204
    api.clock.move(3)
    assert (await api.license_states(newcomer))["MCOTEAMS_ESSENTIALS"] == "CountViolation"
    details = (await api.get(f"/users/{person_id(newcomer)}/licenseDetails")).body["value"]
    assert "MCOTEAMS_ESSENTIALS" not in {row["skuPartNumber"] for row in details}
    assert (await api.leave(BERLIN, "Johanna Lorenz")).status == 204
    api.clock.move(2.1)  # freed
    api.clock.move(2.1)  # and given on
    assert (await api.license_states(newcomer))["MCOTEAMS_ESSENTIALS"] == "Active"
    assert "MCOTEAMS_ESSENTIALS" not in await api.license_states("Johanna Lorenz")
    skus = {s["skuPartNumber"]: s for s in (await api.get("/subscribedSkus")).body["value"]}
    berlin = skus["MCOTEAMS_ESSENTIALS"]
    assert berlin["consumedUnits"] == berlin["prepaidUnits"]["enabled"]


async def test_who_waited_longest_gets_the_freed_licence(api: Api) -> None:
    await api.join(BERLIN, "Henrietta Mueller")
    api.clock.move(1)
    await api.join(BERLIN, "Diego Siciliani")
    api.clock.move(5)
    await api.post(f"/users/{person_id('Henrietta Mueller')}/reprocessLicenseAssignment")
    await api.leave(BERLIN, "Johanna Lorenz")
    api.clock.move(10)
    assert (await api.license_states("Henrietta Mueller"))["MCOTEAMS_ESSENTIALS"] == "Active"
    assert (await api.license_states("Diego Siciliani"))["MCOTEAMS_ESSENTIALS"] == "CountViolation"


async def test_a_calling_plan_needs_a_country_where_it_is_sold_or_none_at_all(api: Api) -> None:
    pradeep, lynne = person_id("Pradeep Gupta"), "Lynne Robbins"
    await api.call("PATCH", f"/users/{pradeep}", {"usageLocation": "CN"})
    await api.join("Prov_Teams_Phone_New_York", "Pradeep Gupta")
    await api.join("Prov_Teams_Phone_New_York", lynne)
    api.clock.move(3)
    states = await api.license_states("Pradeep Gupta")
    assert (states["MCOEV"], states["MCOPSTN1"]) == ("Active", "ProhibitedInUsageLocationViolation")
    assert (await api.license_states(lynne))["MCOPSTN1"] == "Active"
    await api.call("PATCH", f"/users/{pradeep}", {"usageLocation": "US"})
    await api.post(f"/users/{pradeep}/reprocessLicenseAssignment")
    assert (await api.license_states("Pradeep Gupta"))["MCOPSTN1"] == "Active"
