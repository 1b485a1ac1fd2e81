"""Telecom admins see in chat how far a roll-out is, whichever process carries it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.domain.persona_change import PersonaChange
from services.domain.request import Request, RequestKind, RequestState
from services.sandbox import company
from tests.e2e.world import World
from tests.unit.cards_stories import NOW, a_request


def of_roll_out(place: int, state: RequestState) -> Request:
    """One of its requests, asked for by Megan."""
    like = a_request(kind=RequestKind.PERSONA, change=PersonaChange(takes=("London Calling",)), number=None)
    return replace(
        like,
        id=f"5e3d6f0a-8d0e-4f6e-9a52-1f6f6d1f{place:04}",
        ref=f"SB-{900 + place:06}",
        requester=replace(like.requester, id=company.MANAGER.id, name="Megan Bowen"),
        beneficiary=replace(like.beneficiary, id=f"person-{place}", name=f"Person {place}"),
        created_at=NOW + timedelta(seconds=place),
        state=state,
        rollout="a-roll-out",
    )


async def test_an_admin_sees_how_far_it_is_and_nobody_else_does(world: World) -> None:
    allan, christie = await world.arrives("Allan Deyoung"), await world.arrives("Christie Cline")
    await allan.types("roll-outs")
    await allan.sees("No roll-out is under way.")
    states = [RequestState.COMPLETED] * 3 + [RequestState.NEEDS_ATTENTION]
    async with world.switchboard.records.transaction() as tx:
        for place, state in enumerate(states, start=1):
            await tx.requests.add(of_roll_out(place, state))

    await allan.types("roll-outs")
    card = await allan.sees("London Calling")
    for part in ("3 of 4 people set up (75 %)", "Megan Bowen", "⚠ Needs attention", "SB-000904"):
        assert part in card.text
    await christie.types("roll-outs")
    await christie.sees("Only telecom admins are shown how far a roll-out is.")
