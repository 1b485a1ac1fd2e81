"""Groups: found by name, joined and left."""

from __future__ import annotations

import pytest

from services.domain.errors import (
    GroupAmbiguous,
    GroupRefusesMembers,
    GroupUnknown,
    NotPermitted,
    PersonUnknown,
    TenantRefused,
)
from services.sandbox.company import EMPLOYEE
from services.sandbox.company.groups import group_id
from services.sandbox.company.products import CALLING_PLAN, PHONE
from tests.contract.graph.conftest import World
from tests.contract.graph.road import refusal

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
LONDON = group_id("Prov_Teams_Phone_London")
NEW_YORK = group_id("Prov_Teams_Phone_New_York")
NOTHING = "00000000-0000-0000-0000-00000000dead"


def rename(world: World, group: str, name: str) -> None:
    found = world.tenant.groups.get(group)
    assert found is not None
    found.display_name = name
    world.tenant.groups.put(found)


async def test_an_assigned_group_takes_members_and_a_rules_group_does_not(world: World) -> None:
    manchester = await world.directory.group_named("Prov_Teams_Phone_Manchester")
    london = await world.directory.group_named("prov_teams_phone_london")

    assert (manchester.id, manchester.takes_members, manchester.is_dynamic) == (MANCHESTER, True, False)
    assert (london.id, london.takes_members, london.is_dynamic) == (LONDON, False, True)
    assert london.membership_rule
    assert "London" in london.membership_rule


async def test_a_group_is_found_whatever_it_is_called(world: World) -> None:
    for name in ("Éire's & Söhne", "100% (all) 'quoted'", "a+b=c;d#e?f/g\\h", "o''brien"):
        rename(world, MANCHESTER, name)
        assert (await world.directory.group_named(name)).id == MANCHESTER


async def test_a_name_that_no_group_has_is_unknown(world: World) -> None:
    with pytest.raises(GroupUnknown, match="Prov_Nowhere"):
        await world.directory.group_named("Prov_Nowhere")


async def test_a_name_that_two_groups_have_is_not_guessed_at(world: World) -> None:
    rename(world, LONDON, "Prov_Teams_Phone_Manchester")

    with pytest.raises(GroupAmbiguous, match="2 groups"):
        await world.directory.group_named("Prov_Teams_Phone_Manchester")


async def test_a_group_is_asked_for_once_a_minute(world: World) -> None:
    for _ in range(3):
        await world.directory.group_named("Prov_Teams_Phone_Manchester")
    assert world.road.times("GET /v1.0/groups") == 1

    world.clock.move(61)
    await world.directory.group_named("Prov_Teams_Phone_Manchester")
    assert world.road.times("GET /v1.0/groups") == 2


async def test_a_group_says_which_licences_it_brings(world: World) -> None:
    assert await world.directory.group_licences(NEW_YORK) == {PHONE, CALLING_PLAN}
    with pytest.raises(GroupUnknown):
        await world.directory.group_licences(NOTHING)


async def test_joining_and_leaving_say_whether_they_changed_anything(world: World) -> None:
    directory = world.directory
    assert not await directory.is_member(MANCHESTER, EMPLOYEE.id)

    assert await directory.add_member(MANCHESTER, EMPLOYEE.id)
    assert await directory.is_member(MANCHESTER, EMPLOYEE.id)
    assert not await directory.add_member(MANCHESTER, EMPLOYEE.id)

    assert await directory.remove_member(MANCHESTER, EMPLOYEE.id)
    assert not await directory.is_member(MANCHESTER, EMPLOYEE.id)
    assert not await directory.remove_member(MANCHESTER, EMPLOYEE.id)


async def test_leaving_a_group_leaves_the_account_alone(world: World) -> None:
    before = await world.directory.person(EMPLOYEE.id)
    await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    await world.directory.remove_member(MANCHESTER, EMPLOYEE.id)

    assert await world.directory.person(EMPLOYEE.id) == before
    assert all(call.endswith("/$ref") for call in world.road.calls if call.startswith("DELETE"))


async def test_only_direct_membership_counts(world: World) -> None:
    """Licences of a group do not reach the members of groups inside it."""
    inner, outer = world.tenant.groups.get(MANCHESTER), world.tenant.groups.get(NEW_YORK)
    assert inner is not None
    assert outer is not None
    inner.members.append(EMPLOYEE.id)
    outer.members.append(inner.id)

    assert await world.directory.is_member(MANCHESTER, EMPLOYEE.id)
    assert not await world.directory.is_member(NEW_YORK, EMPLOYEE.id)


async def test_a_rules_group_refuses_members_by_name(world: World) -> None:
    for change in (world.directory.add_member, world.directory.remove_member):
        with pytest.raises(GroupRefusesMembers, match="Prov_Teams_Phone_London") as refused:
            await change(LONDON, EMPLOYEE.id)
        assert "Insufficient privileges" in refused.value.sentence
        assert refused.value.facts["request_id"]


async def test_the_same_refusal_of_an_assigned_group_is_about_a_missing_permission(world: World) -> None:
    world.road.expect(
        "POST */members/$ref",
        refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
    )

    with pytest.raises(NotPermitted, match="Insufficient privileges") as refused:
        await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    assert refused.value.facts["request_id"] == "req-7"


async def test_strangers_and_missing_groups_are_told_apart(world: World) -> None:
    with pytest.raises(GroupUnknown):
        await world.directory.add_member(NOTHING, EMPLOYEE.id)
    with pytest.raises(PersonUnknown):
        await world.directory.add_member(MANCHESTER, NOTHING)


async def test_any_other_refusal_keeps_the_tenants_words(world: World) -> None:
    words = "The group has reached its limit of members."
    world.road.expect("POST */members/$ref", refusal(400, "Directory_QuotaExceeded", words))

    with pytest.raises(TenantRefused, match="reached its limit") as refused:
        await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    assert type(refused.value) is TenantRefused
    assert refused.value.__cause__ is not None
