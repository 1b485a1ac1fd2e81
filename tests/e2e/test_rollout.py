"""A roll-out: planned, approved, carried out on a tenant that throttles; everyone once, everyone told of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.wiring import Switchboard
from services.audit import verify
from services.domain.errors import BadInput, DataFolderInUse
from services.domain.request import RequestState
from services.domain.step import StepKind
from services.domain.view import audience
from services.rollout.ids import request_id
from services.rollout.model import Verdict
from services.rollout.outcomes import outcomes
from services.sandbox import company
from services.sandbox.company.groups import group_id
from services.sandbox.company.products import PHONE
from tests.chaos.crowd import hires
from tests.e2e.rolling import ADMIN, MANAGER, Office, address, open_office
from tests.pace import QUICK

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
GUEST = f"brianj_tailspin.example#EXT#@{company.DOMAIN}"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, 60) as office:
        yield office


@pytest.fixture(params=["embedded", "postgres"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    database = request.getfixturevalue("database") if request.param == "postgres" else ""
    async with open_office(tmp_path, 60, database) as office:
        yield office


async def test_sixty_people_get_a_persona_and_nobody_gets_it_twice(either: Office) -> None:
    office = either
    found = await office.roll_out([address(place) for place in range(60)])

    assert [outcome.result for outcome in found] == ["set up"] * 60
    assert office.ledger()["member.added"] == office.ledger()["number.assigned"] == 60
    assert office.done_twice() == []
    for hire, outcome in zip(hires(60), found, strict=True):
        assert office.numbers_of(hire.id) == [outcome.number]
    used = await office.used()
    assert used["admitted"]["writes_per_150s"] == 3, "sixty joined with three calls"
    assert sum(used["refused"].values()) <= 5, "it stays under the quota, and does not find it out by 429s"
    assert office.told[-1] == ("People", 60, 60)


async def test_the_records_say_who_asked_and_who_approved(office: Office) -> None:
    await office.roll_out([address(0), address(1)])
    async with office.opened() as roll_out:
        records = roll_out.changes.records
        async with records.transaction() as tx:
            request = (await tx.requests.of(hires(1)[0].id, 1))[0]
            entries = [entry async for entry in tx.audit.entries() if entry.subject == request.id]
        assert (request.requester.name, request.purpose) == ("Megan Bowen", "New office")
        (stage,) = request.stages
        assert stage.decided_by is not None
        assert (stage.decided_by.name, stage.state.value) == ("Allan Deyoung", "approved")
        said = {entry.what: entry.actor for entry in entries}
        assert said["submitted"] == company.MANAGER.id
        assert said["approved"] == company.ADMIN.id
        assert audience(request, (company.ADMIN.id,)) == (request.beneficiary.id,), (
            "nobody gets all the cards"
        )
        assert await verify(records)


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


async def test_the_same_file_again_finds_everyone_set_up(office: Office) -> None:
    people = [address(place) for place in range(5)]
    await office.roll_out(people)
    before = office.ledger()
    found = await office.roll_out(people)
    assert [outcome.result for outcome in found] == ["holds it already"] * 5
    assert office.ledger() == before


async def test_stopped_in_the_middle_it_goes_on_with_the_same_file(office: Office) -> None:
    people = [address(place) for place in range(30)]
    stop = asyncio.Event()

    def until_some_are_done(what: str, done: int, total: int) -> None:
        if what == "Steps" and done > total // 2:
            stop.set()

    async with office.opened() as roll_out:
        plan, sponsors = await office.look(roll_out, people)
        first = await roll_out.carry_out(plan, sponsors, stop, until_some_are_done)
    assert {outcome.result for outcome in first} - {"set up"} == {"not yet"}

    second = await office.roll_out(people)

    assert [outcome.result for outcome in second] == ["set up"] * 30
    assert [outcome.ref for outcome in second] == [outcome.ref for outcome in first], "the same requests"
    assert office.done_twice() == []


async def test_in_bad_weather_everyone_still_gets_it_once(office: Office) -> None:
    await office.weather(error_rate=0.1, throttle_rate=0.02, replication_s=0.3)
    found = await office.roll_out([address(place) for place in range(10)])
    assert [outcome.result for outcome in found] == ["set up"] * 10
    assert office.done_twice() == []
    assert office.ledger()["member.added"] == office.ledger()["number.assigned"] == 10


async def test_a_tenant_that_allows_less_than_it_should_is_waited_for(office: Office) -> None:
    await office.weather(quota={"units_per_10s": 200, "teams_per_s": 25})
    found = await office.roll_out([address(place) for place in range(25)])
    assert [outcome.result for outcome in found] == ["set up"] * 25
    assert office.done_twice() == []
    assert sum((await office.used())["refused"].values()) > 0


async def test_cut_off_while_it_was_written_down_the_same_file_completes_it(office: Office) -> None:
    people = [address(place) for place in range(40)]
    async with office.opened() as roll_out:
        plan, sponsors = await office.look(roll_out, people)
        written = replace(plan, candidates=plan.candidates[:25])
        await roll_out.ordering.order(written, sponsors, lambda *_: None)

    found = await office.roll_out(people)

    assert [outcome.result for outcome in found] == ["set up"] * 40
    assert office.done_twice() == []


async def test_one_who_gets_stuck_is_told_of_and_holds_nobody_up(office: Office) -> None:
    """The account of one of them is disabled between the plan and the run."""
    people = [address(place) for place in range(10)]
    async with office.opened() as roll_out:
        plan, sponsors = await office.look(roll_out, people)
        ordered = await roll_out.ordering.order(plan, sponsors, lambda *_: None)
        gone = ordered.candidates[3].person
        assert gone is not None
        account = office.tenant.people.get(gone.id)
        assert account is not None
        account.account_enabled = False
        office.tenant.people.put(account)
        requests = await roll_out.carrying.carry_out(ordered, asyncio.Event(), lambda *_: None)
    states = [requests[request_id(plan.id, hire.id)].state for hire in hires(10)]
    assert states.pop(3) is RequestState.NEEDS_ATTENTION
    assert set(states) == {RequestState.COMPLETED}
    (told,) = [o for o in outcomes(ordered, requests) if o.result == "needs attention"]
    assert told.key == address(3)
    assert "disabled" in told.detail


async def test_what_the_roll_out_joined_would_be_undone_by_a_roll_back(office: Office) -> None:
    """The bulk join is known as Switchboard's own doing, although the run found it done."""
    async with office.opened() as roll_out:
        plan, sponsors = await office.look(roll_out, [address(0)])
        ordered = await roll_out.ordering.order(plan, sponsors, lambda *_: None)
        requests = await roll_out.carrying.carry_out(ordered, asyncio.Event(), lambda *_: None)
        (request,) = requests.values()
        (joined,) = [step for step in request.plan if step.kind is StepKind.JOIN_GROUP]
        assert joined.changed


async def test_who_asks_does_not_approve(office: Office) -> None:
    async with office.opened() as roll_out:
        with pytest.raises(BadInput, match="cannot both ask"):
            await roll_out.sponsors(ADMIN, ADMIN, "x")
        with pytest.raises(BadInput, match="no telecom admin"):
            await roll_out.sponsors(ADMIN, MANAGER, "x")
        assert (await roll_out.sponsors(MANAGER, "", "x")).approved_by.id == company.ADMIN.id
        with pytest.raises(BadInput, match="The catalogue has: UK Standard, "):
            roll_out.persona("Leeds Calling")


async def test_a_folder_that_a_bot_has_is_left_alone(office: Office) -> None:
    async with office.opened():
        with pytest.raises(DataFolderInUse):
            async with office.opened():
                raise AssertionError("two at once")


async def test_a_bot_that_starts_goes_on_with_what_was_confirmed(office: Office) -> None:
    """The requests are approved and durable: nobody has to start the roll-out again."""
    async with office.opened() as roll_out:
        plan, sponsors = await office.look(roll_out, [address(0), address(1)])
        ordered = await roll_out.ordering.order(plan, sponsors, lambda *_: None)
    ids = [candidate.request.id for candidate in ordered.candidates if candidate.request]
    bot = Switchboard(office.settings, pace=QUICK, personas=office.catalogue)
    await bot.start()
    async with asyncio.timeout(20):
        while True:
            async with bot.records.transaction() as tx:
                states = {(await tx.requests.get(key)).state for key in ids}
            if states == {RequestState.COMPLETED}:
                break
            await asyncio.sleep(0.1)
    await bot.stop()
    assert len(ids) == 2
