"""Who is asked when the manager cannot be: nobody above, app missing, out of reach."""

from __future__ import annotations

from tests.e2e.world import PURPOSE, World, asks_for_a_number


async def test_the_app_is_installed_for_a_manager_who_does_not_have_it(world: World) -> None:
    world.gives_the_app_through_graph()
    christie, megan = await world.arrives("Christie Cline"), world.person("Megan Bowen")
    await asks_for_a_number(christie)
    await megan.presses("Approve", on=await megan.sees(PURPOSE, within=10))
    await christie.sees("You can dial now", within=20)
    installed = [
        entry["subject"] for entry in (await world.state())["log"] if entry["action"] == "app.installed"
    ]
    assert megan.aad_object_id in installed


async def test_a_restart_does_not_forget_how_to_reach_a_manager_who_never_wrote(world: World) -> None:
    world.gives_the_app_through_graph()
    christie, megan = await world.arrives("Christie Cline"), world.person("Megan Bowen")
    await world.faults(routes={"/users/*/teamwork/*": {"error_rate": 1.0}})
    await asks_for_a_number(christie)
    await christie.sees("SB-000001")
    await world.restart()
    await world.faults()
    await megan.sees(PURPOSE, within=20)
    assert "fallback" not in (await christie.sees("SB-000001")).text


async def test_a_manager_who_opens_the_chat_a_moment_later_finds_the_request_and_nobody_else_is_asked(
    world: World,
) -> None:
    christie = await world.arrives("Christie Cline")
    await asks_for_a_number(christie)
    megan = await world.arrives("Megan Bowen")
    await megan.presses("Approve", on=await megan.sees(PURPOSE))
    done = await christie.sees("You can dial now", within=20)
    assert "fallback" not in done.text


async def test_a_manager_out_of_reach_is_named_and_the_fallback_is_asked_as_well(world: World) -> None:
    christie, allan = await world.arrives("Christie Cline"), await world.arrives("Allan Deyoung")
    await asks_for_a_number(christie)
    await christie.sees("SB-000001")
    world.clock.move(60)
    told = await christie.sees("Teams cannot reach", within=10)
    assert "fallback" in told.text
    await allan.presses("Approve", on=await allan.sees(PURPOSE, within=10))
    await christie.sees("You can dial now", within=20)


async def test_a_manager_who_comes_after_the_fallback_was_asked_can_decide_as_well(world: World) -> None:
    christie, allan = await world.arrives("Christie Cline"), await world.arrives("Allan Deyoung")
    await asks_for_a_number(christie)
    world.clock.move(60)
    await allan.sees(PURPOSE, within=10)
    megan = await world.arrives("Megan Bowen")
    waiting = await megan.sees(PURPOSE)
    await christie.sees(lambda message: "fallback" in message.text and "cannot reach" not in message.text)
    await megan.presses("Approve", on=waiting)
    await christie.sees("You can dial now", within=20)
    await allan.sees("Completed")


async def test_nobody_in_reach_is_said_and_the_card_comes_when_somebody_is(world: World) -> None:
    christie = await world.arrives("Christie Cline")
    await asks_for_a_number(christie)
    world.clock.move(60)
    await christie.sees("Teams cannot reach", within=10)
    allan = await world.arrives("Allan Deyoung")
    await allan.presses("Approve", on=await allan.sees(PURPOSE, within=10))
    await christie.sees("You can dial now", within=20)


async def test_a_manager_who_has_left_is_passed_over(world: World) -> None:
    diego, nestor = await world.arrives("Diego Siciliani"), await world.arrives("Nestor Wilke")
    await diego.types("request a number")
    form = await diego.sees("No number is free in Dublin")
    await diego.presses("Show numbers there", {"location": "Birmingham", "purpose": PURPOSE}, on=form)
    await diego.presses("Submit")
    await diego.sees("Nestor Wilke")
    assert "next manager up" in (await nestor.sees(PURPOSE)).text


async def test_who_has_no_manager_gets_the_fallback_and_is_told_who(world: World) -> None:
    patti, allan = await world.arrives("Patti Fernandez"), await world.arrives("Allan Deyoung")
    world.takes_number_away("Patti Fernandez")
    await asks_for_a_number(patti)
    told = await patti.sees("SB-000001")
    assert "Allan Deyoung" in told.text
    assert "fallback" in told.text
    await allan.sees(PURPOSE)


async def test_a_guest_is_told_why_not(world: World) -> None:
    brian = await world.arrives("Brian Johnson")
    await brian.types("request a number")
    await brian.sees("guest account")
