"""What does not belong here gets a clear answer, changes nothing, and leaves one line in the log."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from services.sandbox import company
from tests.channel import Person
from tests.e2e.world import PURPOSE, World, asks_for_a_number

STRANGE_TENANT = "99999999-9999-4999-8999-999999999999"


def action(verb: object, data: object) -> dict[str, Any]:
    return {"action": {"type": "Action.Execute", "verb": verb, "data": data}, "trigger": "manual"}


async def audited(world: World) -> int:
    """How many things have happened so far."""
    async with world.switchboard.records.transaction() as tx:
        return len([entry async for entry in tx.audit.entries()])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{not json", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"{}", 400),
        (b'{"type": "message", "from": "somebody"}', 400),
        (b'{"type": 5}', 400),
        pytest.param(b'{"type":"message","text":"' + b"x" * 300_000 + b'"}', 413, id="300 KB"),
    ],
)
async def test_what_is_no_activity_is_refused(world: World, body: bytes, status: int) -> None:
    christie = world.person("Christie Cline")
    before = await audited(world)
    with capture_logs() as lines:
        reply = await christie.sends_raw(body)
    assert reply.status == status
    assert reply.body["error"]["message"]
    assert reply.body["error"]["correlationId"] in {line.get("correlation_id") for line in lines}
    assert "Traceback" not in str(reply.body)
    assert len(lines) == 1
    assert await audited(world) == before


async def test_another_tenant_is_turned_away(world: World) -> None:
    stranger = world.channel.person(company.EMPLOYEE.id, "Christie Cline", tenant_id=STRANGE_TENANT)
    reply = await stranger.sends_raw(stranger.activity("message", text="menu"))
    assert reply.status == 403
    assert "own organisation" in reply.error
    assert stranger.messages == []


async def test_a_sender_without_an_object_id_is_turned_away(world: World) -> None:
    christie = world.person("Christie Cline")
    activity = christie.activity("message", text="menu")
    del activity["from"]["aadObjectId"]
    assert (await christie.sends_raw(activity)).status == 403


async def test_an_unknown_type_of_activity_is_named_as_such(world: World) -> None:
    christie = world.person("Christie Cline")
    reply = await christie.sends_raw(christie.activity("banana"))
    assert reply.status == 400
    assert "type of activity" in reply.error


async def test_an_unknown_invoke_is_not_implemented(world: World) -> None:
    christie = world.person("Christie Cline")
    reply = await christie.invokes("task/fetch", {})
    assert reply.status == 501


SOME_ID = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    ("verb", "data", "says"),
    [
        ("launch.missiles", {}, "not known"),
        (None, {}, "not known"),
        (["request.approve"], {}, "not known"),
        ("request.approve", {}, "id is missing"),
        ("request.approve", {"id": SOME_ID}, "version is missing"),
        ("request.approve", {"id": SOME_ID, "version": "1"}, "version is not of the right form"),
        ("request.approve", {"id": SOME_ID, "version": -1}, "version is not of the right form"),
        ("request.approve", {"id": "../../etc", "version": 1}, "id is not of the right form"),
        ("request.approve", {"id": SOME_ID, "version": 1, "by": "me"}, "by is not expected"),
        ("request.approve", {"id": SOME_ID, "version": 1}, "no such request"),
        ("request.reject", {"id": SOME_ID, "version": 1, "reason": "x" * 5000}, "reason is too long"),
        ("number.submit", {"purpose": "x"}, "id is missing"),
        ("number.submit", {"id": SOME_ID, "purpose": ["x"]}, "purpose is not of the right form"),
        ("number.submit", {"id": SOME_ID, "number": "0161"}, "number is not of the right form"),
        ("number.form", {"location": 5}, "location is not of the right form"),
        ("menu", [1, 2], "cannot be used"),
    ],
)
async def test_a_card_action_is_exactly_right_or_refused(
    world: World, verb: object, data: object, says: str
) -> None:
    christie = await world.arrives("Christie Cline")
    before = await audited(world)
    reply = await christie.invokes("adaptiveCard/action", action(verb, data))
    assert reply.status == 200
    assert reply.body["statusCode"] == 400
    assert says in reply.error
    assert await audited(world) == before


async def test_somebody_elses_request_cannot_be_seen_or_decided(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie)
    card = await megan.sees(PURPOSE)
    data = next(one["data"] for one in card.card["actions"] if one["title"] == "Approve")

    alex = await world.arrives("Alex Wilber")
    for verb in ("request.show", "request.approve", "request.cancel", "request.retry"):
        reply = await alex.invokes("adaptiveCard/action", action(verb, data))
        assert "no such request" in reply.error
    await alex.types("SB-000001")
    await alex.sees("no such request")
    assert await approves_own(christie, data) == "Only Megan Bowen can do that. Nothing was changed."
    assert await world.numbers_of("Christie Cline") == []


async def approves_own(person: Person, data: dict[str, Any]) -> str:
    reply = await person.invokes("adaptiveCard/action", action("request.approve", data))
    words = "Only Megan Bowen can do that. Nothing was changed."
    return words if words in str(reply.card) else str(reply.body)


async def test_typed_text_is_never_markdown(world: World) -> None:
    christie, megan = await world.arrives("Christie Cline"), await world.arrives("Megan Bowen")
    await asks_for_a_number(christie, purpose="**bold** [link](https://evil.example) <at>all</at>")
    card = await megan.sees("[link](https://evil.example)")
    assert "evil" not in str([one for one in walk(card.card) if one.get("type") == "TextBlock"])


def walk(node: object) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in walk(item)]
    if isinstance(node, dict):
        return [node, *(found for child in node.values() for found in walk(child))]
    return []
