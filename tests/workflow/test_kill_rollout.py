"""Killed at any moment, a roll-out that is started again gives everyone the persona, and nobody twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.chaos.crowd import hires, join
from tests.workflow.rolling_victim import PEOPLE, roll_out
from tests.workflow.scene import FORKS, Scene, Trap, open_scene

BEFORE, AFTER = False, True
Moment = tuple[str, str, bool, Callable[[Counter[str]], bool]]
MOMENTS: dict[str, Moment] = {
    "before anybody has joined": ("PATCH", "/groups/", BEFORE, lambda done: True),
    "after the first twenty have joined": ("PATCH", "/groups/", AFTER, lambda done: True),
    "when some have numbers": ("POST", "assignNumber", AFTER, lambda done: done["number.assigned"] >= 5),
}


async def test_killed_in_the_middle_of_a_roll_out(tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as stories:
        for name, moment in MOMENTS.items():
            stories.create_task(killed(tmp_path / name.replace(" ", "_"), moment))


async def killed(folder: Path, moment: Moment) -> None:
    method, path, is_after, is_armed = moment
    async with open_scene(folder) as scene:
        people = hires(PEOPLE)
        join(scene.tenant, people)
        scene.trap = Trap(method, path, is_after, scene.kill, lambda: is_armed(scene.ledger()))
        begin(scene)
        await scene.until_killed()
        begin(scene)
        assert await results(scene) == ["set up"] * PEOPLE
        done = Counter(
            (entry.action, entry.detail.get("member") or entry.detail.get("target"))
            for entry in scene.tenant.log
            if entry.action in {"member.added", "number.assigned"}
        )
        assert done == {(what, hire.id): 1 for what in ("member.added", "number.assigned") for hire in people}
        owners = Counter(number.assignment_target_id for number in scene.tenant.numbers)
        assert [owners[hire.id] for hire in people] == [1] * PEOPLE


def begin(scene: Scene) -> None:
    """Start the same roll-out in a new process."""
    scene._ear, mouth = FORKS.Pipe(duplex=False)
    scene.victim = FORKS.Process(target=roll_out, args=(scene.folder, scene.url, mouth), daemon=True)
    scene.victim.start()
    mouth.close()


async def results(scene: Scene) -> list[str]:
    """What the process tells of everybody."""
    told: list[str] = []
    async with asyncio.timeout(60):
        while len(told) < PEOPLE:
            while len(told) < PEOPLE and scene._ear.poll():
                told.append(scene._ear.recv())
            await asyncio.sleep(0.05)
    return told
