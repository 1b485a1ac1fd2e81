"""Several requests in one: each has its own status, and the batch itself must make sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.sandbox.company import EMPLOYEE
from services.sandbox.company.groups import group_id

if TYPE_CHECKING:
    from conftest import Api


def get(key: str, url: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "method": "GET", "url": url} | more


async def test_each_request_has_its_own_status(api: Api) -> None:
    requests = [
        get("1", f"/users/{EMPLOYEE.id}?$select=displayName"),
        get("2", "/users/nobody"),
        get("3", f"users/{EMPLOYEE.id}/shoes"),
        get("4", f"{api.client.make_url('/v1.0/users')}"),
    ]
    answer = await api.post("/$batch", {"requests": requests})
    assert answer.status == 200
    statuses = {response["id"]: response["status"] for response in answer.body["responses"]}
    assert statuses == {"1": 200, "2": 404, "3": 400, "4": 400}
    assert answer.body["responses"][0]["body"]["displayName"] == "Christie Cline"


async def test_a_dependent_request_runs_after_and_only_if_the_other_went_well(api: Api) -> None:
    group = group_id("Prov_Teams_Phone_Manchester")
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{EMPLOYEE.id}"}
    join = {
        "id": "join",
        "method": "POST",
        "url": f"/groups/{group}/members/$ref",
        "headers": {"Content-Type": "application/json"},
        "body": reference,
        "dependsOn": ["look"],
    }
    again = join | {"id": "again", "dependsOn": ["join"]}
    never = join | {"id": "never", "dependsOn": ["again"]}
    answer = await api.post("/$batch", {"requests": [never, again, join, get("look", f"/groups/{group}")]})
    assert [(r["id"], r["status"]) for r in answer.body["responses"]] == [
        ("look", 200),
        ("join", 204),
        ("again", 400),
        ("never", 424),
    ]


async def test_a_batch_that_makes_no_sense_is_refused_whole(api: Api) -> None:
    nonsense: list[Any] = [
        [],
        "all",
        [get(str(i), "/users") for i in range(21)],
        [get("1", "/users"), get("1", "/groups")],
        [get("1", "/users", dependsOn=["2"])],
        [get("1", "/users", dependsOn=["2"]), get("2", "/users", dependsOn=["1"])],
        [get("1", "/users", depends_on=["1"])],
        [{"id": "1", "url": "/users"}],
        [{"method": "GET", "url": "/users"}],
        [get("1", "/$batch")],
    ]
    for requests in nonsense:
        answer = await api.post("/$batch", {"requests": requests})
        assert (answer.status, answer.code) == (400, "BadRequest"), requests


async def test_throttling_hits_requests_inside_a_batch_one_by_one(api: Api) -> None:
    await api.weather(routes={"GET /groups": {"throttle_rate": 1}})
    answer = await api.post("/$batch", {"requests": [get("1", "/users?$top=1"), get("2", "/groups")]})
    statuses = {r["id"]: r["status"] for r in answer.body["responses"]}
    assert statuses == {"1": 200, "2": 429}
    assert answer.body["responses"][1]["headers"]["Retry-After"] in {"1", "2"}
