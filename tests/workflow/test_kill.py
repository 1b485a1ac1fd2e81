"""Killed at any moment, a real process goes on after a restart, and the tenant sees each change once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from services.clock import SystemClock
from services.domain import transitions
from services.domain.number import NumberStatus
from services.domain.request import Attention, RequestState
from services.domain.step import StepKind
from tests.fakes.voice_company import REQUEST_ID
from tests.workflow.scene import LYNNE, Scene, approve, open_scene, read

CHANGING = {StepKind.JOIN_GROUP, StepKind.ASSIGN_NUMBER}


Moment = tuple[str, str, bool, str]
Story = Callable[[Scene, Moment], Awaitable[None]]


async def at_each(moments: Mapping[str, Moment], story: Story, folder: Path) -> None:
    """Tell a story for each moment, all at the same time: processes mostly wait for the tenant."""

    async def tell(name: str, moment: Moment) -> None:
        try:
            async with open_scene(folder / name.replace(" ", "_")) as scene:
                await story(scene, moment)
        except Exception as error:
            error.add_note(f"killed {name}")
            raise

    async with asyncio.TaskGroup() as stories:
        for name, moment in moments.items():
            stories.create_task(tell(name, moment))


BEFORE, AFTER = False, True
MOMENTS = {
    "before anything is read": ("GET", "/users/", BEFORE, ""),
    "after the group is joined": ("POST", r"/members/\$ref", AFTER, ""),
    "while it waits for the licence": ("GET", "assignedPlans", AFTER, "member.added"),
    "before the number is ordered": ("POST", "assignNumber", BEFORE, ""),
    "after the number is ordered": ("POST", "assignNumber", AFTER, ""),
    "while the order is followed": ("GET", "/operations", AFTER, ""),
    "while it is checked": ("GET", "/userConfigurations", AFTER, "number.assigned"),
}


async def test_killed_while_it_provisions(tmp_path: Path) -> None:
    await at_each(MOMENTS, killed_while_it_provisions, tmp_path)


async def killed_while_it_provisions(scene: Scene, moment: Moment) -> None:
    method, path, is_after, once = moment
    await approve(scene)
    scene.set_trap(method, path, is_after=is_after, once=once)
    scene.start()
    await scene.until_killed()
    scene.start()
    await scene.until(RequestState.COMPLETED)
    request, number = await read(scene)
    assert request.runs == 1
    assert (number.status, number.assignee) == (NumberStatus.ASSIGNED, LYNNE)
    assert scene.ledger() == {"member.added": 1, "number.assign": 1, "number.assigned": 1}
    assert all(step.changed for step in request.plan if step.kind in CHANGING)


ROLLING_BACK_MOMENTS = {
    "after the number is taken back": ("POST", "unassignNumber", AFTER, ""),
    "after the group is left": ("DELETE", r"/members/", AFTER, ""),
}


async def test_killed_while_it_rolls_back(tmp_path: Path) -> None:
    await at_each(ROLLING_BACK_MOMENTS, killed_while_it_rolls_back, tmp_path)


async def killed_while_it_rolls_back(scene: Scene, moment: Moment) -> None:
    method, path, is_after, once = moment
    await approve(scene)
    scene.set_trap("GET", "/userConfigurations", is_after=True, once="number.assigned")
    scene.start()
    await scene.until_killed()
    await ask_to_roll_back(scene)
    scene.set_trap(method, path, is_after=is_after, once=once)
    scene.start()
    await scene.until_killed()
    scene.start()
    await scene.until(RequestState.ROLLED_BACK)
    request, number = await read(scene)
    assert number.status is NumberStatus.RESTING
    assert scene.ledger() == {
        "member.added": 1,
        "number.assign": 1,
        "number.assigned": 1,
        "number.unassign": 1,
        "number.unassigned": 1,
        "member.removed": 1,
    }
    assert not any(step.changed for step in request.plan)


async def ask_to_roll_back(scene: Scene) -> None:
    """What people do while no process is alive: the request is parked, and somebody presses Roll back."""
    records = await scene.records()
    now = SystemClock().now()
    why = Attention(step="the last check", words="calls do not work", what_to_do="roll back")
    async with records.transaction() as tx:
        request = await tx.requests.get(REQUEST_ID)
        parked = transitions.park(request, why, now)
        await tx.requests.save(parked, request.version)
        rolling = transitions.roll_back(parked, LYNNE, now, is_admin=False)
        await tx.requests.save(rolling, parked.version)
    await records.close()


async def test_in_bad_weather_everything_still_completes_and_happens_once(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        await completes_in_bad_weather(scene)


async def completes_in_bad_weather(scene: Scene) -> None:
    await approve(scene)
    await scene.weather(error_rate=0.3, throttle_rate=0.05, replication_s=0.5, licence_s=0.3, operation_s=0.3)
    scene.start()
    await scene.until(RequestState.COMPLETED)
    request, number = await read(scene)
    assert number.assignee == LYNNE
    assert (scene.ledger()["member.added"], scene.ledger()["number.assigned"]) == (1, 1)
    assert request.attention is None
