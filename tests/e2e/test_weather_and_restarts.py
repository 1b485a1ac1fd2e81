"""Bad weather, Ctrl-C, several windows: everything still ends as it should, and the cards say so."""

from __future__ import annotations

import asyncio

from tests.e2e.world import PURPOSE, World, asks_for_a_number


def assigns(state: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    """Numbers that the tenant has really given out since it was founded."""
    return [entry for entry in state["log"] if entry["action"] == "number.assigned"]


async def test_errors_throttling_and_slow_replication_only_cost_time(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await world.faults(error_rate=0.2, throttle_rate=0.05, replication_s=0.5, licence_s=0.5, operation_s=0.3)
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons, within=30)
    await christie.presses("Submit", {"purpose": PURPOSE}, on=form)
    await christie.sees("SB-000001", within=30)
    await megan.presses("Approve", on=await megan.sees(PURPOSE, within=30))
    await christie.sees("You can dial now", within=60)
    await megan.sees("Completed", within=10)
    assert len(assigns(await world.state())) == 1
    assert len(await world.numbers_of("Christie Cline")) == 1


async def test_the_card_says_what_it_waits_for(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    await world.faults(licence_s=2.0)
    await megan.presses("Approve", on=await megan.sees(PURPOSE))
    await christie.sees(lambda message: "Waiting" in message.text and "licence" in message.text, within=10)
    await christie.sees("You can dial now", within=20)


async def test_a_slow_tenant_is_answered_at_once_and_the_answer_follows(world: World) -> None:
    christie, _ = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await world.faults(latency_ms=700)
    await christie.types("request a number")
    waiting = await christie.sees("Looking at your account")
    form = await christie.sees(lambda message: "Submit" in message.buttons, within=20)
    assert form.id == waiting.id
    reply = await christie.presses("Submit", {"purpose": PURPOSE}, on=form)
    assert "Looking at your account" in str(reply.card)
    assert (await christie.sees("SB-000001", within=20)).id == form.id
    await world.faults()
    await world.settled()
    assert len([message for message in christie.messages if "SB-000001" in message.text]) == 1


async def test_a_tenant_that_does_not_answer_loses_nothing_that_was_typed(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await christie.types("request a number")
    form = await christie.sees(lambda message: "Submit" in message.buttons)
    await world.faults(error_rate=1.0)
    await christie.presses("Submit", {"purpose": PURPOSE, "number": "+441614960002"}, on=form)
    failed = await christie.sees(lambda message: "Try again" in message.buttons, within=30)
    await world.faults()
    await christie.presses("Try again", on=failed)
    card = await christie.sees("SB-000001", within=10)
    assert PURPOSE in card.text
    assert "496 0002" in card.text


async def test_the_number_that_the_tenant_lied_about_is_exchanged(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie, number="+441614960003")
    await megan.presses("Approve", on=await megan.sees(PURPOSE))
    done = await christie.sees("You can dial now", within=20)
    assert "496 0003" in done.text, "the card says why it is another number"
    numbers = await world.numbers_of("Christie Cline")
    assert len(numbers) == 1
    assert numbers[0] not in {"+441614960003", "+441614960004"}
    async with world.switchboard.records.transaction() as tx:
        disputed = await tx.numbers.get("+441614960003")
    assert disputed is not None
    assert disputed.discrepancy


async def test_what_was_approved_as_the_process_ended_is_done_at_the_next_start(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    waiting = await megan.sees(PURPOSE)
    await asyncio.gather(megan.presses("Approve", on=waiting), world.stop_bot(), return_exceptions=True)
    await world.start_bot()
    if "Approve" in (await megan.sees(PURPOSE)).buttons:
        await megan.presses("Approve", on=await megan.sees(PURPOSE))
    await christie.sees("You can dial now", within=20)
    assert len(assigns(await world.state())) == 1


async def test_a_new_window_gets_the_open_request_anew(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    first = await megan.sees(PURPOSE)
    await world.settled()
    world.channel.chat_of(megan).messages.clear()
    world.clock.move(120)
    await megan.installs_app()
    second = await megan.sees(PURPOSE)
    assert second.id != first.id
    await megan.presses("Approve", on=second)
    await christie.sees("You can dial now", within=20)


async def test_a_request_that_nobody_decides_expires_and_its_number_is_free(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    waiting = await megan.sees(PURPOSE)
    world.clock.move(15 * 86_400)
    await christie.sees("Expired", within=10)
    await megan.sees("Expired", within=10)
    await megan.presses_old("Approve", on=waiting)
    assert await world.numbers_of("Christie Cline") == []
    async with world.switchboard.records.transaction() as tx:
        freed = await tx.numbers.get("+441614960000")
    assert freed is not None
    assert freed.status.value == "free"
