"""What stories about approvals share: rules, leave, and moments that come."""

from __future__ import annotations

from datetime import datetime

from services.domain.approval_rule import ApprovalRule, Rulebook, StageRule
from services.domain.request import Request, RequestKind
from services.domain.stage import Asked, Need, OnSilence, Role, Timing
from services.sandbox.company.cast import person_id
from tests.e2e.world import World


def people(*names: str) -> Asked:
    """Some of the company, by the names that they sign in with."""
    return Asked(role=Role.PEOPLE, names=tuple(address(name) for name in names))


def address(name: str) -> str:
    """What somebody of the cast signs in with."""
    given, _, surname = name.partition(" ")
    return f"{given}{surname[0]}@switchboard.example"


def rulebook(*stages: StageRule, **said: object) -> Rulebook:
    """A company where every request goes through these stages."""
    rule = ApprovalRule(name="careful", stages=stages)
    kinds = dict.fromkeys(RequestKind, "careful")
    return Rulebook(rules=(rule,), kinds=kinds, zone="Europe/London", **said)  # type: ignore[arg-type]


MANAGER = StageRule(
    name="manager",
    asks=(Asked(role=Role.MANAGER),),
    timing=Timing(limit_hours=8, remind_hours=(4,), on_silence=OnSilence.ESCALATE),
)
COST_CENTRE = StageRule(
    name="cost centre",
    asks=(Asked(role=Role.COST_CENTRE_OWNER),),
    timing=Timing(limit_hours=16, on_silence=OnSilence.ESCALATE),
)
TELECOMS = StageRule(
    name="telecoms",
    asks=(people("Allan Deyoung", "Nestor Wilke"),),
    timing=Timing(limit_hours=16, on_silence=OnSilence.EXPIRE),
)
HEADS = StageRule(name="heads", asks=(people("Lee Gu", "Joni Sherman"),), need=Need.ALL)
THREE = rulebook(MANAGER, COST_CENTRE, TELECOMS, cost_centres={"UK-HR": (address("Lee Gu"),)})


async def goes_on_leave(world: World, name: str) -> None:
    """Somebody turns their automatic replies on."""
    setting = {"automaticRepliesSetting": {"status": "alwaysEnabled", "internalReplyMessage": "On leave."}}
    await world.graph("PATCH", f"users/{person_id(name)}/mailboxSettings", setting)


async def the_request(world: World, ref: str = "SB-000001") -> Request:
    """The request as the records have it."""
    async with world.switchboard.records.transaction() as tx:
        return await tx.requests.by_ref(ref)


async def comes(world: World, moment: datetime | None) -> None:
    """Time goes on until just after the moment."""
    assert moment is not None
    world.clock.move((moment - world.clock.now()).total_seconds() + 1)
