"""Card actions that somebody made up: each is refused with words and logged, and changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.domain.audit import AuditEntry
from services.domain.request import Request
from tests.channel import InvokeReply
from tests.e2e.approving import THREE, the_request
from tests.e2e.world import PURPOSE, World, asks_for_a_number, open_world

PEOPLE = ("Christie Cline", "Megan Bowen", "Lee Gu", "Allan Deyoung", "Alex Wilber")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Megan has approved and Lee is asked; Allan comes after Lee, and Alex has no part in it."""
    async with open_world(tmp_path, rules=lambda: THREE) as world:
        people = {name: await world.arrives(name) for name in PEOPLE}
        await asks_for_a_number(people["Christie Cline"])
        megan = people["Megan Bowen"]
        await megan.presses("Approve", on=await megan.sees(PURPOSE))
        await people["Lee Gu"].sees(lambda m: PURPOSE in m.text and "Approve" in m.buttons, within=10)
        await world.settled()
        yield world


@dataclass(frozen=True)
class Forgery:
    """What somebody sends. ``age`` is how many versions old it pretends to be."""

    who: str
    verb: str
    says: str
    extra: tuple[tuple[str, Any], ...] = ()
    age: int = 0

    def data(self, request: Request) -> dict[str, Any]:
        if self.verb.startswith("approvals."):
            return {"page": 0, "chosen": f"{request.id}:{request.version - self.age}", **dict(self.extra)}
        return {"id": request.id, "version": request.version - self.age, **dict(self.extra)}


UNKNOWN = "no such request"
ONLY_LEE = "Only Lee Gu can do that. Nothing was changed."
OLD = "This card was out of date"
DELEGATES, ASKS = (("to", "Alex Wilber"),), (("question", "Why?"),)
FORGERIES = [
    *(
        Forgery("Alex Wilber", verb, UNKNOWN)
        for verb in ("request.show", "request.approve", "request.cancel")
    ),
    Forgery("Alex Wilber", "request.reject", UNKNOWN, (("reason", "I say so"),)),
    Forgery("Alex Wilber", "request.delegate", UNKNOWN, DELEGATES),
    Forgery("Alex Wilber", "request.ask", UNKNOWN, ASKS),
    Forgery("Alex Wilber", "request.answer", UNKNOWN, (("answer", "So"),)),
    Forgery("Alex Wilber", "approvals.approve", UNKNOWN),
    Forgery("Megan Bowen", "request.approve", ONLY_LEE),
    Forgery("Megan Bowen", "request.reject", ONLY_LEE, (("reason", "I changed my mind"),)),
    Forgery("Megan Bowen", "request.delegate", ONLY_LEE, DELEGATES),
    Forgery("Megan Bowen", "request.ask", ONLY_LEE, ASKS),
    Forgery("Megan Bowen", "request.answer", "Only Christie Cline", (("answer", "So"),)),
    Forgery("Megan Bowen", "approvals.approve", ONLY_LEE),
    Forgery("Megan Bowen", "request.cancel", "Only Christie Cline"),
    Forgery("Allan Deyoung", "request.approve", ONLY_LEE),
    Forgery("Allan Deyoung", "approvals.reject", ONLY_LEE, (("reason", "I am the admin"),)),
    Forgery("Christie Cline", "request.approve", ONLY_LEE),
    Forgery("Christie Cline", "request.delegate", ONLY_LEE, DELEGATES),
    Forgery("Christie Cline", "approvals.approve", ONLY_LEE),
    Forgery("Christie Cline", "request.answer", "no question that waits", (("answer", "So"),)),
    *(Forgery("Lee Gu", verb, OLD, age=1) for verb in ("request.approve", "approvals.approve")),
    Forgery("Lee Gu", "request.delegate", OLD, DELEGATES, age=1),
    Forgery("Lee Gu", "request.ask", OLD, ASKS, age=2),
    Forgery("Lee Gu", "request.approve", OLD, age=-1),
    Forgery("Lee Gu", "request.delegate", "the request is their own", (("to", "Christie Cline"),)),
    Forgery("Christie Cline", "request.approve", "role is not expected", (("role", "admin"),)),
    Forgery("Christie Cline", "request.approve", "by is not expected", (("by", "Lee Gu"),)),
    Forgery("Alex Wilber", "request.approve", "is_admin is not expected", (("is_admin", True),)),
    Forgery("Lee Gu", "request.approve", "stage is not expected", (("stage", "telecoms"),)),
    Forgery("Megan Bowen", "approvals.approve", "actor is not expected", (("actor", "Lee Gu"),)),
]


async def test_what_is_forged_is_refused_with_words_and_noted(world: World) -> None:
    before, audited = await the_request(world), await audit(world)
    for forgery in FORGERIES:
        with capture_logs() as lines:
            reply = await sends(world, forgery, before)
        assert forgery.says in (reply.error or " ".join(texts(reply.card))), forgery
        assert [line for line in lines if line["event"] in {"refused", "card_refused"}], (forgery, lines)
        assert await the_request(world) == before, forgery
        assert await audit(world) == audited, forgery


async def sends(world: World, forgery: Forgery, request: Request) -> InvokeReply:
    action = {"type": "Action.Execute", "verb": forgery.verb, "data": forgery.data(request)}
    person = world.person(forgery.who)
    return await person.invokes("adaptiveCard/action", {"action": action, "trigger": "manual"})


async def audit(world: World) -> list[AuditEntry]:
    async with world.switchboard.records.transaction() as tx:
        return [entry async for entry in tx.audit.entries()]


def texts(part: Any) -> list[str]:
    """All texts of a card."""
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in texts(value)]
    return [text for one in part for text in texts(one)] if isinstance(part, list) else []
