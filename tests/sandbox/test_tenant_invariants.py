"""Whatever is ordered: nobody has two numbers, no number two people, and no licence is overdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.sandbox.clockwork import settle
from services.sandbox.company.cast import person_id
from services.sandbox.company.groups import group_id
from services.sandbox.faults import Conditions
from services.sandbox.licensing import consumed, held
from services.sandbox.membership import set_members
from services.sandbox.telephony import start
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock

PEOPLE = ["Christie Cline", "Debra Berger", "Alex Wilber", "Henrietta Mueller"]
NUMBERS = ["+441614960000", "+441614960001", "+441614960003", "+493023125000"]
GROUPS = ["Prov_Teams_Phone_Manchester", "Prov_Teams_Phone_Berlin"]

order = st.tuples(
    st.sampled_from(["Assignment", "Unassignment"]), st.sampled_from(NUMBERS), st.sampled_from(PEOPLE)
)
move = st.tuples(st.just("member"), st.sampled_from(GROUPS), st.sampled_from([*PEOPLE, "Johanna Lorenz"]))
wait = st.tuples(st.just("wait"), st.sampled_from(["0.5", "1", "3"]), st.just(""))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tenant, FakeClock]]:
    clock = FakeClock()
    tenant = Tenant.open(tmp_path_factory.mktemp("invariants"), clock.now)
    yield tenant, clock
    tenant.close()


def _order(tenant: Tenant, kind: Literal["Assignment", "Unassignment"], number: str, person: str) -> None:
    record = next(n for n in tenant.numbers if n.telephone_number == number)
    body = {
        "telephoneNumber": number,
        "numberType": record.number_type,
        "assignmentTargetId": person_id(person),
    }
    start(tenant, kind, body, Conditions())


def _join_or_leave(tenant: Tenant, group_name: str, person: str) -> None:
    group, key = tenant.groups.get(group_id(group_name)), person_id(person)
    assert group is not None
    members = [m for m in group.members if m != key] if key in group.members else [*group.members, key]
    set_members(tenant, group, members, Conditions())


def _check(tenant: Tenant) -> None:
    holders = Counter(n.assignment_target_id for n in tenant.numbers if n.assignment_status == "userAssigned")
    assert set(holders.values()) <= {1}
    for number in tenant.numbers:
        assert (number.assignment_target_id is None) == (number.assignment_status == "unassigned")
        assert not (number.held_elsewhere and number.assignment_target_id)
    for sku in tenant.skus:
        assert 0 <= consumed(tenant, sku.id) <= sku.units


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(order | move | wait, min_size=3, max_size=15))
def test_orders_in_any_order_keep_the_books_straight(
    company: tuple[Tenant, FakeClock], steps: list[tuple[str, str, str]]
) -> None:
    tenant, clock = company
    for kind, what, who in steps:
        if kind == "member":
            _join_or_leave(tenant, what, who)
        elif kind == "wait":
            clock.move(float(what))
        else:
            _order(tenant, "Assignment" if kind == "Assignment" else "Unassignment", what, who)
        settle(tenant)
        for sku in tenant.skus:
            assert 0 <= consumed(tenant, sku.id) <= sku.units
    _check(tenant)
    clock.move(30)
    settle(tenant)
    clock.move(30)
    settle(tenant)
    _check(tenant)
    assert all(operation.done for operation in tenant.operations)
    for group in tenant.groups:  # everybody has what their groups give, or waits because there is none left
        for person in (p for p in tenant.people if p.id in group.members):
            for sku_id in group.sku_ids:
                sku = tenant.skus.get(sku_id)
                assert sku is not None
                assert held(person, sku_id) or consumed(tenant, sku_id) == sku.units
