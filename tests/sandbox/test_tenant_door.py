"""The door of the tenant: tokens, paths, bodies and query options that Graph would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from services.sandbox.company import EMPLOYEE
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock

if TYPE_CHECKING:
    from conftest import Api


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Iterator[Tenant]:
    """One tenant for all: everything here is refused, so nothing changes."""
    tenant = Tenant.open(tmp_path_factory.mktemp("door"), clock.now)
    yield tenant
    assert len(tenant.log) == 0
    tenant.close()


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "Access token is empty."),
        ("Bearer wrong", "Access token validation failure."),
        ("Basic sandbox", "Access"),
    ],
)
async def test_without_the_token_nothing_is_answered(api: Api, header: str, message: str) -> None:
    answer = await api.get("/users", headers={"Authorization": header})
    assert answer.status == 401
    assert answer.code == "InvalidAuthenticationToken"
    assert answer.message.startswith(message)
    assert answer.body["error"]["innerError"]["request-id"] == answer.headers["request-id"]


async def test_a_callers_own_request_id_comes_back(api: Api) -> None:
    answer = await api.get("/users/nobody@switchboard.example", headers={"client-request-id": "my-id"})
    assert answer.status == 404
    assert answer.code == "Request_ResourceNotFound"
    assert answer.body["error"]["innerError"]["client-request-id"] == "my-id"
    assert answer.headers["client-request-id"] == "my-id"


async def test_a_path_that_graph_does_not_have_names_the_segment(api: Api) -> None:
    answer = await api.get(f"/users/{EMPLOYEE.id}/telephone")
    assert answer.status == 400
    assert answer.message == "Resource not found for the segment 'telephone'."
    assert (await api.get("/admin/teams")).status == 400
    assert (
        await api.get("/admin/teams/callQueues")
    ).message == "Resource not found for the segment 'callQueues'."


async def test_deleting_a_member_without_ref_is_no_route(api: Api) -> None:
    group = next(iter(api.tenant.groups))
    answer = await api.call("DELETE", f"/groups/{group.id}/members/{EMPLOYEE.id}")
    assert answer.status in {400, 405}
    assert api.tenant.people.get(EMPLOYEE.id) is not None


async def test_a_method_that_the_path_does_not_have(api: Api) -> None:
    assert (await api.call("DELETE", f"/users/{EMPLOYEE.id}")).status == 405
    assert (await api.call("PUT", "/groups")).status == 405


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b'"text"', b"\xff\xfe"])
async def test_a_body_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = await api.post(f"/groups/{next(iter(api.tenant.groups)).id}/members/$ref", body)
    assert answer.status == 400
    assert answer.code == "BadRequest"
    assert len(api.tenant.log) == 0


async def test_a_body_must_say_that_it_is_json(api: Api) -> None:
    path = f"/users/{EMPLOYEE.id}/checkMemberGroups"
    answer = await api.post(path, b'{"groupIds":["x"]}', headers={"Content-Type": "text/plain"})
    assert answer.status == 400
    assert "JSON Content-Type" in answer.message


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/users", {"$sort": "displayName"}),
        ("/users", {"$select": "displayName,shoeSize"}),
        ("/users", {"$filter": "shoeSize eq 'x'"}),
        ("/users", {"$filter": "displayName eq"}),
        ("/users", {"$filter": "displayName gt 'A'"}),
        ("/users", {"$filter": "aboutMe eq 'x'"}),
        ("/users", {"$filter": "businessPhones eq 'x'"}),
        ("/users", {"$filter": "displayName ne 'A'"}),
        ("/users", {"$filter": "not(displayName eq 'A')"}),
        ("/users", {"$filter": "(" * 100 + "displayName eq 'A'" + ")" * 100}),
        ("/users", {"$top": "1000"}),
        ("/users", {"$top": "0"}),
        ("/users", {"$top": "ten"}),
        ("/users", {"$skiptoken": "made-up"}),
        ("/users", {"$expand": "messages"}),
        ("/users", {"$filter": "startswith(displayName,'A')", "$orderby": "displayName"}),
        ("/users", {"$filter": "employeeOrgData/costCenter eq 'UK-HR'"}),
        ("/users", {"$select": "costCenter"}),
        ("/users", {"$expand": "manager($select=id)"}),
        ("/groups", {"$orderby": "displayName"}),
        ("/groups", {"$filter": "membershipRule eq 'x'"}),
        ("/admin/teams/telephoneNumberManagement/numberAssignments", {"$filter": "city eq 'London'"}),
        ("/admin/teams/telephoneNumberManagement/numberAssignments", {"$filter": "id eq '1'"}),
        ("/admin/teams/telephoneNumberManagement/numberAssignments", {"$top": "1001"}),
        ("/admin/teams/telephoneNumberManagement/numberAssignments", {"$skiptoken": "x"}),
    ],
)
async def test_a_query_that_graph_does_not_offer_is_refused(
    api: Api, path: str, query: dict[str, str]
) -> None:
    answer = await api.get(path, query)
    assert answer.status == 400, answer.body
    assert answer.code in {"BadRequest", "Request_BadRequest", "Request_UnsupportedQuery"}
    assert answer.message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"erorr_rate": 0.3}, "'erorr_rate' is not known. Use latency_ms"),
        ({"error_rate": 1.5}, "'error_rate'"),
        ({"error_rate": "0.3"}, "'error_rate'"),
        ({"error_rate": True}, "'error_rate'"),
        ({"licence_s": -1}, "'licence_s'"),
        ({"latency_ms": 1e9}, "'latency_ms'"),
        ({"routes": {"/users": {"speed": 1}}}, "'routes./users.speed' is not known"),
        ({"routes": {"/users": {"routes": {}}}}, "'routes./users.routes' is not known"),
        ({"routes": []}, "'routes'"),
        ([], "Send a JSON object"),
        ("{", "not JSON"),
        ("NaN", "not JSON"),
    ],
)
async def test_faults_that_make_no_sense_are_refused_with_a_sentence(api: Api, body: Any, words: str) -> None:
    await api.weather(throttle_rate=0.5)
    kwargs: dict[str, Any] = {"data": body} if isinstance(body, str) else {"json": body}
    reply = await api.client.post("/sandbox/faults", **kwargs)
    assert reply.status == 400
    assert words in (await reply.json())["error"]["message"]
    assert (await (await api.client.get("/sandbox/faults")).json())["throttle_rate"] == 0.5
    await api.weather()
