"""Who owns a group and who is in it, and which cost centre somebody belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.sandbox.company import ADMIN, EMPLOYEE, MANAGER
from services.sandbox.company.cast import CAST, person_id
from services.sandbox.company.groups import group_id

if TYPE_CHECKING:
    from conftest import Api

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
ADVANCED = {"ConsistencyLevel": "eventual"}


def reference(key: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{key}"}


async def owners(api: Api) -> list[str]:
    body = (await api.get(f"/groups/{MANCHESTER}/owners", {"$select": "displayName"})).body
    assert {row["@odata.type"] for row in body["value"]} == {"#microsoft.graph.user"}
    return [row["displayName"] for row in body["value"]]


async def test_a_group_has_owners_that_come_and_go(api: Api) -> None:
    path = f"/groups/{MANCHESTER}/owners"
    assert await owners(api) == ["Megan Bowen", "Allan Deyoung"]
    assert (await api.post(f"{path}/$ref", reference(EMPLOYEE.id))).status == 204
    assert (await api.call("DELETE", f"{path}/{ADMIN.id}/$ref")).status == 204
    assert await owners(api) == ["Megan Bowen", "Christie Cline"]
    again = await api.post(f"{path}/$ref", reference(EMPLOYEE.id))
    assert (again.status, again.code) == (400, "Request_BadRequest")
    assert again.message.endswith("'owners'.")
    assert (await api.call("DELETE", f"{path}/{ADMIN.id}/$ref")).status == 404


async def test_the_last_owner_stays(api: Api) -> None:
    path = f"/groups/{MANCHESTER}/owners"
    assert (await api.call("DELETE", f"{path}/{ADMIN.id}/$ref")).status == 204
    assert (await api.call("DELETE", f"{path}/{MANAGER.id}/$ref")).status == 400
    assert await owners(api) == ["Megan Bowen"]


async def test_nobody_and_no_group_can_own_a_group(api: Api) -> None:
    path = f"/groups/{MANCHESTER}/owners/$ref"
    assert (await api.post(path, reference(group_id("Prov_Teams_Phone_Berlin")))).status == 404
    assert (await api.post(path, reference("00000000-0000-0000-0000-00000000dead"))).status == 404
    assert (await api.post(path, {"owner": EMPLOYEE.id})).status == 400
    assert (await api.post("/groups/none/owners/$ref", reference(EMPLOYEE.id))).status == 404
    assert (await api.get("/groups/none/owners")).status == 404


async def test_a_list_is_cast_to_people_in_advanced_queries_only(api: Api) -> None:
    inner = {
        "@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{group_id('Prov_Teams_Phone_Berlin')}"
    }
    assert (await api.post(f"/groups/{MANCHESTER}/members/$ref", inner)).status == 204
    query = {"$count": "true", "$select": "id,employeeOrgData", "$top": "999"}
    plain = (await api.get(f"/groups/{MANCHESTER}/members", query)).body["value"]
    assert {row["@odata.type"] for row in plain} == {"#microsoft.graph.user", "#microsoft.graph.group"}
    for path in ("members/microsoft.graph.user", "members/graph.user", "owners/graph.user"):
        assert (await api.get(f"/groups/{MANCHESTER}/{path}", query)).status == 400
        answer = await api.get(f"/groups/{MANCHESTER}/{path}", query, headers=ADVANCED)
        assert answer.status == 200
        assert {row["@odata.type"] for row in answer.body["value"]} == {"#microsoft.graph.user"}


async def test_members_come_in_pages(api: Api) -> None:
    found: list[str] = []
    address: str | None = f"/groups/{MANCHESTER}/members?$top=20&$select=id"
    while address is not None:
        body = (await api.get(address)).body
        found += [row["id"] for row in body["value"]]
        address = body.get("@odata.nextLink")
    group = api.tenant.groups.get(MANCHESTER)
    assert group is not None
    assert found == group.members
    assert len(found) > 20


async def test_a_cost_centre_comes_only_to_whoever_selects_it(api: Api) -> None:
    path = f"/users/{EMPLOYEE.id}"
    assert "employeeOrgData" not in (await api.get(path)).body
    body = (await api.get(path, {"$select": "employeeOrgData"})).body
    assert body["employeeOrgData"] == {"division": "UK & Ireland", "costCenter": "UK-HR"}
    guest = (await api.get(f"/users/{person_id('Brian Johnson')}", {"$select": "employeeOrgData"})).body
    assert guest["employeeOrgData"] is None


async def test_everybody_with_a_part_has_a_cost_centre(api: Api) -> None:
    people = [api.tenant.people.get(person_id(role.name)) for role in CAST]
    centres = {p.employee_org_data.cost_center for p in people if p and p.employee_org_data}
    assert {"UK-HR", "UK-SALES", "US-FINANCE", "DE-ENGINEERING", "IE-DESIGN"} <= centres
    assert all(p and p.employee_org_data for p in people)


async def test_somebody_moves_to_another_cost_centre(api: Api) -> None:
    path = f"/users/{EMPLOYEE.id}"
    for wrong in (7, "UK-IT", {"costCentre": "UK-IT"}, {"costCenter": ""}):
        assert (await api.call("PATCH", path, {"employeeOrgData": wrong})).status == 400
    assert (await api.call("PATCH", path, {"employeeOrgData": {"costCenter": "UK-IT"}})).status == 204
    body = (await api.get(path, {"$select": "employeeOrgData"})).body
    assert body["employeeOrgData"] == {"division": "UK & Ireland", "costCenter": "UK-IT"}
    assert (await api.call("PATCH", path, {"employeeOrgData": None})).status == 204
    assert (await api.get(path, {"$select": "employeeOrgData"})).body["employeeOrgData"] is None


async def test_people_are_found_by_the_beginning_of_their_name_in_order(api: Api) -> None:
    query = {
        "$filter": "startswith(displayName,'me') or userPrincipalName eq 'me' or mail eq 'me'",
        "$orderby": "displayName",
        "$count": "true",
        "$top": "5",
    }
    refused = await api.get("/users", query)
    assert (refused.status, refused.message) == (400, "Sorting not supported for current query.")
    names = [row["displayName"] for row in (await api.get("/users", query, headers=ADVANCED)).body["value"]]
    assert "Megan Bowen" in names
    assert names == sorted(names)
