"""Licences: what people have, what they wait for, what is left."""

from __future__ import annotations

from services.domain.location import CALLING_PLANS, TEAMS_PHONE_PLAN
from services.ports import Subscription
from services.sandbox.company import EMPLOYEE
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from services.sandbox.company.products import E5, PHONE, PHONE_WITH_PLAN
from tests.contract.graph.conftest import World
from tests.contract.graph.road import answer

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
BERLIN = group_id("Prov_Teams_Phone_Berlin")


async def bought(world: World, sku_id: str) -> Subscription:
    return next(s for s in await world.directory.subscriptions() if s.sku_id == sku_id)


async def test_a_groups_licence_comes_some_time_after_joining(world: World) -> None:
    assert TEAMS_PHONE_PLAN not in (await world.directory.licences(EMPLOYEE.id)).plans
    await world.directory.add_member(MANCHESTER, EMPLOYEE.id)

    assert TEAMS_PHONE_PLAN not in (await world.directory.licences(EMPLOYEE.id)).plans
    world.clock.move(2.5)
    licences = await world.directory.licences(EMPLOYEE.id)

    assert TEAMS_PHONE_PLAN in licences.plans
    assert licences.faults == ()


async def test_a_plan_inside_a_larger_product_counts(world: World) -> None:
    assert TEAMS_PHONE_PLAN in (await world.directory.licences(person_id("Patti Fernandez"))).plans
    assert TEAMS_PHONE_PLAN in (await bought(world, E5)).plans


async def test_a_licence_that_ran_out_is_a_fault_that_names_group_and_reason(world: World) -> None:
    await world.directory.add_member(BERLIN, EMPLOYEE.id)
    world.clock.move(2.5)

    licences = await world.directory.licences(EMPLOYEE.id)

    (fault,) = licences.faults
    assert (fault.sku_id, fault.group_id, fault.error) == (PHONE_WITH_PLAN, BERLIN, "CountViolation")
    assert not licences.plans & CALLING_PLANS
    assert (await bought(world, PHONE_WITH_PLAN)).free == 0


async def test_what_is_left_goes_down_when_somebody_gets_one(world: World) -> None:
    before = (await bought(world, PHONE)).free
    await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    world.clock.move(2.5)
    assert (await bought(world, PHONE)).free == before  # remembered for some seconds

    world.clock.move(5)
    assert (await bought(world, PHONE)).free == before - 1


async def test_licences_in_their_grace_period_work_and_suspended_ones_do_not(world: World) -> None:
    plans = [("Warning", "AAAA"), ("Suspended", "bbbb"), ("Deleted", "cccc"), ("Enabled", "dddd")]
    states = [
        {"skuId": "S1", "assignedByGroup": None, "state": "Active", "error": None},
        {"skuId": "S2", "assignedByGroup": "G2", "state": "Active", "error": "None"},
        {"skuId": "S3", "assignedByGroup": "G3", "state": "Error", "error": "None"},
        {"skuId": "S4", "assignedByGroup": None, "state": "ActiveWithError", "error": "DependencyViolation"},
    ]
    world.road.expect(
        "GET */users/*",
        answer(
            {
                "assignedPlans": [
                    {"servicePlanId": p, "capabilityStatus": s, "service": "x"} for s, p in plans
                ],
                "licenseAssignmentStates": states,
            }
        ),
    )

    licences = await world.directory.licences(EMPLOYEE.id)

    assert licences.plans == {"aaaa", "dddd"}
    assert [(f.sku_id, f.group_id, f.error) for f in licences.faults] == [
        ("s3", "g3", "Other"),
        ("s4", None, "DependencyViolation"),
    ]


async def test_a_subscription_without_units_has_none_left(world: World) -> None:
    sku = {"skuId": "S", "skuPartNumber": "P", "consumedUnits": 9, "prepaidUnits": {"enabled": 4}}
    world.road.expect("GET */subscribedSkus", answer({"value": [sku]}))

    (found,) = await world.directory.subscriptions()

    assert (found.enabled, found.consumed, found.free) == (4, 9, 0)
