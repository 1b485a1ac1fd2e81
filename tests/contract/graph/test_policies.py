"""Policies: found by name, assigned to a person, taken away, and seen with where they come from."""

from __future__ import annotations

import pytest

from services.domain.errors import PersonUnknown, PolicyUnknown, TenantRefused
from services.domain.persona import CALLER_ID, DIAL_PLAN, EMERGENCY_CALLING
from services.sandbox.company import EMPLOYEE, MANAGER
from services.sandbox.company.groups import group_id, policy_id
from tests.contract.graph.conftest import World

MEETING = "TeamsMeetingPolicy"
EMERGENCY = policy_id(EMERGENCY_CALLING, "UK Emergency")


async def held(world: World, person_id: str) -> dict[str, str]:
    found = await world.telephony.configuration(person_id)
    assert found is not None
    return found.policies


async def test_a_policy_is_found_by_its_name_in_any_case(world: World) -> None:
    for name in ("UK Emergency", "uk emergency", "Tag:UK Emergency"):
        assert await world.telephony.policy_id(EMERGENCY_CALLING, name) == EMERGENCY


@pytest.mark.parametrize(("policy_type", "name"), [(DIAL_PLAN, "Mars"), (MEETING, "O'Brien, & 50% (x)")])
async def test_a_policy_that_is_not_there_is_unknown(world: World, policy_type: str, name: str) -> None:
    with pytest.raises(PolicyUnknown, match="has no Te"):
        await world.telephony.policy_id(policy_type, name)


async def test_a_type_that_teams_does_not_have_is_refused(world: World) -> None:
    with pytest.raises(TenantRefused, match="not supported"):
        await world.telephony.policy_id("TeamsPaintPolicy", "Blue")


async def test_a_policy_is_assigned_and_taken_away_and_twice_is_once(world: World) -> None:
    person = EMPLOYEE.id
    for _ in range(2):
        await world.telephony.assign_policy(person, EMERGENCY_CALLING, EMERGENCY)
    assert (await held(world, person))[EMERGENCY_CALLING] == "UK Emergency"

    for _ in range(2):
        await world.telephony.unassign_policy(person, EMERGENCY_CALLING)
    assert EMERGENCY_CALLING not in await held(world, person)


async def test_a_groups_policy_names_its_group_and_a_direct_one_hides_it(world: World) -> None:
    before = await world.telephony.configuration(MANAGER.id)
    assert before is not None
    assert before.policies[CALLER_ID] == "UK HR Manchester"
    assert before.by_group[CALLER_ID] == group_id("Prov_Teams_Phone_Manchester_HR")

    london = await world.telephony.policy_id(CALLER_ID, "UK HR London")
    await world.telephony.assign_policy(MANAGER.id, CALLER_ID, london)

    after = await world.telephony.configuration(MANAGER.id)
    assert after is not None
    assert after.policies[CALLER_ID] == "UK HR London"
    assert CALLER_ID not in after.by_group


async def test_people_and_policies_that_are_gone_are_told_apart(world: World) -> None:
    nobody = "00000000-0000-0000-0000-00000000dead"
    with pytest.raises(PersonUnknown):
        await world.telephony.assign_policy(nobody, EMERGENCY_CALLING, EMERGENCY)
    with pytest.raises(PersonUnknown):
        await world.telephony.unassign_policy(nobody, EMERGENCY_CALLING)
    with pytest.raises(PolicyUnknown):
        await world.telephony.assign_policy(EMPLOYEE.id, EMERGENCY_CALLING, nobody)


async def test_bad_weather_is_waited_out(world: World) -> None:
    await world.weather(error_rate=0.5)
    await world.telephony.assign_policy(EMPLOYEE.id, EMERGENCY_CALLING, EMERGENCY)
    await world.weather()
    assert (await held(world, EMPLOYEE.id))[EMERGENCY_CALLING] == "UK Emergency"


async def test_attributes_are_written_and_the_rules_groups_follow(world: World) -> None:
    london = group_id("Prov_Teams_Phone_London")
    assert london not in await world.directory.memberships(EMPLOYEE.id)

    for _ in range(2):
        await world.directory.set_attributes(EMPLOYEE.id, {"city": "London", "officeLocation": "London"})

    person = await world.directory.person(EMPLOYEE.id)
    assert (person.city, person.office_location) == ("London", "London")
    assert london in await world.directory.memberships(EMPLOYEE.id)


async def test_attributes_that_graph_does_not_take_are_refused(world: World) -> None:
    with pytest.raises(TenantRefused, match="read-only"):
        await world.directory.set_attributes(EMPLOYEE.id, {"userType": "Guest"})
    with pytest.raises(PersonUnknown):
        await world.directory.set_attributes("00000000-0000-0000-0000-00000000dead", {"city": "London"})


async def test_the_last_member_of_a_group_has_nobody_beside_them(world: World) -> None:
    birmingham = group_id("Prov_Teams_Phone_Birmingham")
    group = world.tenant.groups.get(birmingham)
    assert group is not None
    group.members = [EMPLOYEE.id]
    world.tenant.groups.put(group)
    assert not await world.directory.has_other_members(birmingham, EMPLOYEE.id)

    await world.directory.add_member(birmingham, MANAGER.id)
    assert await world.directory.has_other_members(birmingham, EMPLOYEE.id)


async def test_licences_say_which_group_brings_them(world: World) -> None:
    licences = await world.directory.licences(MANAGER.id)
    phone = group_id("Prov_Teams_Phone_Manchester")
    assert ("e43b5b99-8dfb-405f-9987-dc307f34bcbd", phone) in licences.brought
