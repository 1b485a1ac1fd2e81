"""Teams policies: by group, given directly, and their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from tests.sandbox.conftest import CONFIGURATIONS

if TYPE_CHECKING:
    from conftest import Api

ROOT = "/admin/teams/policy"


async def effective(api: Api, person: str) -> dict[str, Any]:
    body = (await api.get(f"{CONFIGURATIONS}/{person_id(person)}")).body
    return {x["policyType"]: x["policyAssignment"] for x in body["effectivePolicyAssignments"]}


async def policy_id(api: Api, policy_type: str, name: str) -> str:
    path = f"{ROOT}/getPolicyId(type='{policy_type}',name='{quote(name)}')"
    rows = (await api.get(path)).body["value"]
    assert [row["name"] for row in rows] == [f"Tag:{name}"]
    return str(rows[0]["policyId"])


async def test_direct_wins_over_group_and_group_returns(api: Api) -> None:
    debra = "Debra Berger"
    plan = (await effective(api, debra))["TenantDialPlan"]
    assert (plan["displayName"], plan["assignmentType"]) == ("UK London", "group")
    assert plan["groupId"] == group_id("Prov_Teams_Phone_London")
    item = {"userId": person_id(debra), "policyType": "TenantDialPlan"}
    given = item | {"policyId": await policy_id(api, "TenantDialPlan", "UK Manchester")}
    assert (await api.post(f"{ROOT}/userAssignments/assign", {"value": [given]})).status == 204
    plan = (await effective(api, debra))["TenantDialPlan"]
    assert (plan["displayName"], plan["assignmentType"], plan["groupId"]) == ("UK Manchester", "direct", None)
    verb = "microsoft.graph.teamsAdministration.unassign"
    assert (await api.post(f"{ROOT}/userAssignments/{verb}", {"value": [item]})).status == 204
    assert (await effective(api, debra))["TenantDialPlan"]["displayName"] == "UK London"


async def test_without_group_or_direct_policy_the_global_one_holds_and_none_is_listed(api: Api) -> None:
    assert await effective(api, "Christie Cline") == {}
    await api.join("Prov_Teams_Phone_Manchester_HR", "Christie Cline")
    assert (await effective(api, "Christie Cline"))["CallingLineIdentity"][
        "displayName"
    ] == "UK HR Manchester"


async def test_queue_owners_hold_a_voice_applications_policy(api: Api) -> None:
    state = await api.state()
    assert {queue["name"] for queue in state["queues"]} == {"Manchester HR", "London HR"}
    for queue in state["queues"]:
        for owner in queue["authorizedUsers"]:
            body = (await api.get(f"{CONFIGURATIONS}/{owner}")).body
            assert body["isEnterpriseVoiceEnabled"]
            assert "TeamsVoiceApplicationsPolicy" in {
                x["policyType"] for x in body["effectivePolicyAssignments"]
            }


async def test_a_broken_function_call_is_refused(api: Api) -> None:
    for call in (
        "getPolicyId(type='TenantDialPlan'name='UK%20London')",
        "getPolicyId(type='TenantDialPlan')",
        "getPolicyId",
        "getPolicyId(type='NoSuchPolicy',name='x')",
    ):
        assert (await api.get(f"{ROOT}/{call}")).status == 400, call


async def test_policies_are_given_all_or_none(api: Api) -> None:
    good = {
        "userId": person_id("Debra Berger"),
        "policyType": "TeamsCallingPolicy",
        "policyId": await policy_id(api, "TeamsCallingPolicy", "AllOn"),
    }
    before = await effective(api, "Debra Berger")
    for bad, status in (
        (good | {"userId": "nobody"}, 404),
        (good | {"policyId": "unknown"}, 404),
        (good | {"policyType": "TenantDialPlan"}, 404),
        (good | {"policyType": "ShoePolicy"}, 400),
        (good | {"rank": 1}, 400),
    ):
        assert (await api.post(f"{ROOT}/userAssignments/assign", {"value": [good, bad]})).status == status
    assert await effective(api, "Debra Berger") == before
