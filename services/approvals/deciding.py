"""From a role of the approval rules to people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from services.approvals.subject import Subject
from services.domain.approval_rule import Asked, Role, Rulebook
from services.domain.errors import GroupAmbiguous, GroupUnknown, PersonUnknown
from services.domain.person import Person
from services.ports import Directory

log = structlog.get_logger()

MOST = 25
"""People whom one stage asks at most: cards that reach everybody are read by nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody whom a rule means, and why."""

    person: Person
    why: str


class Deciders:
    """Finds the people whom a rule means, whether they can decide or not."""

    def __init__(self, directory: Directory, rulebook: Callable[[], Rulebook]) -> None:
        self._directory = directory
        self._rulebook = rulebook

    async def whom(self, asked: Asked, subject: Subject) -> list[Candidate]:
        """Those in the role, none where the company has nobody in it. Raises TenantBusy.

        Somebody or a group that is named but is not there is logged and left out.
        """
        match asked.role:
            case Role.MANAGER | Role.MANAGERS_MANAGER:
                return await self._above(subject, 0 if asked.role is Role.MANAGER else 1)
            case Role.PERSONA_OWNER:
                persona = subject.persona
                names = (persona.owner,) if persona and persona.owner else ()
                return await self._named(names, f"owner of {persona.name}" if persona else "")
            case Role.COST_CENTRE_OWNER:
                centre = subject.beneficiary.cost_centre or ""
                owners = _of(self._rulebook().cost_centres, [centre])
                return await self._named(owners, f"owner of the cost centre {centre}")
            case Role.QUEUE_OWNERS:
                queues = subject.persona.call_queues if subject.persona else ()
                owners = _of(self._rulebook().queues, queues)
                return await self._named(owners, f"owner of the queue {' or '.join(queues)}")
            case Role.PEOPLE:
                return await self._named(asked.names, "named in the approval rule")
            case Role.GROUP_OWNERS:
                return await self._in_groups(asked.names, "owner", self._directory.group_owners)
            case Role.GROUP_MEMBERS:
                return await self._in_groups(asked.names, "member", self._members)

    async def _above(self, subject: Subject, level: int) -> list[Candidate]:
        chain = await self._directory.management_chain(subject.beneficiary.id)
        why = "manager" if level == 0 else "manager's manager"
        return [Candidate(person=chain[level], why=why)] if len(chain) > level else []

    async def _named(self, names: Iterable[str], why: str) -> list[Candidate]:
        async def person(name: str) -> Person | None:
            try:
                return await self._directory.person(name)
            except PersonUnknown:
                log.warning("approver_unknown", person=name, why=why)
                return None

        found = await asyncio.gather(*(person(name) for name in dict.fromkeys(names)))
        return [Candidate(person=one, why=why) for one in found if one is not None][:MOST]

    async def _members(self, group_id: str) -> Sequence[Person]:
        return await self._directory.group_members(group_id, MOST)

    async def _in_groups(
        self, names: Iterable[str], what: str, people_of: Callable[[str], Awaitable[Sequence[Person]]]
    ) -> list[Candidate]:
        found: list[Candidate] = []
        for name in names:
            try:
                group = await self._directory.group_named(name)
                people = await people_of(group.id)
            except (GroupUnknown, GroupAmbiguous) as error:
                log.warning("approvers_unknown", group=name, words=error.sentence)
                continue
            found += [Candidate(person=person, why=f"{what} of {name}") for person in people]
        return found[:MOST]


def _of(owners: Mapping[str, tuple[str, ...]], keys: Iterable[str]) -> tuple[str, ...]:
    """The owners of all the keys, which are compared without regard to case."""
    folded = {key.casefold(): names for key, names in owners.items()}
    return tuple(dict.fromkeys(name for key in keys for name in folded.get(key.casefold(), ())))
