"""A roll-out: planned, approved, carried out on a tenant that throttles; everyone once, everyone told of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.wiring import Switchboard
from services.audit import verify
from services.domain.errors import DataFolderInUse
from services.domain.request import RequestState
from services.domain.step import StepKind
from services.domain.view import audience
from services.rollout.ids import request_id
from services.rollout.outcomes import outcomes
from services.sandbox import company
from services.sandbox.company.groups import group_id
from tests.chaos.crowd import hires
from tests.e2e.rolling import Office, address, open_office
from tests.pace import QUICK

MANCHESTER = group_id("Prov_Teams_Phone_Manchester")
GUEST = f"brianj_tailspin.example#EXT#@{company.DOMAIN}"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path, 40) as office:
        yield office


@pytest.fixture(params=["embedded", "postgres"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    database = request.getfixturevalue("database") if request.param == "postgres" else ""
    async with open_office(tmp_path, 40, database) as office:
        yield office


async def test_thirty_people_get_a_persona_and_nobody_gets_it_twice(either: Office) -> None:
    office = either
    found = await office.roll_out([address(place) for place in range(30)])

    assert [outcome.result for outcome in found] == ["set up"] * 30
    assert office.ledger()["member.added"] == office.ledger()["number.assigned"] == 30
    assert office.done_twice() == []
    for hire, outcome in zip(hires(30), found, strict=True):
        assert office.numbers_of(hire.id) == [outcome.number]
    used = await office.used()
    assert used["admitted"]["writes_per_150s"] == 2, "thirty joined with two calls"
    assert sum(used["refused"].values()) <= 5, "it stays under the quota, and does not find it out by 429s"
    assert office.told[-1] == ("People", 30, 30)


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
    await office.weather(error_rate=0.1, throttle_rate=0.01, replication_s=0.3)
    found = await office.roll_out([address(place) for place in range(10)])
    assert [outcome.result for outcome in found] == ["set up"] * 10
    assert office.done_twice() == []
    assert office.ledger()["member.added"] == office.ledger()["number.assigned"] == 10


async def test_a_tenant_that_allows_less_than_it_should_is_waited_for(office: Office) -> None:
    await office.weather(quota={"units_per_10s": 100, "teams_per_s": 10})
    found = await office.roll_out([address(place) for place in range(15)])
    assert [outcome.result for outcome in found] == ["set up"] * 15
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
