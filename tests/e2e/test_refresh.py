"""A card that Switchboard lost track of becomes true when its person looks at it, and stays so."""

from __future__ import annotations

from typing import Any

import pytest

from services.ports import Post
from tests.channel import Person
from tests.channel.message import InvokeReply, Message
from tests.e2e.world import PURPOSE, World, asks_for_a_number

ORPHAN = "It waits for"


async def posts_of(world: World, reference: str) -> list[Post]:
    async with world.switchboard.records.transaction() as tx:
        return list(await tx.posts.of_request((await tx.requests.by_ref(reference)).id))


async def forgets(world: World, message: Message) -> None:
    """What a process leaves behind that dies between sending a card and noting it."""
    await world.settled()
    async with world.switchboard.records.transaction() as tx:
        await tx.posts.remove(message.conversation_id, message.id)


def saying(message: Message, words: str) -> Any:
    return lambda other: other.id == message.id and words in other.text


async def looks(person: Person, on: Message) -> InvokeReply:
    """The reply to the refresh that the card asks for, as it was when ``on`` was seen."""
    action = on.card["refresh"]["action"]
    return await person.invokes(
        "adaptiveCard/action", {"action": action, "trigger": "automatic"}, replyToId=on.id
    )


async def test_an_orphan_becomes_true_when_it_is_looked_at_and_is_kept_true(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    orphan = await christie.sees("SB-000001")
    await forgets(world, orphan)
    await world.faults(licence_s=600.0)
    await megan.presses("Approve", on=await megan.sees(PURPOSE))
    await christie.sees(lambda message: message.id != orphan.id and "Waiting" in message.text, within=10)
    assert christie.looks_for(saying(orphan, ORPHAN)), "nobody knows of it, so it tells an old story"

    await christie.refreshes(orphan)
    await christie.sees(saying(orphan, "Waiting"), within=0.1)
    await world.faults(licence_s=0.2)
    world.clock.move(700)
    await christie.sees(saying(orphan, "You can dial now"), within=20)


async def test_an_orphan_of_a_request_that_has_ended_needs_no_further_look(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    orphan = await megan.sees(PURPOSE)
    await forgets(world, orphan)
    await christie.types("cancel SB-1")
    await megan.sees(lambda message: message.id != orphan.id and "Cancelled" in message.text)
    await world.settled()
    world.channel.requests.clear()
    await megan.refreshes(orphan)
    await megan.sees(saying(orphan, "Cancelled"))
    await world.settled()
    assert [method for method, path in world.channel.requests if orphan.id in path] == ["PUT"]
    assert await megan.refreshes(orphan) is None


async def test_a_card_that_is_true_costs_nothing_when_it_is_looked_at(world: World) -> None:
    christie, _ = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    card = await christie.sees("SB-000001")
    await world.settled()
    known = await posts_of(world, "SB-000001")
    world.channel.requests.clear()
    reply = await christie.refreshes(card)
    assert reply is not None
    assert "SB-000001" in str(reply.card)
    async with world.switchboard.records.transaction() as tx:
        assert await tx.posts.take_stale(1) == []
    assert await posts_of(world, "SB-000001") == known
    assert world.channel.requests == []


async def test_an_old_view_does_not_take_the_message_away_from_what_is_shown_there_now(world: World) -> None:
    christie, _ = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    old = await christie.sees("SB-000001")
    await world.settled()
    await christie.presses("Cancel request", on=old)
    await christie.presses("Request a number", on=await christie.sees(saying(old, "Cancelled")))
    await christie.presses(
        "Submit", {"purpose": PURPOSE}, on=await christie.sees(lambda message: "Submit" in message.buttons)
    )
    await christie.sees(saying(old, "SB-000002"))
    await world.settled()
    reply = await looks(christie, old)
    assert "Cancelled" in str(reply.card)
    assert old.id not in {post.activity_id for post in await posts_of(world, "SB-000001")}
    assert old.id in {post.activity_id for post in await posts_of(world, "SB-000002")}


async def test_a_look_at_somebody_elses_request_gives_nothing_away(world: World) -> None:
    christie, _ = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    card = await christie.sees("SB-000001")
    alex = await world.arrives("Alex Wilber")
    await world.settled()
    known = await posts_of(world, "SB-000001")
    reply = await looks(alex, card)
    assert reply.status == 200
    assert (reply.body["statusCode"], reply.body["value"]["code"]) == (400, "UnknownRequest")
    assert PURPOSE not in str(reply.body)
    assert await posts_of(world, "SB-000001") == known


@pytest.mark.parametrize(
    ("verb", "data", "says"),
    [
        ("request.show", {}, "id is missing"),
        ("request.show", {"id": "../../etc"}, "id is not of the right form"),
        ("request.show", {"id": "11111111-1111-4111-8111-111111111111", "by": "me"}, "by is not expected"),
        ("request.show", {"id": "11111111-1111-4111-8111-111111111111"}, "no such request"),
        ("menu", {}, "only show a request"),
        ("request.approve", {"id": "11111111-1111-4111-8111-111111111111", "version": 1}, "only show"),
    ],
)
async def test_what_a_card_asks_by_itself_is_exactly_right_or_refused(
    world: World, verb: str, data: dict[str, Any], says: str
) -> None:
    christie = await world.arrives("Christie Cline")
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    reply = await christie.invokes("adaptiveCard/action", {"action": action, "trigger": "automatic"})
    assert reply.body["statusCode"] == 400
    assert reply.body["type"] == "application/vnd.microsoft.error"
    assert says in reply.error
