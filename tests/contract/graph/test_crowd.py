"""Many people at once: each has an answer of their own, and the tenant's quota is kept to."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from aiohttp.test_utils import TestClient, TestServer

from services.clock import SystemClock
from services.domain.errors import GroupRefusesMembers, PersonUnknown
from services.graph.client import Graph
from services.graph.credentials import StaticToken
from services.graph.crowd import GraphCrowd
from services.graph.directory import GraphDirectory
from services.graph.pacing import Pacing, Quota, costs_of
from services.graph.patience import Patience
from services.sandbox.call import Call
from services.sandbox.company import EMPLOYEE
from services.sandbox.company.groups import group_id
from services.sandbox.quota import cost
from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock
from tests.contract.graph.conftest import World
from tests.contract.graph.road import Accident, refusal

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
LONDON = group_id("Prov_Teams_Phone_London")
NOBODY = "00000000-0000-0000-0000-00000000dead"


def crowd_of(world: World) -> GraphCrowd:
    return GraphCrowd(world.graph, world.directory)


def newcomers(world: World, count: int) -> list[str]:
    """People of another city, who are not in Manchester's group."""
    return [person.id for person in world.tenant.people if person.city in {"Berlin", "New York"}][:count]


async def test_each_person_has_an_answer_of_their_own(world: World) -> None:
    ids = [person.id for person in world.tenant.people][:45]
    asked = [EMPLOYEE.upn, NOBODY, *ids]

    found = await crowd_of(world).people(asked)

    assert found[EMPLOYEE.upn].id == EMPLOYEE.id  # type: ignore[union-attr]
    assert isinstance(found[NOBODY], PersonUnknown)
    assert [found[key].id for key in ids] == ids  # type: ignore[union-attr]
    assert world.road.times("POST */$batch") == 3
    assert world.road.times("GET *") == 0


async def test_many_answers_are_the_same_as_single_ones(world: World) -> None:
    ids = [person.id for person in world.tenant.people][:25]
    crowd = crowd_of(world)
    memberships, licences, voices = (
        await crowd.memberships(ids),
        await crowd.licences(ids),
        await crowd.configurations([*ids, NOBODY]),
    )
    for person_id in (ids[0], ids[20], ids[24]):
        assert memberships[person_id] == await world.directory.memberships(person_id)
        assert licences[person_id] == await world.directory.licences(person_id)
        assert voices[person_id] == await world.telephony.configuration(person_id)
    assert voices[NOBODY] is None


async def test_requests_that_are_throttled_within_a_batch_are_asked_again_alone(world: World) -> None:
    ids = [person.id for person in world.tenant.people][:30]
    await world.weather(quota={"units_per_10s": 12})

    found = await GraphCrowd(patient(world), world.directory).people(ids)

    assert [found[key].id for key in ids] == ids  # type: ignore[union-attr]
    assert max(world.clock.slept) >= 1, "it waited as long as the tenant asked"


async def test_in_bad_weather_every_read_is_answered_in_the_end(world: World) -> None:
    ids = [person.id for person in world.tenant.people][:60]
    await world.weather(error_rate=0.2, throttle_rate=0.1)
    found = await GraphCrowd(patient(world), world.directory).memberships(ids)
    assert all(isinstance(found[key], dict) for key in ids)


async def test_twenty_join_with_one_call(world: World) -> None:
    ids = newcomers(world, 45)

    outcomes = await crowd_of(world).add_members(MANCHESTER, ids)

    assert outcomes == dict.fromkeys(ids, True)
    assert world.road.times(f"PATCH */groups/{MANCHESTER}") == 3
    assert sorted(entry["detail"]["member"] for entry in await world.ledger("member.added")) == sorted(ids)


async def test_who_is_in_already_is_found_and_the_others_join(world: World) -> None:
    ids = newcomers(world, 25)
    await world.directory.add_member(MANCHESTER, ids[3])
    await world.directory.add_member(MANCHESTER, ids[22])

    outcomes = await crowd_of(world).add_members(MANCHESTER, ids)

    assert outcomes == {key: key not in {ids[3], ids[22]} for key in ids}
    assert len(await world.ledger("member.added")) == 25
    assert world.road.times("POST */members/$ref") == 2, "nobody else was added one by one"


async def test_readers_that_lag_do_not_keep_the_others_out(world: World) -> None:
    ids = newcomers(world, 20)
    await world.weather(replication_s=3600)
    await world.directory.add_member(MANCHESTER, ids[0])

    outcomes = await crowd_of(world).add_members(MANCHESTER, ids)

    assert outcomes == {key: key != ids[0] for key in ids}


async def test_one_who_is_not_there_keeps_nobody_else_out(world: World) -> None:
    ids = [*newcomers(world, 10), NOBODY]
    outcomes = await crowd_of(world).add_members(MANCHESTER, ids)
    assert isinstance(outcomes[NOBODY], PersonUnknown)
    assert [outcomes[key] for key in ids[:-1]] == [True] * 10


async def test_a_rules_group_takes_nobody_and_is_asked_no_further(world: World) -> None:
    ids = newcomers(world, 60)
    outcomes = await crowd_of(world).add_members(LONDON, ids)
    assert all(isinstance(outcome, GroupRefusesMembers) for outcome in outcomes.values())
    assert len(outcomes) == 60
    assert world.road.times("P* */groups/*") <= 2


@pytest.mark.parametrize("carried_out", [True, False])
async def test_a_doubtful_answer_is_cleared_up_by_reading(world: World, *, carried_out: bool) -> None:
    ids = newcomers(world, 20)
    world.road.expect(f"PATCH */groups/{MANCHESTER}", Accident(504, carried_out=carried_out))

    outcomes = await GraphCrowd(patient(world), world.directory).add_members(MANCHESTER, ids)

    assert outcomes == dict.fromkeys(ids, True)
    assert len(await world.ledger("member.added")) == 20
    assert world.road.times("PATCH *") == (1 if carried_out else 2)


async def test_a_permission_that_is_missing_is_said_of_everyone(world: World) -> None:
    words = "Insufficient privileges to complete the operation."
    for pattern in ("PATCH *", "POST */members/$ref"):
        world.road.expect(pattern, refusal(403, "Authorization_RequestDenied", words))
    outcomes = await crowd_of(world).add_members(MANCHESTER, newcomers(world, 1))
    assert [type(outcome).__name__ for outcome in outcomes.values()] == ["NotPermitted"]


def patient(world: World) -> Graph:
    return Graph.connect(
        f"{world.address}/v1.0", StaticToken("sandbox"), world.clock, Patience(total=300, longest_pause=5)
    )


async def test_who_keeps_to_the_quota_is_not_refused(founded: Path, tmp_path: Path) -> None:
    clock = SystemClock()  # how calls crowd on their way is part of the story
    tenant = Tenant.open(Path(shutil.copytree(founded, tmp_path / "tenant")), clock.now)
    ids = [person.id for person in tenant.people]
    quota = Quota(units=600, writes=300, teams=60)
    async with TestClient(TestServer(create_app(tenant))) as http:
        limits = {"units_per_10s": 600, "writes_per_150s": 300, "teams_per_s": 60}
        await http.post("/sandbox/faults", json={"quota": limits})
        graph = Graph.connect(
            str(http.make_url("/v1.0")), StaticToken("sandbox"), clock, Patience(), Pacing(clock, quota)
        )
        crowd = GraphCrowd(graph, GraphDirectory(graph, ""))
        began = time.monotonic()

        await asyncio.gather(crowd.configurations(ids[:240]), crowd.memberships(ids[:240]))
        await crowd.add_members(MANCHESTER, [p.id for p in tenant.people if p.city == "Berlin"])

        spent = time.monotonic() - began
        used = await (await http.get("/sandbox/quota")).json()
        await graph.close()
    tenant.close()
    assert set(used["refused"].values()) == {0}
    allowed = (used["admitted"]["teams_per_s"] - 60) / 60
    assert allowed <= spent <= 1.3 * allowed + 1, "as fast as the slowest bucket allows"


async def test_a_refusal_holds_up_all_calls_of_its_kind(clock: FakeClock) -> None:
    pacing = Pacing(clock, Quota())
    pacing.hold({"teams": 1}, 7)
    await pacing.admit([{"units": 5}])
    assert clock.slept == []
    await pacing.admit([{"teams": 1}])
    assert 7 <= sum(clock.slept) < 7.1


@pytest.mark.parametrize(
    "call",
    [
        "GET /users/a?$select=id,displayName",
        "GET /users/a?$select=id&$expand=manager($levels=10;$select=id)",
        "GET /users/a/memberOf?$select=id&$top=999",
        "GET /groups/a/members?$select=id&$top=2",
        "GET /groups?$filter=displayName eq 'a'&$select=id",
        "GET /subscribedSkus",
        "POST /users/a/checkMemberGroups",
        "POST /groups/a/members/$ref",
        "PATCH /groups/a",
        "GET /admin/teams/userConfigurations/a",
        "POST /admin/teams/policy/userAssignments/assign",
        "POST /users/a/teamwork/installedApps",
        "POST /$batch",
    ],
)
def test_both_sides_count_alike(call: str) -> None:
    method, _, target = call.partition(" ")
    path, _, query = target.partition("?")
    seen = Call(method, path, dict(parse_qsl(query)), {}, b"", "")
    names = {"units": "units_per_10s", "writes": "writes_per_150s", "teams": "teams_per_s"}
    assert {names[name]: amount for name, amount in costs_of(method, target).items()} == cost(seen)
