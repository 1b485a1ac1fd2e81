"""The steps about policies, and the last check of a change of persona."""

from __future__ import annotations

from services.ports import Clock, Directory, Licences, Telephony, VoiceConfiguration
from services.provisioning.licensed import is_licensed
from services.provisioning.outcome import Done, Outcome, Waiting
from services.provisioning.persona_steps import SOON, UNDONE, asked_once, done
from services.provisioning.promise import Promise
from services.provisioning.task import Task

UNKNOWN = Waiting(why="Teams does not know the person yet.")


class AssignPolicy:
    """Assigns the policy in ``subject``, of the type in ``target``, to the person directly."""

    def __init__(self, telephony: Telephony, clock: Clock) -> None:
        self._telephony = telephony
        self._clock = clock

    async def look(self, task: Task) -> Outcome:
        """Assign it, and read it back."""
        if await self._holds(task, task.step.subject):
            return done(task)
        await asked_once(task, self._clock, lambda: _assign(self._telephony, task, task.step.subject))
        return Done(changed=True) if await self._holds(task, task.step.subject) else SOON

    async def undo(self, task: Task) -> Outcome:
        """Assign what was there before, or nothing."""
        if task.step.before:
            await _assign(self._telephony, task, task.step.before)
        else:
            await self._telephony.unassign_policy(task.person_id, task.step.target)
        return UNDONE

    async def _holds(self, task: Task, name: str) -> bool:
        return _is_direct(await self._telephony.configuration(task.person_id), task.step.target, name)


class RemovePolicy:
    """Takes away what is assigned to the person directly, so that a group's or the global policy holds."""

    def __init__(self, telephony: Telephony, clock: Clock) -> None:
        self._telephony = telephony
        self._clock = clock

    async def look(self, task: Task) -> Outcome:
        """Take it away, and read back. Another one than the plan saw is somebody's new decision: it stays."""
        if not await self._holds(task):
            return done(task)
        person_id, policy_type = task.person_id, task.step.target
        await asked_once(task, self._clock, lambda: self._telephony.unassign_policy(person_id, policy_type))
        return SOON if await self._holds(task) else Done(changed=True)

    async def undo(self, task: Task) -> Outcome:
        """Assign it again."""
        await _assign(self._telephony, task, task.step.before)
        return UNDONE

    async def _holds(self, task: Task) -> bool:
        voice = await self._telephony.configuration(task.person_id)
        return _is_direct(voice, task.step.target, task.step.subject)


class WaitForPolicy:
    """Waits until the policy that a group brings holds for the person."""

    def __init__(self, telephony: Telephony) -> None:
        self._telephony = telephony

    async def look(self, task: Task) -> Outcome:
        """Look at the policies that hold."""
        voice = await self._telephony.configuration(task.person_id)
        if voice is None:
            return UNKNOWN
        wanted, holds = task.step.subject, voice.policies.get(task.step.target, "")
        if holds.casefold() == wanted.casefold():
            return Done()
        now = f"now it is {holds}" if holds else "now the organisation's default holds"
        return Waiting(why=f"Teams applies a group's policies after a while, at times after a day; {now}.")

    async def undo(self, task: Task) -> Outcome:  # noqa: ARG002 - all steps have one shape
        """Nothing: the policy goes with the group."""
        return UNDONE


class VerifyPersona:
    """Looks once more at all that was promised, together: groups, licences, policies, number."""

    def __init__(self, directory: Directory, telephony: Telephony) -> None:
        self._directory = directory
        self._telephony = telephony

    async def look(self, task: Task) -> Outcome:
        """Name the first thing that is not so yet."""
        promise = Promise.of_text(task.step.target)
        memberships = await self._directory.memberships(task.person_id)
        licences = await self._directory.licences(task.person_id)
        voice = await self._telephony.configuration(task.person_id)
        if voice is None:
            return UNKNOWN
        missing = _missing(promise, frozenset(memberships), licences, voice, task.step.subject)
        return Waiting(why=f"Not there yet: {missing}.") if missing else Done()

    async def undo(self, task: Task) -> Outcome:  # noqa: ARG002
        """Nothing: a look changes nothing."""
        return UNDONE


def _missing(
    promise: Promise, groups: frozenset[str], licences: Licences, voice: VoiceConfiguration, number: str
) -> str:
    if not groups.issuperset(promise.groups):
        return "a group of the persona"
    if groups.intersection(promise.left):
        return "the end of a membership"
    if not all(is_licensed(ways, licences) for ways in promise.licences):
        return "a licence of the persona"
    for policy_type, name in promise.policies.items():
        if voice.policies.get(policy_type, "").casefold() != name.casefold():
            return f"the policy {name}"
    if number and number not in voice.numbers:
        return "the number in Teams"
    if number and not voice.voice_enabled:
        return "calling in Teams"
    return ""


def _is_direct(voice: VoiceConfiguration | None, policy_type: str, name: str) -> bool:
    if voice is None or policy_type in voice.by_group:
        return False
    return voice.policies.get(policy_type, "").casefold() == name.casefold()


async def _assign(telephony: Telephony, task: Task, name: str) -> None:
    policy_id = await telephony.policy_id(task.step.target, name)
    await telephony.assign_policy(task.person_id, task.step.target, policy_id)
