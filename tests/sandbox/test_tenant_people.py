"""People: reading them, their managers, their groups, and being out of office."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from services.sandbox.company import ADMIN, EMPLOYEE, MANAGER
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from services.sandbox.tenant import Tenant
from services.sandbox.views import USER_DEFAULT
from tests.clock import FakeClock

if TYPE_CHECKING:
    from conftest import Api


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Iterator[Tenant]:
    """One tenant for all: a story that changes something minds only its own people."""
    tenant = Tenant.open(tmp_path_factory.mktemp("tenant"), clock.now)
    yield tenant
    tenant.close()


async def test_a_person_is_read_by_id_and_by_name_in_any_case(api: Api) -> None:
    by_id = (await api.get(f"/users/{EMPLOYEE.id}")).body
    by_name = (await api.get(f"/users/{EMPLOYEE.upn.upper()}")).body
    in_brackets = (await api.get(f"/users('{EMPLOYEE.id}')")).body
    assert by_id == by_name == in_brackets
    assert set(by_id) == {"@odata.context", *USER_DEFAULT}
    assert by_id["displayName"] == "Christie Cline"


async def test_more_than_the_default_properties_must_be_selected(api: Api) -> None:
    body = (await api.get(f"/users/{EMPLOYEE.id}", {"$select": "department,usageLocation"})).body
    assert (body["department"], body["usageLocation"]) == ("HR", "GB")
    assert set(body) == {"@odata.context", "id", "department", "usageLocation"}


async def test_everybody_is_listed_once_over_the_pages(api: Api) -> None:
    names: list[str] = []
    address: str | None = "/users?$top=150&$select=userPrincipalName&$count=true"
    while address is not None:
        body = (await api.get(address)).body
        names += [row["userPrincipalName"] for row in body["value"]]
        assert body["@odata.count"] == len(api.tenant.people)
        address = body.get("@odata.nextLink")
    assert len(names) == len(set(names)) == len(api.tenant.people)


async def test_a_last_page_that_is_just_full_has_no_next(api: Api) -> None:
    half = len(api.tenant.people) // 2
    first = (await api.get(f"/users?$top={half}&$select=id")).body
    last = (await api.get(first["@odata.nextLink"])).body
    assert len(last["value"]) == half
    assert "@odata.nextLink" not in last


async def test_people_are_found_by_what_they_are(api: Api) -> None:
    async def found(text: str) -> set[str]:
        answer = await api.get("/users", {"$filter": text, "$top": "999"})
        assert answer.status == 200, answer.body
        return {row["displayName"] for row in answer.body["value"]}

    assert await found("displayName eq 'christie cline'") == {"Christie Cline"}
    assert await found("startswith(displayName,'Christie') and department eq 'HR'") == {"Christie Cline"}
    assert await found("givenName eq 'Megan' or givenName eq 'Debra'") == {"Megan Bowen", "Debra Berger"}
    assert await found("userType eq 'Guest'") == {"Brian Johnson"}
    assert await found(f"id in ('{EMPLOYEE.id}','{ADMIN.id}')") == {"Christie Cline", "Allan Deyoung"}
    assert "Grady Archie" in await found("accountEnabled eq false")
    assert all("O'" in name for name in await found("startswith(surname,'O''')"))
    assert len(await found("startswith(surname,'O''')")) > 1


async def test_inequality_needs_advanced_queries(api: Api) -> None:
    query = {"$filter": "userType ne 'Member'", "$count": "true"}
    assert (await api.get("/users", query)).status == 400
    answer = await api.get("/users", query, headers={"ConsistencyLevel": "eventual"})
    assert [row["displayName"] for row in answer.body["value"]] == ["Brian Johnson"]


async def test_the_line_of_managers_ends_at_the_chief_executive(api: Api) -> None:
    query = {"$expand": "manager($levels=max;$select=id,displayName)", "$select": "displayName"}
    body = (await api.get(f"/users/{EMPLOYEE.id}", query)).body
    line = []
    while "manager" in body:
        body = body["manager"]
        line.append(body["displayName"])
    assert line == ["Megan Bowen", "Miriam Graham", "Patti Fernandez"]
    assert (await api.get(f"/users/{EMPLOYEE.id}/manager")).body["id"] == MANAGER.id
    top = await api.get(f"/users/{person_id('Patti Fernandez')}/manager")
    assert (top.status, top.code) == (404, "Request_ResourceNotFound")
    assert top.message.startswith("Resource 'manager' does not exist")


async def test_there_is_one_chief_executive_and_every_line_leads_there(api: Api) -> None:
    people = {p.id: p for p in api.tenant.people if p.user_type == "Member"}
    heads = [p for p in people.values() if p.manager_id is None]
    assert [p.display_name for p in heads] == ["Patti Fernandez"]
    for person in people.values():
        steps = 0
        while person.manager_id is not None:
            person, steps = people[person.manager_id], steps + 1
            assert steps < 10


async def test_a_circle_of_managers_does_not_hang_the_chain(api: Api) -> None:
    chief = person_id("Patti Fernandez")
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{EMPLOYEE.id}"}
    assert (await api.call("PUT", f"/users/{chief}/manager/$ref", body)).status == 204
    text = (await api.get(f"/users/{EMPLOYEE.id}", {"$expand": "manager($levels=max)"})).raw
    assert text.count(b'"manager":') == 3
    assert (await api.call("DELETE", f"/users/{chief}/manager/$ref")).status == 204
    assert (await api.call("DELETE", f"/users/{chief}/manager/$ref")).status == 404


async def test_groups_within_groups_count_for_transitive_membership_only(api: Api) -> None:
    outer, inner = group_id("Prov_Teams_Phone_Manchester"), group_id("Prov_Teams_Phone_London_HR")
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{inner}"}
    assert (await api.post(f"/groups/{outer}/members/$ref", reference)).status == 204
    debra = person_id("Debra Berger")
    direct = (await api.get(f"/users/{debra}/memberOf")).body["value"]
    for path in (
        "transitiveMemberOf",
        "transitiveMemberOf/graph.group",
        "transitiveMemberOf/microsoft.graph.group",
    ):
        through = (await api.get(f"/users/{debra}/{path}", {"$select": "id"})).body["value"]
        assert outer in {row["id"] for row in through}
    assert outer not in {row["id"] for row in direct}
    answer = await api.post(f"/users/{debra}/checkMemberGroups", {"groupIds": [outer, "no-such-group"]})
    assert answer.body["value"] == [outer]
    members = (await api.get(f"/groups/{outer}/transitiveMembers?$top=999")).body["value"]
    assert {"#microsoft.graph.group", "#microsoft.graph.user"} == {row["@odata.type"] for row in members}
    assert debra in {row["id"] for row in members}
    assert (await api.post(f"/users/{debra}/checkMemberGroups", {"groupIds": ["x"] * 21})).status == 400


async def test_somebody_out_of_office_shows_it_until_they_are_back(api: Api) -> None:
    start, end = "2026-11-23T09:00:00.0000000", "2026-11-24T09:00:00.0000000"
    setting = {
        "status": "scheduled",
        "scheduledStartDateTime": {"dateTime": start, "timeZone": "UTC"},
        "scheduledEndDateTime": {"dateTime": end, "timeZone": "UTC"},
        "internalReplyMessage": "Back on Tuesday.",
    }
    answer = await api.call(
        "PATCH", f"/users/{MANAGER.id}/mailboxSettings", {"automaticRepliesSetting": setting}
    )
    assert answer.body["automaticRepliesSetting"]["scheduledEndDateTime"]["dateTime"] == end

    async def out() -> bool:
        body = (await api.get(f"/users/{MANAGER.id}/presence")).body
        return bool(body["outOfOfficeSettings"]["isOutOfOffice"])

    assert not await out()
    api.clock.move(2 * 3600)
    assert await out()
    api.clock.move(24 * 3600)
    assert not await out()


async def test_a_guest_has_no_mailbox_and_no_teams_apps(api: Api) -> None:
    guest = person_id("Brian Johnson")
    assert (await api.get(f"/users/{guest}/mailboxSettings")).code == "MailboxNotEnabledForRESTAPI"
    assert (await api.get(f"/users/{guest}/teamwork/installedApps")).status == 403


async def test_the_app_is_installed_once_and_then_has_a_chat(api: Api) -> None:
    external = api.tenant.apps and next(iter(api.tenant.apps)).external_id
    catalogue = await api.get("/appCatalogs/teamsApps", {"$filter": f"externalId eq '{external}'"})
    app_id = catalogue.body["value"][0]["id"]
    path = f"/users/{MANAGER.id}/teamwork/installedApps"
    body = {"teamsApp@odata.bind": f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{app_id}"}
    assert (await api.post(path, body)).status == 201
    assert (await api.post(path, body)).status == 409
    query = {"$expand": "teamsApp", "$filter": f"teamsApp/externalId eq '{external}'"}
    installed = (await api.get(path, query)).body["value"]
    assert [row["teamsApp"]["externalId"] for row in installed] == [external]
    chat = (await api.get(f"{path}/{installed[0]['id']}/chat")).body
    assert chat["chatType"] == "oneOnOne"
    assert (await api.call("DELETE", f"{path}/{installed[0]['id']}")).status == 204
    assert (await api.get(f"{path}/{installed[0]['id']}/chat")).status == 404
