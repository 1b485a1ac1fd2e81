"""The tenant's numbers and what Teams has configured for people."""

from __future__ import annotations

from services.domain.number import NumberType
from services.ports import AssignmentStatus
from services.sandbox.company import EMPLOYEE
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from tests.contract.graph.conftest import World
from tests.contract.graph.road import answer

NUMBERS = "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments"


async def test_every_number_is_listed_once_page_by_page(world: World) -> None:
    listed = [number async for number in world.telephony.numbers()]

    assert len(listed) == len(world.tenant.numbers) > 3000
    assert {n.telephone_number for n in listed} == {n.telephone_number for n in world.tenant.numbers}
    assert {n.type for n in listed} == set(NumberType)
    assert {n.status for n in listed} == set(AssignmentStatus)
    assert world.road.times(f"GET {NUMBERS}") == len(listed) // 1000 + 1


async def test_a_tenant_that_gives_no_links_is_listed_to_the_end_too(world: World) -> None:
    world.road.links = False

    listed = [number.telephone_number async for number in world.telephony.numbers()]

    assert sorted(listed) == sorted(n.telephone_number for n in world.tenant.numbers)


async def test_a_number_says_who_has_it_and_where_it_is(world: World) -> None:
    taken = next(n for n in world.tenant.numbers if n.assignment_target_id == person_id("Joni Sherman"))

    number = await world.telephony.number(taken.telephone_number)

    assert number is not None
    assert (number.status, number.assignment_target_id) == (AssignmentStatus.USER, person_id("Joni Sherman"))
    assert (number.type, number.city, number.country) == (NumberType.CALLING_PLAN, "New York", "US")
    assert number.location_id == taken.location_id
    assert number.assignable_to_users


async def test_a_free_number_is_unassigned(world: World) -> None:
    free = world.free_numbers("+44161")[0]

    number = await world.telephony.number(free)

    assert number is not None
    assert (number.status, number.assignment_target_id) == (AssignmentStatus.UNASSIGNED, None)
    assert await world.telephony.number(free.removeprefix("+")) == number


async def test_a_number_that_the_tenant_does_not_have_is_none(world: World) -> None:
    assert await world.telephony.number("+441619999999") is None
    assert await world.telephony.number("x' or telephoneNumber ne 'y") is None


async def test_numbers_of_kinds_that_cannot_be_given_out_are_left_out(world: World) -> None:
    rows = [
        {"telephoneNumber": "441611110001", "numberType": "directRouting", "capabilities": [None, "new"]},
        {"telephoneNumber": "+441611110002", "numberType": "unknownFutureValue"},
        {"telephoneNumber": "+441611110003", "numberType": None},
    ]
    world.road.expect(f"GET {NUMBERS}", answer({"value": rows}), answer({"value": []}))

    (number,) = [number async for number in world.telephony.numbers()]

    assert number.telephone_number == "+441611110001"
    assert number.status is AssignmentStatus.OTHER  # nobody said that it is unassigned
    assert not number.assignable_to_users


async def test_what_teams_has_configured_for_somebody_with_a_number(world: World) -> None:
    configuration = await world.telephony.configuration(person_id("Adele Vance"))

    assert configuration is not None
    assert configuration.voice_enabled
    assert configuration.account_type == "user"
    (number,) = configuration.numbers
    assert number.startswith("+4420")
    assert configuration.policies["TenantDialPlan"] == "UK London"


async def test_what_teams_has_configured_for_somebody_without(world: World) -> None:
    configuration = await world.telephony.configuration(EMPLOYEE.id)

    assert configuration is not None
    assert (configuration.voice_enabled, configuration.numbers) == (False, ())


async def test_somebody_whom_teams_does_not_know_has_no_configuration(world: World) -> None:
    assert await world.telephony.configuration("00000000-0000-0000-0000-00000000dead") is None


async def test_a_groups_policies_reach_its_members(world: World) -> None:
    await world.directory.add_member(group_id("Prov_Teams_Phone_Manchester"), EMPLOYEE.id)

    configuration = await world.telephony.configuration(EMPLOYEE.id)

    assert configuration is not None
    assert configuration.policies["OnlineVoiceRoutingPolicy"] == "UK Domestic Manchester"
