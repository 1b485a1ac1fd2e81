"""Finding people: by what somebody types, as owners and as members of groups, with their cost centre."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from services.domain.errors import GroupUnknown, TenantBusy
from services.domain.person import Person
from services.graph.crowd import GraphCrowd
from services.sandbox.company import EMPLOYEE, MANAGER
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from services.sandbox.records import Group
from tests.contract.graph.conftest import World
from tests.contract.graph.road import Accident

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
DUBLIN = group_id("Prov_Teams_Phone_Dublin")
NOTHING = "00000000-0000-0000-0000-00000000dead"


def names(people: object) -> list[str]:
    assert isinstance(people, tuple)
    assert all(isinstance(person, Person) for person in people)
    return [person.display_name for person in people]


def change(world: World, group: str, *, members: list[str]) -> Group:
    found = world.tenant.groups.get(group)
    assert found is not None
    found.members = members
    world.tenant.groups.put(found)
    return found


async def test_people_are_found_by_how_their_name_begins(world: World) -> None:
    (megan,) = await world.directory.search("megan b", 5)
    assert megan == await world.directory.person(MANAGER.id)
    assert names(await world.directory.search("  MEGAN   bowen ", 5)) == ["Megan Bowen"]
    assert await world.directory.search("Bowen", 5) == ()


async def test_people_are_found_by_their_whole_address(world: World) -> None:
    assert names(await world.directory.search(MANAGER.upn.upper(), 5)) == ["Megan Bowen"]
    assert names(await world.directory.search("brianj@tailspin.example", 5)) == ["Brian Johnson"]
    guest = await world.directory.person(person_id("Brian Johnson"))
    assert await world.directory.search(guest.user_principal_name, 5) == (guest,)
    assert await world.directory.search(MANAGER.upn.partition("@")[0], 5) == ()


async def test_whoever_is_found_comes_in_order_and_no_more_than_asked_for(world: World) -> None:
    everybody = sorted(
        (p.display_name for p in world.tenant.people if p.display_name.lower().startswith("a")),
        key=str.casefold,
    )
    assert len(everybody) > 5
    found = names(await world.directory.search("a", 999))
    assert sorted(found) == sorted(everybody)
    assert names(await world.directory.search("a", 5)) == found[:5]


async def test_nothing_that_somebody_types_breaks_the_question(world: World) -> None:
    for words in ("", "   ", "'", "o'", "x' or startswith(displayName,'a", "100% & co #1?/", "Zoë", "\u202e"):
        found = await world.directory.search(words, 50)
        assert all(p.display_name.casefold().startswith(words.casefold()) for p in found), words
    assert await world.directory.search("Megan", 0) == ()


async def test_a_name_with_an_apostrophe_is_found(world: World) -> None:
    irish = next(p for p in world.tenant.people if "'" in p.display_name)
    assert irish.display_name in names(await world.directory.search(irish.display_name, 5))


async def test_a_search_waits_for_a_busy_tenant(world: World) -> None:
    world.road.expect("GET /v1.0/users", Accident(429), Accident(503))
    assert names(await world.directory.search("Megan Bowen", 5)) == ["Megan Bowen"]

    world.road.expect("GET /v1.0/users", Accident(429, headers={"Retry-After": "60"}))
    with pytest.raises(TenantBusy):
        await world.directory.search("Megan Bowen", 5)


async def test_owners_of_a_group_are_known_also_when_they_have_left(world: World) -> None:
    owners = await world.directory.group_owners(MANCHESTER)
    assert names(owners) == ["Megan Bowen", "Allan Deyoung"]
    assert owners[0] == await world.directory.person(MANAGER.id)

    (grady,) = await world.directory.group_owners(DUBLIN)
    assert not grady.can_work
    assert await world.directory.group_owners(group_id("Prov_UK_Standard_Baseline")) == ()


async def test_a_new_owner_is_known_at_once(world: World) -> None:
    reference = {"@odata.id": f"{world.address}/v1.0/users/{EMPLOYEE.id}"}
    async with httpx.AsyncClient(trust_env=False, headers={"Authorization": "Bearer sandbox"}) as client:
        reply = await client.post(f"{world.address}/v1.0/groups/{DUBLIN}/owners/$ref", json=reference)
    assert reply.status_code == 204

    assert names(await world.directory.group_owners(DUBLIN)) == ["Grady Archie", "Christie Cline"]


async def test_members_of_a_group_are_people_and_no_groups(world: World) -> None:
    change(world, DUBLIN, members=[MANCHESTER, EMPLOYEE.id, group_id("Prov_Teams_Phone_London"), MANAGER.id])

    members = await world.directory.group_members(DUBLIN, 10)
    assert names(members) == ["Christie Cline", "Megan Bowen"]
    assert [p.cost_centre for p in members] == ["UK-HR", "UK-HR"]
    assert names(await world.directory.group_members(DUBLIN, 1)) == ["Christie Cline"]
    assert await world.directory.group_members(DUBLIN, 0) == ()


async def test_members_are_read_over_as_many_pages_as_it_takes(world: World) -> None:
    crowd = [p.id for p in world.tenant.people][:8]
    groups = [g.id for g in world.tenant.groups if g.id != DUBLIN][:6]
    change(world, DUBLIN, members=[*groups, *crowd])

    assert [p.id for p in await world.directory.group_members(DUBLIN, 4)] == crowd[:4]
    assert world.road.times("GET */members") == 3


async def test_an_empty_group_has_no_members(world: World) -> None:
    change(world, DUBLIN, members=[])
    assert await world.directory.group_members(DUBLIN, 10) == ()


async def test_a_group_that_is_not_there_is_unknown(world: World) -> None:
    for group in (NOTHING, "", "  ", "../users"):
        with pytest.raises(GroupUnknown):
            await world.directory.group_owners(group)
        with pytest.raises(GroupUnknown):
            await world.directory.group_members(group, 5)


async def test_a_group_made_a_moment_ago_may_have_no_owner(world: World) -> None:
    group = Group(id=NOTHING, display_name="New", created_date_time=datetime(2026, 11, 23, tzinfo=UTC))
    world.tenant.groups.put(group)
    assert await world.directory.group_owners(NOTHING) == ()


async def test_a_cost_centre_comes_with_a_person_and_with_everybody_above(world: World) -> None:
    assert (await world.directory.person(EMPLOYEE.id)).cost_centre == "UK-HR"
    chain = await world.directory.management_chain(EMPLOYEE.id)
    assert [p.cost_centre for p in chain] == ["UK-HR", "UK-HR", "UK-EXECUTIVE"]
    assert (await world.directory.person(person_id("Brian Johnson"))).cost_centre is None


async def test_a_cost_centre_comes_with_everybody_of_a_crowd_too(world: World) -> None:
    joni = person_id("Joni Sherman")

    found = await GraphCrowd(world.graph, world.directory).people([EMPLOYEE.id, joni])

    crowd = [person for person in found.values() if isinstance(person, Person)]
    assert [person.cost_centre for person in crowd] == ["UK-HR", "US-FINANCE"]
