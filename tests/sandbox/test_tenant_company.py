"""The seed company is what the walkthrough promises."""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers
import pytest

from services.sandbox.company import ADMIN, EMPLOYEE, MANAGER
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from services.sandbox.licensing import free_units, has_plan
from services.sandbox.records import Number, Person
from services.sandbox.rules import parse_rule
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock


@pytest.fixture(scope="module")
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory, clock: FakeClock) -> Iterator[Tenant]:
    """One tenant for all: these stories only look."""
    tenant = Tenant.open(tmp_path_factory.mktemp("tenant"), clock.now)
    yield tenant
    tenant.close()


def person(tenant: Tenant, name: str) -> Person:
    found = tenant.people.get(person_id(name))
    assert found is not None
    return found


def free(tenant: Tenant, prefix: str) -> list[Number]:
    numbers = (n for n in tenant.numbers if n.telephone_number.startswith(prefix))
    return [n for n in numbers if n.assignment_status == "unassigned"]


def members(tenant: Tenant, group: str) -> list[str]:
    found = tenant.groups.get(group_id(group))
    assert found is not None
    return found.members


def test_the_players_are_who_the_windows_say_they_are(tenant: Tenant) -> None:
    for player in (EMPLOYEE, MANAGER, ADMIN):
        record = person(tenant, player.name)
        assert (record.id, record.user_principal_name) == (player.id, player.upn)
        assert (record.given_name, record.surname) == (player.given_name, player.surname)
    assert person(tenant, EMPLOYEE.name).manager_id == MANAGER.id
    for app in tenant.voice_apps:
        assert ADMIN.id in app.authorized_users


def test_christie_is_yet_to_be_provisioned_and_debra_lacks_the_number_alone(tenant: Tenant) -> None:
    holders = {n.assignment_target_id for n in tenant.numbers}
    assert not holders & {EMPLOYEE.id, person_id("Debra Berger")}
    assert EMPLOYEE.id not in members(tenant, "Prov_Teams_Phone_Manchester")
    assert EMPLOYEE.id in members(tenant, "Prov_UK_Standard_Baseline")
    assert person_id("Debra Berger") in members(tenant, "Prov_Teams_Phone_London")
    assert has_plan(tenant, person(tenant, "Debra Berger"), "MCOEV")


def test_there_are_some_thousand_valid_numbers_and_their_holders_are_licensed(tenant: Tenant) -> None:
    assert 3_500 <= len(tenant.numbers) <= 4_500
    for number in tenant.numbers:
        assert phonenumbers.is_valid_number(phonenumbers.parse(number.telephone_number))
        assert (number.city is None) == (number.number_type == "directRouting")
    assigned = [n for n in tenant.numbers if n.assignment_status == "userAssigned"]
    assert 0.06 <= len(assigned) / len(tenant.numbers) <= 0.1
    for number in assigned:
        holder = tenant.people.get(number.assignment_target_id or "")
        assert holder is not None
        assert has_plan(tenant, holder, "MCOEV")
        assert number.number_type != "callingPlan" or has_plan(tenant, holder, "MCOPSTN1")
    assert {n.number_type for n in tenant.numbers} == {"directRouting", "callingPlan", "operatorConnect"}


def test_an_ordinary_request_in_manchester_meets_no_surprise_before_the_fourth_number(tenant: Tenant) -> None:
    surprises = [n.held_elsewhere or n.blocked for n in free(tenant, "+44161")]
    assert surprises[:6] == [False, False, False, True, True, False]


def test_berlin_has_numbers_and_no_licence_and_dublin_the_other_way_round(tenant: Tenant) -> None:
    left = {sku.part_number: free_units(tenant, sku) for sku in tenant.skus}
    assert free(tenant, "+4930")
    assert left.pop("MCOTEAMS_ESSENTIALS") == 0
    assert not free(tenant, "+3531")
    assert min(left.values()) > 0


def test_the_rules_and_the_memberships_agree(tenant: Tenant) -> None:
    for group in tenant.groups:
        if group.membership_rule is not None:
            rule = parse_rule(group.membership_rule)
            assert set(group.members) == {p.id for p in tenant.people if rule(p.dump())}


def test_people_of_every_awkward_kind_work_there(tenant: Tenant) -> None:
    assert len(tenant.people) > 300
    assert {p.country for p in tenant.people if p.country} == {
        "United Kingdom",
        "United States",
        "Germany",
        "Ireland",
    }
    assert [p.display_name for p in tenant.people if p.user_type == "Guest"] == ["Brian Johnson"]
    assert [p.display_name for p in tenant.people if not p.usage_location] == [
        "Lynne Robbins",
        "Brian Johnson",
    ]
    boss = person(tenant, person(tenant, "Grady Archie").display_name)
    assert not boss.account_enabled
    assert person(tenant, "Diego Siciliani").manager_id == boss.id
    names = [p.display_name for p in tenant.people]
    assert len(set(names)) == len(names)
    assert any("'" in name for name in names)
    assert any(not name.isascii() for name in names)
    assert all(p.user_principal_name.isascii() for p in tenant.people)
