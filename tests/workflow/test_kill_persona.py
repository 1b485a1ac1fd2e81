"""Killed at any moment of a change of persona, it goes on after a restart, and each change is made once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from services.clock import SystemClock
from services.domain.number import Number, NumberStatus, NumberType, assign, hold
from services.domain.person import PersonRef
from services.domain.persona_change import PersonaChange
from services.domain.request import RequestKind, RequestState
from services.domain.step import StepKind
from services.sandbox.company.cast import person_id
from tests.fakes.voice_company import REQUEST_ID, an_approved_request
from tests.workflow.scene import Scene
from tests.workflow.test_kill import AFTER, BEFORE, Moment, at_each

MEGAN = PersonRef(id=person_id("Megan Bowen"), name="Megan Bowen")
NEW = "+442079460000"

MOMENTS: dict[str, Moment] = {
    "before her account is changed": ("PATCH", "/users/", BEFORE, ""),
    "after her account is changed": ("PATCH", "/users/", AFTER, ""),
    "before the old number is taken back": ("POST", "unassignNumber", BEFORE, ""),
    "after the old number is taken back": ("POST", "unassignNumber", AFTER, ""),
    "before the new number is ordered": ("POST", "assignNumber", BEFORE, ""),
    "after the new number is ordered": ("POST", "assignNumber", AFTER, ""),
    "before the old group is left": ("DELETE", r"/members/", BEFORE, ""),
    "after the old group is left": ("DELETE", r"/members/", AFTER, ""),
    "while policies are waited for": ("GET", "/userConfigurations", AFTER, "member.removed"),
}


def her_number(scene: Scene) -> str:
    owned = (n for n in scene.tenant.numbers if n.assignment_target_id == MEGAN.id)
    return next(owned).telephone_number


async def approve(scene: Scene, old: str) -> None:
    """Megan moves from HR in Manchester to HR in London, approved."""
    records = await scene.records()
    clock = SystemClock()
    like = await an_approved_request(records, clock)
    change = PersonaChange(
        takes=("London Calling", "London HR"), drops=("Manchester Calling", "Manchester HR"), old_number=old
    )
    hers = replace(
        like,
        kind=RequestKind.PERSONA,
        requester=MEGAN,
        beneficiary=MEGAN,
        location="London",
        number=NEW,
        plan=(),
        change=change,
        version=like.version + 1,
    )
    new = Number(e164=NEW, type=NumberType.DIRECT_ROUTING, location="London", country="GB")
    had = Number(e164=old, type=NumberType.DIRECT_ROUTING, location="Manchester", country="GB")
    async with records.transaction() as tx:
        await tx.requests.save(hers, like.version)
        await tx.numbers.put([hold(new, REQUEST_ID, like.expires_at, clock.now()), assign(had, MEGAN)])
    await records.close()


async def test_killed_while_somebody_moves(tmp_path: Path) -> None:
    await at_each(MOMENTS, killed_while_somebody_moves, tmp_path)


async def killed_while_somebody_moves(scene: Scene, moment: Moment) -> None:
    method, path, is_after, once = moment
    old = her_number(scene)
    await approve(scene, old)
    scene.set_trap(method, path, is_after=is_after, once=once)
    scene.start()
    await scene.until_killed()
    scene.start()
    await scene.until(RequestState.COMPLETED)

    records = await scene.records()
    async with records.transaction() as tx:
        request = await tx.requests.get(REQUEST_ID)
        new, had = await tx.numbers.get(NEW), await tx.numbers.get(old)
    await records.close()
    assert request.runs == 1
    assert new is not None
    assert had is not None
    assert (new.status, new.assignee) == (NumberStatus.ASSIGNED, MEGAN)
    assert had.status is NumberStatus.RESTING
    assert scene.ledger() == {
        "user.updated": 2,
        "number.unassign": 1,
        "number.unassigned": 1,
        "number.assign": 1,
        "number.assigned": 1,
        "member.removed": 2,
    }
    ours = {StepKind.SET_ATTRIBUTE, StepKind.RELEASE_NUMBER, StepKind.ASSIGN_NUMBER, StepKind.LEAVE_GROUP}
    assert all(step.changed for step in request.plan if step.kind in ours)
