"""Numbers: finding them, ordering a change, and how orders fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from services.sandbox.company import EMPLOYEE
from services.sandbox.company.cast import person_id
from tests.sandbox.conftest import CONFIGURATIONS, NUMBERS, OPERATIONS

if TYPE_CHECKING:
    from conftest import Api

FREE = "assignmentStatus eq 'unassigned' and capabilities/any(c:c eq 'userAssignment')"
FIRST = "+441614960000"
MANCHESTER = "Prov_Teams_Phone_Manchester"


@pytest.fixture
async def licensed(api: Api, employee: str) -> str:
    """The employee, once the phone group has given her the licence."""
    await api.join(MANCHESTER, employee)
    api.clock.move(3)
    return employee


async def listed(api: Api, **query: str) -> list[dict[str, Any]]:
    answer = await api.get(NUMBERS, {f"${name}": value for name, value in query.items()})
    assert answer.status == 200, answer.body
    return list(answer.body["value"])


async def shown(api: Api, number: str) -> dict[str, Any]:
    return (await listed(api, filter=f"telephoneNumber eq '{number}'"))[0]


async def test_every_free_number_comes_once_over_the_pages(api: Api) -> None:
    seen: list[str] = []
    address: str | None = f"{NUMBERS}?$filter={FREE}&$top=1000"
    while address is not None:
        body = (await api.get(address)).body
        seen += [row["telephoneNumber"] for row in body["value"]]
        address = body.get("@odata.nextLink")
    free = [n.telephone_number for n in api.tenant.numbers if n.assignment_status == "unassigned"]
    assert seen == free
    assert len(await listed(api)) == 500
    assert [n["telephoneNumber"] for n in await listed(api, top="2", skip="3", filter=FREE)] == free[3:5]


async def test_numbers_are_found_by_their_fields(api: Api) -> None:
    for text in ("telephoneNumber eq '+12125550100'", "(telephoneNumber eq '+12125550100')"):
        assert [n["city"] for n in await listed(api, filter=text)] == ["New York"]
    assert await listed(api, filter="telephoneNumber eq '+12125559999'") == []
    assert {n["numberType"] for n in await listed(api, filter="numberType eq 'CallingPlan'")} == {
        "callingPlan"
    }
    german = await listed(api, filter="isoCountryCode eq 'DE' and assignmentStatus ne 'unassigned'")
    assert german
    assert {n["assignmentStatus"] for n in german} == {"userAssigned"}
    direct = await listed(api, filter="startswith(telephoneNumber,'+44161')", top="1")
    assert (direct[0]["city"], direct[0]["isoCountryCode"]) == (None, None)
    dublin = await listed(api, filter="startswith(telephoneNumber,'+3531')")
    assert dublin
    assert all(n["assignmentStatus"] != "unassigned" for n in dublin)


@pytest.mark.parametrize("verb", ["assignNumber", "microsoft.graph.teamsAdministration.assignNumber"])
async def test_an_assignment_runs_its_course(api: Api, licensed: str, verb: str) -> None:
    address = await api.order(verb, FIRST.removeprefix("+"), licensed)
    assert await api.outcome(address) == ("notStarted", None)
    api.clock.move(1)
    assert await api.outcome(address) == ("running", None)
    assert (await shown(api, FIRST))["assignmentStatus"] == "unassigned"
    api.clock.move(0.6)
    assert await api.outcome(address) == ("succeeded", None)
    key = address.rpartition("('")[2].removesuffix("')")
    assert (await api.get(f"{OPERATIONS}/{key}")).body["status"] == "succeeded"
    number = await shown(api, FIRST)
    assert (number["assignmentStatus"], number["assignmentTargetId"]) == ("userAssigned", EMPLOYEE.id)
    configuration = (await api.get(f"{CONFIGURATIONS}/{EMPLOYEE.id}")).body
    assert configuration["isEnterpriseVoiceEnabled"] is True
    assert configuration["telephoneNumbers"] == [{"telephoneNumber": FIRST, "assignmentCategory": "primary"}]


async def test_without_a_licence_the_number_stays_free(api: Api, employee: str) -> None:
    status, why = await api.carried_out("assignNumber", FIRST, employee)
    assert (status, why) == (
        "failed",
        f"User '{EMPLOYEE.id}' lacks appropriate licenses to assign a 'DirectRouting' number",
    )
    assert (await shown(api, FIRST))["assignmentStatus"] == "unassigned"


async def test_a_calling_plan_number_needs_a_calling_plan_too(api: Api, licensed: str) -> None:
    status, why = await api.carried_out("assignNumber", "+12125550100", licensed, "callingPlan")
    assert status == "failed"
    assert "'CallingPlan' number" in str(why)
    await api.join("Prov_Teams_Phone_New_York", "Pradeep Gupta")
    api.clock.move(3)
    assert await api.carried_out("assignNumber", "+12125550100", "Pradeep Gupta", "callingPlan") == (
        "succeeded",
        None,
    )


@pytest.mark.parametrize("number", ["+441614960003", "+441614960004"])
async def test_two_numbers_look_free_and_are_not(api: Api, licensed: str, number: str) -> None:
    assert (await shown(api, number))["assignmentStatus"] == "unassigned"
    status, why = await api.carried_out("assignNumber", number, licensed)
    assert (status, why) == (
        "failed",
        f"Telephone Number '{number}' has already been assigned to another user",
    )


async def test_numbers_that_cannot_be_had(api: Api, licensed: str) -> None:
    for number, kind, words in (
        ("+441614969999", "directRouting", "is not found from tenant"),
        (FIRST, "operatorConnect", "is of type 'directRouting'"),
        ("+441614960010", "directRouting", "has already been assigned"),
        ("+441614960501", "directRouting", "has already been assigned"),
        ("+441614960799", "directRouting", "is blocked"),
    ):
        status, why = await api.carried_out("assignNumber", number, licensed, kind)
        assert status == "failed"
        assert words in str(why)


async def test_people_who_cannot_have_one(api: Api) -> None:
    for person, words in (
        ("Grady Archie", "is disabled"),
        ("Brian Johnson", "is not found"),
        ("Megan Bowen", "already has a primary"),
    ):
        status, why = await api.carried_out("assignNumber", FIRST, person)
        assert status == "failed"
        assert words in str(why)


async def test_of_two_orders_for_one_number_the_later_fails(api: Api, licensed: str) -> None:
    debra = await api.order("assignNumber", FIRST, "Debra Berger")
    christie = await api.order("assignNumber", FIRST, licensed)
    api.clock.move(2)
    assert await api.outcome(debra) == ("succeeded", None)
    assert (await api.outcome(christie))[0] == "failed"
    assert (await shown(api, FIRST))["assignmentTargetId"] == person_id("Debra Berger")


async def test_a_released_number_is_free_again(api: Api, licensed: str) -> None:
    await api.carried_out("assignNumber", FIRST, licensed)
    assert await api.carried_out("unassignNumber", FIRST) == ("succeeded", None)
    assert (await shown(api, FIRST))["assignmentTargetId"] is None
    assert (await api.get(f"{CONFIGURATIONS}/{EMPLOYEE.id}")).body["isEnterpriseVoiceEnabled"] is False
    status, why = await api.carried_out("unassignNumber", FIRST)
    assert (status, why) == ("failed", f"Telephone Number '{FIRST}' is not assigned")


async def test_the_same_assignment_again_changes_nothing(api: Api, licensed: str) -> None:
    await api.carried_out("assignNumber", FIRST, licensed)
    assert await api.carried_out("assignNumber", FIRST, licensed) == ("succeeded", None)
    log = [entry["action"] for entry in (await api.state())["log"]]
    assert log.count("number.assign") == 2
    assert log.count("number.assigned") == 1


async def test_an_order_that_makes_no_sense_starts_nothing(api: Api) -> None:
    good: dict[str, object] = {
        "telephoneNumber": FIRST,
        "numberType": "directRouting",
        "assignmentTargetId": EMPLOYEE.id,
    }
    missing = [{k: v for k, v in good.items() if k != name} for name in good]
    wrong: list[dict[str, object]] = [
        {"numberType": "carrierPigeon"},
        {"telephoneNumber": "0161 496 0000"},
        {"telephoneNumber": 441614960000},
        {"assignmentTargetId": None},
        {"assignmentCategory": "mine"},
        {"locationId": 5},
        {"notify": True},
    ]
    for body in [{}, *missing, *(good | change for change in wrong)]:
        assert (await api.post(f"{NUMBERS}/assignNumber", body)).status == 400, body
    assert len(api.tenant.operations) == 0
    assert (await api.post(f"{NUMBERS}/assignNumber", good)).status == 202


async def test_an_update_is_done_at_once_and_an_empty_text_clears(api: Api) -> None:
    number = "+442079460600"
    assert (
        await api.post(f"{NUMBERS}/updateNumber", {"telephoneNumber": number, "networkSiteId": "s1"})
    ).status == 200
    before = await shown(api, number)
    assert before["networkSiteId"] == "s1"
    assert before["locationId"] is not None
    verb = "microsoft.graph.teamsAdministration.updateNumber"
    assert (await api.post(f"{NUMBERS}/{verb}", {"telephoneNumber": number, "locationId": ""})).status == 200
    after = await shown(api, number)
    assert (after["locationId"], after["networkSiteId"]) == (None, "s1")
    assert (await api.post(f"{NUMBERS}/updateNumber", {"telephoneNumber": "+4411111"})).status == 404


async def test_an_operation_nobody_ordered(api: Api) -> None:
    assert (await api.get(f"{OPERATIONS}/QXNzaWdubWVudHw=")).status == 404
    assert (await api.get(f"{CONFIGURATIONS}/{EMPLOYEE.upn}")).status == 404
