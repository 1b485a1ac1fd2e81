"""What users are spared: throttling, gateways, lost answers, replicas that lag."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from services.domain.errors import NotPermitted, TenantBusy, TenantRefused
from services.graph.client import Graph
from services.graph.credentials import StaticToken
from services.graph.directory import GraphDirectory
from services.graph.telephony import GraphTelephony
from services.sandbox.company import EMPLOYEE
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from tests.clock import FakeClock
from tests.contract.graph.conftest import World
from tests.contract.graph.road import HTML, Accident, answer

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
READ = "GET */users/*"
JOIN = "POST */members/$ref"


PASSING = (
    Accident(),
    Accident(500),
    Accident(502, HTML, {"Content-Type": "text/html"}),
    Accident(503),
    Accident(504, b"upstream request timeout", {"Content-Type": "text/plain"}),
    Accident(429),
    Accident(200, HTML, {"Content-Type": "text/html"}),
)


async def test_a_read_survives_what_passes(world: World) -> None:
    for tried, accident in enumerate(PASSING, start=1):
        world.road.expect(READ, accident, accident)
        assert (await world.directory.person(EMPLOYEE.id)).display_name == "Christie Cline"
        assert world.road.times(READ) == 3 * tried


async def test_the_tenants_wish_to_wait_is_honoured(world: World) -> None:
    world.road.expect(READ, Accident(429, headers={"Retry-After": "3"}))

    await world.directory.person(EMPLOYEE.id)

    (pause,) = world.clock.slept
    assert pause == 3


async def test_a_wish_to_wait_may_be_a_date_by_the_tenants_own_clock(world: World) -> None:
    headers = {"Date": "Mon, 05 Jan 2015 08:00:00 GMT", "Retry-After": "Mon, 05 Jan 2015 08:00:05 GMT"}
    world.road.expect(READ, Accident(503, headers=headers))

    await world.directory.person(EMPLOYEE.id)

    assert world.clock.slept == [5]


async def test_a_wish_beyond_our_patience_is_passed_on_at_once(world: World) -> None:
    world.road.expect(READ, Accident(429, headers={"Retry-After": "60"}))

    with pytest.raises(TenantBusy) as busy:
        await world.directory.person(EMPLOYEE.id)

    assert busy.value.retry_after == 60
    assert world.clock.slept == []


async def test_patience_ends_within_seconds_and_the_pauses_grow(world: World) -> None:
    began = world.clock.now()
    await world.weather(error_rate=1.0)

    with pytest.raises(TenantBusy, match="slow or busy"):
        await world.directory.person(EMPLOYEE.id)

    slept = world.clock.slept
    assert 3 < (world.clock.now() - began).total_seconds() <= 12
    assert 4 <= len(slept) <= 12
    assert all(later > earlier * 0.9 for earlier, later in pairwise(slept))


async def test_a_gateways_page_is_not_shown_to_people(world: World) -> None:
    world.road.expect(READ, *[Accident(502, HTML, {"Content-Type": "text/html"})] * 50)
    with pytest.raises(TenantBusy) as busy:
        await world.directory.person(EMPLOYEE.id)
    world.road.calm()

    assert busy.value.facts["words"] == "HTTP 502 Bad Gateway"


async def test_a_wrong_token_is_a_matter_of_permission_whatever_is_asked(
    world: World, clock: FakeClock
) -> None:
    graph = Graph.connect(f"{world.address}/v1.0", StaticToken("expired"), clock)
    directory, telephony = GraphDirectory(graph, "app"), GraphTelephony(graph)
    try:
        for ask in (
            directory.person(EMPLOYEE.id),
            directory.group_named("x"),
            directory.subscriptions(),
            directory.add_member(MANCHESTER, EMPLOYEE.id),
            telephony.number("+441614960000"),
            telephony.configuration(EMPLOYEE.id),
        ):
            with pytest.raises(NotPermitted, match="Access token validation failure"):
                await ask
    finally:
        await graph.close()
    assert clock.slept == []  # no use in trying again


async def test_a_tenant_that_is_not_there_is_busy(clock: FakeClock, unused_tcp_port: int) -> None:
    graph = Graph.connect(f"http://127.0.0.1:{unused_tcp_port}/v1.0", StaticToken("sandbox"), clock)
    try:
        with pytest.raises(TenantBusy, match="no connection"):
            await GraphDirectory(graph, "app").person(EMPLOYEE.id)
    finally:
        await graph.close()


async def test_an_answer_that_makes_no_sense_is_refused_with_the_place(world: World) -> None:
    world.road.expect(READ, answer({"id": "x", "userPrincipalName": 7}))

    with pytest.raises(TenantRefused, match="userPrincipalName"):
        await world.directory.person(EMPLOYEE.id)


async def test_the_token_does_not_follow_a_link_to_another_host(world: World) -> None:
    world.road.expect(
        "GET */memberOf", answer({"value": [], "@odata.nextLink": "http://127.0.0.1:9/v1.0/users"})
    )

    with pytest.raises(TenantRefused, match="another host"):
        await world.directory.is_member(MANCHESTER, EMPLOYEE.id)


@pytest.mark.parametrize("lost", [Accident(carried_out=True), Accident(504, carried_out=True)])
async def test_a_join_whose_answer_is_lost_is_looked_up(world: World, lost: Accident) -> None:
    world.road.expect(JOIN, lost)

    assert await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    assert world.road.times(JOIN) == 1
    assert len(await world.ledger("member.added")) == 1


async def test_a_join_that_never_arrived_is_sent_again(world: World) -> None:
    world.road.expect(JOIN, Accident(503))

    assert await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    assert len(await world.ledger("member.added")) == 1


async def test_a_throttled_join_waits_and_needs_no_look(world: World) -> None:
    world.road.expect(JOIN, Accident(429, headers={"Retry-After": "2"}))

    assert await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    assert world.clock.slept == [2]
    assert world.road.times("GET */memberOf") == 0


async def test_a_lost_join_that_replicas_show_late_still_counts_as_ours(world: World) -> None:
    await world.weather(replication_s=30)
    world.road.expect(JOIN, Accident(504, carried_out=True))

    assert await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    assert len(await world.ledger("member.added")) == 1


async def test_a_lost_departure_counts_as_ours(world: World) -> None:
    leaver = person_id("Megan Bowen")
    world.road.expect("DELETE */$ref", Accident(carried_out=True))

    assert await world.directory.remove_member(MANCHESTER, leaver)
    assert len(await world.ledger("member.removed")) == 1


@pytest.mark.parametrize("seed", range(3))
async def test_in_a_storm_everybody_joins_exactly_once(world: World, seed: int) -> None:
    newcomers = random.Random(seed).sample([p.id for p in world.tenant.people if p.city == "Dublin"], 8)
    await world.weather(error_rate=0.3, throttle_rate=0.2, replication_s=1.0)

    for person in newcomers:
        while True:
            try:
                await world.directory.add_member(MANCHESTER, person)
                break
            except TenantBusy:
                continue
    await world.weather()

    added = [entry["detail"]["member"] for entry in await world.ledger("member.added")]
    assert sorted(added) == sorted(newcomers)
