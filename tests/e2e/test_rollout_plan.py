"""What a roll-out would do, for whom it would do nothing, and who may begin it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.domain.errors import BadInput
from services.rollout.model import Verdict
from services.sandbox import company
from services.sandbox.company.groups import group_id
from services.sandbox.company.products import PHONE
from tests.chaos.crowd import hires
from tests.e2e.rolling import ADMIN, MANAGER, Office, address, open_office

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
GUEST = f"brianj_tailspin.example#EXT#@{company.DOMAIN}"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, 60) as office:
        yield office


async def test_whoever_cannot_have_it_is_left_out_with_the_reason(office: Office) -> None:
    """Nobody is begun for whom it could not end."""
    off = office.tenant.people.get(hires(60)[2].id)
    assert off is not None
    off.account_enabled = False
    office.tenant.people.put(off)
    async with office.opened() as roll_out:
        plan, _ = await office.look(
            roll_out,
            [address(1), "nobody@x.y", GUEST, address(2), ADMIN, "Christie", address(1), hires(2)[1].id],
        )
        seller = next(p for p in office.tenant.people if (p.city, p.department) == ("Berlin", "Sales"))
        hr, _ = await office.look(roll_out, [seller.id], "Manchester HR")
    whys = {candidate.key: candidate.why for candidate in plan.candidates}
    assert [c.verdict for c in plan.candidates] == [Verdict.CHANGES] + [Verdict.LEFT_OUT] * 7
    assert "no such person" in whys["nobody@x.y"]
    assert whys[GUEST] == "the account is a guest account"
    assert whys[address(2)] == "the account is disabled"
    assert "approves the roll-out" in whys[ADMIN]
    assert "neither an address" in whys["Christie"]
    assert [c.why for c in plan.candidates if c.line == 8] == ["is in line 2 already"]
    assert whys[hires(2)[1].id] == "is the same person as in line 2"
    assert "department is HR" in hr.candidates[0].why
    assert office.ledger() == {}, "a plan changes nothing"


async def test_licences_are_counted_before_anybody_begins(office: Office) -> None:
    people = [address(place) for place in range(9)]
    async with office.opened() as roll_out:
        free = (await office.look(roll_out, people))[0].licences[0].left
    sku = office.tenant.skus.get(PHONE)
    assert sku is not None
    sku.units -= free - 5
    office.tenant.skus.put(sku)
    async with office.opened() as roll_out:
        plan, _ = await office.look(roll_out, people)
    (licences,) = plan.licences
    assert (licences.what, licences.needed, licences.left) == ("Teams Phone Standard", 9, 5)
    assert [c.verdict is Verdict.CHANGES for c in plan.candidates] == [True] * 5 + [False] * 4
    assert plan.candidates[5].why == "no Teams Phone Standard licence is left"
    assert plan.joins == (("Prov_Teams_Phone_Manchester", 5),)


async def test_numbers_are_counted_before_anybody_begins(tmp_path: Path) -> None:
    async with open_office(tmp_path, 5) as office:
        ours = [n for n in office.tenant.numbers if n.telephone_number.startswith("+44161")]
        for number in [n for n in ours if n.assignment_status == "unassigned"][2:]:
            number.capabilities = []
            office.tenant.numbers.put(number)
        async with office.opened() as roll_out:
            plan, _ = await office.look(roll_out, [address(place) for place in range(5)])
    (numbers,) = plan.numbers
    assert (numbers.what, numbers.needed, numbers.left) == ("Manchester (directRouting)", 5, 2)
    assert [c.why for c in plan.of(Verdict.LEFT_OUT)] == [f"no number is free in {numbers.what}"] * 3


async def test_groups_with_a_rule_are_said_to_need_people(office: Office) -> None:
    async with office.opened() as roll_out:
        plan, _ = await office.look(roll_out, [address(0), address(1)], "London Calling")
    assert plan.tasks == (("Prov_Teams_Phone_London", 2),)


async def test_who_has_an_open_request_is_left_to_it(office: Office) -> None:
    async with office.opened() as roll_out:
        plan, sponsors = await office.look(roll_out, [address(0)])
        await roll_out.ordering.order(plan, sponsors, lambda *_: None)
        other, _ = await office.look(roll_out, [address(0), address(1)], "London Calling")
        wider, _ = await office.look(roll_out, [address(0), address(1)])
    assert other.candidates[0].why.startswith("has an open request, SB-")
    assert [c.verdict for c in wider.candidates] == [Verdict.UNDER_WAY, Verdict.CHANGES]


async def test_who_asks_does_not_approve(office: Office) -> None:
    async with office.opened() as roll_out:
        with pytest.raises(BadInput, match="cannot both ask"):
            await roll_out.sponsors(ADMIN, ADMIN, "x")
        with pytest.raises(BadInput, match="no telecom admin"):
            await roll_out.sponsors(ADMIN, MANAGER, "x")
        assert (await roll_out.sponsors(MANAGER, "", "x")).approved_by.id == company.ADMIN.id
        with pytest.raises(BadInput, match="The catalogue has: UK Standard, "):
            roll_out.persona("Leeds Calling")
