"""Orders to give and take numbers: sent once, followed to the end, never taken for more than they are."""

from __future__ import annotations

import pytest

from services.domain.errors import (
    LicenceMissing,
    NotPermitted,
    NumberTaken,
    NumberUnknown,
    TenantBusy,
    TenantRefused,
)
from services.domain.number import NumberType
from services.graph.errors import may_be_done
from services.ports import AssignmentStatus, Operation, OperationStatus
from services.sandbox.company import EMPLOYEE
from services.sandbox.company.groups import group_id
from services.sandbox.company.numbers import ELSEWHERE
from tests.contract.graph.conftest import World
from tests.contract.graph.road import HTML, Accident, answer, refusal

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
DIRECT = NumberType.DIRECT_ROUTING
ASSIGN = "POST *[./]assignNumber"
UNASSIGN = "POST *[./]unassignNumber"


async def license_employee(world: World) -> None:
    await world.directory.add_member(MANCHESTER, EMPLOYEE.id)
    world.clock.move(3)


async def assign(world: World, number: str) -> str:
    return await world.telephony.assign(number, DIRECT, EMPLOYEE.id, None)


async def followed(world: World, address: str) -> Operation:
    world.clock.move(2)
    return await world.telephony.operation(address)


async def test_a_number_is_given_followed_and_can_be_dialled(world: World) -> None:
    await license_employee(world)
    number = world.free_numbers("+44161")[0]

    address = await assign(world, number)
    assert await world.telephony.operation(address) == Operation(status=OperationStatus.RUNNING)
    assert await followed(world, address) == Operation(status=OperationStatus.SUCCEEDED)

    listed = await world.telephony.number(number)
    assert listed is not None
    assert (listed.status, listed.assignment_target_id) == (AssignmentStatus.USER, EMPLOYEE.id)
    configuration = await world.telephony.configuration(EMPLOYEE.id)
    assert configuration is not None
    assert (configuration.voice_enabled, configuration.numbers) == (True, (number,))
    assert world.road.times(ASSIGN) == len(await world.ledger("number.assign")) == 1


async def test_a_number_is_taken_back(world: World) -> None:
    await license_employee(world)
    number = world.free_numbers("+44161")[0]
    await followed(world, await assign(world, number))

    address = await world.telephony.unassign(number, DIRECT)

    assert (await followed(world, address)).status is OperationStatus.SUCCEEDED
    listed = await world.telephony.number(number)
    assert listed is not None
    assert (listed.status, listed.assignment_target_id) == (AssignmentStatus.UNASSIGNED, None)
    assert world.road.times(UNASSIGN) == len(await world.ledger("number.unassign")) == 1


async def test_a_number_that_only_looks_free_fails_in_the_tenants_words(world: World) -> None:
    await license_employee(world)

    operation = await followed(world, await assign(world, f"+{min(ELSEWHERE)}"))

    assert operation.status is OperationStatus.FAILED
    assert "already been assigned to another user" in operation.words


async def test_without_a_licence_the_operation_fails_and_says_so(world: World) -> None:
    operation = await followed(world, await assign(world, world.free_numbers("+44161")[0]))

    assert operation.status is OperationStatus.FAILED
    assert "lacks appropriate licenses" in operation.words


async def test_a_number_that_the_tenant_never_had_fails(world: World) -> None:
    await license_employee(world)

    operation = await followed(world, await assign(world, "+441619999999"))

    assert operation.status is OperationStatus.FAILED
    assert "is not found from tenant" in operation.words


REFUSALS = (
    ("Telephone Number '{0}' has already been assigned to another user", NumberTaken),
    ("Telephone Number '{0}' is not found from tenant 'x'", NumberUnknown),
    ("User 'x' lacks appropriate licenses to assign a 'CallingPlan' number", LicenceMissing),
    ("Something else about {0}", TenantRefused),
)


async def test_a_refusal_at_once_says_what_it_is_about(world: World) -> None:
    number = world.free_numbers("+44161")[0]
    for words, error in REFUSALS:
        world.road.expect(ASSIGN, refusal(400, "BadRequest", words.format(number)))

        with pytest.raises(error) as refused:
            await assign(world, number)

        assert type(refused.value) is error
        assert words.format(number) in refused.value.sentence
        assert refused.value.facts["request_id"] == "req-7"
        assert refused.value.__cause__ is not None


async def test_a_missing_permission_is_not_a_missing_licence(world: World) -> None:
    words = "Insufficient privileges. The license of the application does not matter."
    world.road.expect(ASSIGN, refusal(403, "Authorization_RequestDenied", words))

    with pytest.raises(NotPermitted):
        await assign(world, world.free_numbers("+44161")[0])


@pytest.mark.parametrize(
    "lost",
    [
        Accident(carried_out=True),
        Accident(502, HTML, {"Content-Type": "text/html"}, carried_out=True),
        Accident(503, headers={"Retry-After": "1"}, carried_out=True),
        Accident(504, carried_out=True),
    ],
)
async def test_an_order_whose_answer_is_lost_is_not_sent_twice(world: World, lost: Accident) -> None:
    await license_employee(world)
    number = world.free_numbers("+44161")[0]
    world.road.expect(ASSIGN, lost)

    with pytest.raises(TenantBusy) as busy:
        await assign(world, number)

    assert may_be_done(busy.value)
    assert world.road.times(ASSIGN) == 1
    assert len(await world.ledger("number.assign")) == 1
    world.clock.move(2)
    listed = await world.telephony.number(number)  # what the caller does next: look at the number itself
    assert listed is not None
    assert listed.assignment_target_id == EMPLOYEE.id


async def test_taking_back_is_not_sent_twice_either(world: World) -> None:
    world.road.expect(UNASSIGN, Accident(504))

    with pytest.raises(TenantBusy):
        await world.telephony.unassign(world.free_numbers("+44161")[0], DIRECT)
    assert world.road.times(UNASSIGN) == 1


async def test_a_throttled_order_says_how_long_to_wait_and_was_not_begun(world: World) -> None:
    world.road.expect(ASSIGN, Accident(429, headers={"Retry-After": "17"}))

    with pytest.raises(TenantBusy) as busy:
        await assign(world, world.free_numbers("+44161")[0])

    assert busy.value.retry_after == 17
    assert not may_be_done(busy.value)
    assert await world.ledger("number.assign") == []


async def test_an_operation_is_found_again_when_the_tenant_moved_or_spells_it_otherwise(world: World) -> None:
    await license_employee(world)
    address = await assign(world, world.free_numbers("+44161")[0])
    tail = address.partition("/operations")[2]
    assert tail.startswith("('")

    for elsewhere in (
        f"http://127.0.0.1:1/v1.0/admin/teams/telephoneNumberManagement/operations{tail}",
        address.replace("('", "/").replace("')", ""),
        f"/admin/teams/telephoneNumberManagement/operations{tail}",
    ):
        assert (await followed(world, elsewhere)).status is OperationStatus.SUCCEEDED


async def test_an_operation_that_nobody_knows_is_unknown_and_no_success(world: World) -> None:
    for address in ("", "nonsense", "https://graph.example/operations('bm9wZQ==')"):
        assert await world.telephony.operation(address) == Operation(status=OperationStatus.UNKNOWN)


SHAPES: tuple[tuple[dict[str, object], OperationStatus], ...] = (
    ({"status": "succeeded", "numbers": []}, OperationStatus.SUCCEEDED),
    ({"value": {"status": "succeeded", "numbers": []}}, OperationStatus.SUCCEEDED),
    ({"value": {"status": "failed", "numbers": [{"statusDetail": "no"}]}}, OperationStatus.FAILED),
    ({"status": "notStarted"}, OperationStatus.RUNNING),
    ({"status": "skipped", "numbers": []}, OperationStatus.UNKNOWN),
    ({"status": None}, OperationStatus.UNKNOWN),
    ({}, OperationStatus.UNKNOWN),
)


async def test_an_operation_is_read_in_either_shape(world: World) -> None:
    for body, status in SHAPES:
        world.road.expect("GET */operations/*", answer(body))
        assert (await world.telephony.operation("/operations/x")).status is status
