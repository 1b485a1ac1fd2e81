"""Faults on order: slow, failing, throttled and lagging answers, and what may not be ordered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from services.sandbox.company import EMPLOYEE
from services.sandbox.company.groups import group_id
from tests.sandbox.conftest import CONFIGURATIONS

if TYPE_CHECKING:
    from conftest import Api

MANCHESTER = "Prov_Teams_Phone_Manchester"
FIRST = "+441614960000"


async def in_group(api: Api) -> bool:
    body = (await api.get(f"/groups/{group_id(MANCHESTER)}/members?$top=999&$select=id")).body
    groups = (await api.get(f"/users/{EMPLOYEE.id}/transitiveMemberOf?$select=id")).body
    inside = EMPLOYEE.id in {row["id"] for row in body["value"]}
    assert inside == (group_id(MANCHESTER) in {row["id"] for row in groups["value"]})
    return inside


async def test_throttled_calls_say_when_to_come_back_and_change_nothing(api: Api, employee: str) -> None:
    await api.weather(throttle_rate=1)
    answer = await api.join(MANCHESTER, employee)
    assert (answer.status, answer.code) == (429, "TooManyRequests")
    assert answer.headers["Retry-After"] in {"1", "2"}
    await api.weather()
    assert not await in_group(api)


async def test_failing_gateways_answer_in_every_way_and_sometimes_after_the_deed(api: Api) -> None:
    await api.weather(error_rate=1)
    people = [p.display_name for p in api.tenant.people if p.city == "New York"][:50]
    ids = {p.id for p in api.tenant.people if p.city == "New York"}
    before = set(api.tenant.groups.get(group_id(MANCHESTER)).members)  # type: ignore[union-attr]
    answers = [await api.join(MANCHESTER, name) for name in people]
    assert {answer.status for answer in answers} == {500, 502, 503, 504}
    assert any(answer.raw == b"" for answer in answers)
    assert any(answer.raw.startswith(b"<html>") for answer in answers)
    assert any(answer.body and answer.body["error"]["code"] for answer in answers)
    joined = {
        m for g in (await api.state())["groups"] if g["id"] == group_id(MANCHESTER) for m in g["members"]
    }
    assert 0 < len(joined - before) < len(people)
    assert joined - before <= ids


async def test_a_wrong_token_is_refused_in_any_weather(api: Api) -> None:
    await api.weather(throttle_rate=1)
    assert (await api.get("/users", headers={"Authorization": "Bearer x"})).status == 401


async def test_readers_see_a_membership_only_after_replication(api: Api, employee: str) -> None:
    await api.weather(replication_s=5)
    assert (await api.join(MANCHESTER, employee)).status == 204
    assert not await in_group(api)
    assert (await api.join(MANCHESTER, employee)).status == 400
    api.clock.move(3)
    await api.leave(MANCHESTER, employee)
    api.clock.move(3)
    assert await in_group(api)  # joined is replicated, left is not yet
    api.clock.move(3)
    assert not await in_group(api)


async def test_readers_see_an_assignment_only_after_replication(api: Api, employee: str) -> None:
    await api.weather(replication_s=10, operation_s=4, licence_s=1)
    await api.join(MANCHESTER, employee)
    api.clock.move(20)
    address = await api.order("assignNumber", FIRST, employee)
    api.clock.move(4)
    assert await api.outcome(address) == ("succeeded", None)

    async def enabled() -> bool:
        return bool((await api.get(f"{CONFIGURATIONS}/{EMPLOYEE.id}")).body["isEnterpriseVoiceEnabled"])

    assert not await enabled()
    truth = {n["telephoneNumber"]: n["assignmentTargetId"] for n in (await api.state())["numbers"]}
    assert truth[FIRST] == EMPLOYEE.id
    api.clock.move(10)
    assert await enabled()


async def test_weather_of_one_route_leaves_the_others_alone(api: Api, employee: str) -> None:
    await api.weather(routes={"POST */$ref": {"licence_s": 60}, "/users/*/manager": {"error_rate": 1}})
    assert (await api.get(f"/users/{EMPLOYEE.id}/manager")).status >= 500
    assert (await api.get(f"/users/{EMPLOYEE.id}")).status == 200
    await api.join(MANCHESTER, employee)
    api.clock.move(59)
    assert "MCOEV" not in await api.license_states(employee)
    api.clock.move(2)
    assert (await api.license_states(employee))["MCOEV"] == "Active"


async def test_latency_is_real_time(api: Api) -> None:
    await api.weather(latency_ms=80)
    began = time.monotonic()
    assert (await api.get(f"/users/{EMPLOYEE.id}")).status == 200
    assert time.monotonic() - began >= 0.08
    await api.weather()
    assert (await (await api.client.get("/sandbox/faults")).json()) == {"routes": {}}


async def test_the_state_is_shown_without_a_token_and_in_any_weather(api: Api) -> None:
    await api.weather(error_rate=1, throttle_rate=1)
    state = await api.state()
    assert {"tenantId", "users", "groups", "numbers", "queues", "attendants", "operations"} <= set(state)
    christie = next(user for user in state["users"] if user["id"] == EMPLOYEE.id)
    assert {"assignedLicenses", "assignedPlans", "licenseAssignmentStates", "managerId"} <= set(christie)
    assert {"id", "displayName", "groupTypes", "membershipRule", "members"} <= set(state["groups"][0])
