"""Throttling by quota: buckets that empty and fill, what each call costs, and how a refusal looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.sandbox.company import EMPLOYEE
from services.sandbox.company.groups import group_id

if TYPE_CHECKING:
    from conftest import Api

MANCHESTER = "Prov_Teams_Phone_Manchester"


async def used(api: Api) -> Any:
    return await (await api.client.get("/sandbox/quota")).json()


async def test_reads_cost_what_graph_publishes(api: Api) -> None:
    await api.weather(quota={"units_per_10s": 1000})
    person, group = f"/users/{EMPLOYEE.id}", f"/groups/{group_id(MANCHESTER)}"
    for path, units in (
        (person, 2),
        (f"{person}?$select=id", 1),
        (f"{person}?$select=id&$expand=manager($levels=2;$select=id)", 2),
        (f"{person}/memberOf", 2),
        (f"{group}/members", 3),
        (f"{group}/members?$select=id&$top=2", 1),
        (f"{group}/transitiveMembers", 5),
        (f"{group}/members?$top=999", 3),
        ("/subscribedSkus", 3),
        (group, 1),
    ):
        before = (await used(api))["admitted"]["units_per_10s"]
        assert (await api.get(path)).status == 200, path
        assert (await used(api))["admitted"]["units_per_10s"] - before == units, path


async def test_an_empty_bucket_refuses_says_when_to_come_back_and_fills_again(api: Api) -> None:
    await api.weather(quota={"writes_per_150s": 3})
    people = [person.display_name for person in api.tenant.people if person.city == "New York"][:4]
    statuses = [(await api.join(MANCHESTER, name)).status for name in people]
    assert statuses == [204, 204, 204, 429]
    refused = await api.join(MANCHESTER, people[3])
    assert (refused.code, refused.headers["Retry-After"]) == ("TooManyRequests", "50")
    assert refused.headers["x-ms-throttle-information"] == "WriteLimitExceeded"
    assert (await api.get("/groups?$top=1")).status == 200, "reads have a bucket of their own"
    api.clock.move(50)
    assert (await api.join(MANCHESTER, people[3])).status == 204


async def test_whoever_does_not_wait_gets_nothing(api: Api) -> None:
    await api.weather(quota={"teams_per_s": 2})
    path = f"/admin/teams/userConfigurations/{EMPLOYEE.id}"
    answers = []
    for _ in range(10):
        answers.append((await api.get(path)).status)
        api.clock.move(0.25)
    assert answers[:2] == [200, 200]
    assert set(answers[4:]) == {429}, "refused calls count as well"
    assert (await used(api))["refused"]["teams_per_s"] == answers.count(429)


async def test_requests_in_a_batch_count_one_by_one_and_the_batch_itself_does_not(api: Api) -> None:
    await api.weather(quota={"units_per_10s": 3})
    requests = [
        {"id": str(turn), "method": "GET", "url": f"/users/{EMPLOYEE.id}?$select=id"} for turn in range(5)
    ]
    answer = await api.post("/$batch", {"requests": requests})
    assert answer.status == 200
    statuses = [response["status"] for response in answer.body["responses"]]
    assert statuses == [200, 200, 200, 429, 429]
    assert answer.body["responses"][4]["headers"]["Retry-After"] == "4"
    assert "x-ms-throttle-limit-percentage" in answer.body["responses"][2]["headers"]


async def test_other_weather_leaves_the_buckets_as_they_are(api: Api) -> None:
    await api.weather(quota={"units_per_10s": 2})
    await api.get(f"/users/{EMPLOYEE.id}")
    await api.weather(quota={"units_per_10s": 2}, licence_s=1)
    assert (await api.get(f"/users/{EMPLOYEE.id}")).status == 429
    await api.weather()
    assert (await api.get(f"/users/{EMPLOYEE.id}")).status == 200


async def test_what_is_no_quota_is_refused_in_words(api: Api) -> None:
    for nonsense in ({"units_per_10s": 0}, {"units": 5}, 7):
        reply = await api.client.post("/sandbox/faults", json={"quota": nonsense})
        assert reply.status == 400
        assert "quota" in (await reply.json())["error"]["message"]
