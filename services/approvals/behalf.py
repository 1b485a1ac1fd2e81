"""Asking for somebody else."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from services.approvals.finding import Finder
from services.changes import Changes
from services.domain.approval_errors import NotForThem
from services.domain.approval_rule import Rulebook
from services.domain.errors import GroupAmbiguous, GroupUnknown
from services.domain.person import Actor, Person
from services.ports import Directory

log = structlog.get_logger()


class OnBehalf:
    """Says for whom somebody may ask: themselves, those who report to them, directly or through others, and
    anybody for a telecom admin or a member of one of the rulebook's ``assistants`` groups.
    """

    def __init__(
        self, changes: Changes, directory: Directory, finder: Finder, rulebook: Callable[[], Rulebook]
    ) -> None:
        self._changes = changes
        self._directory = directory
        self._finder = finder
        self._rulebook = rulebook

    async def found(self, actor: Actor, words: str) -> Person:
        """The person whom the words mean, for whom the actor may ask.

        Raises NobodyNamed, PersonNotFound, PersonAmbiguous, NotForThem, TenantBusy.
        """
        return await self.checked(actor, await self._finder.one(words))

    async def beneficiary(self, actor: Actor, person_id: str) -> Person:
        """Whom a form is for; the actor where it names nobody.

        Raises PersonUnknown, NotForThem, TenantBusy.
        """
        return await self.checked(actor, await self._directory.person(person_id or actor.id))

    async def checked(self, actor: Actor, person: Person) -> Person:
        """The person, if the actor may ask for them. Raises NotForThem, TenantBusy."""
        if person.id == actor.id or self._changes.is_admin(actor.id):
            return person
        if any(above.id == actor.id for above in await self._directory.management_chain(person.id)):
            return person
        for name in self._rulebook().assistants:
            if await self._is_in(name, actor.id):
                return person
        groups = " or ".join(f"members of {name}" for name in self._rulebook().assistants)
        raise NotForThem(name=person.display_name, who=groups or "telecom admins")

    async def _is_in(self, group_name: str, person_id: str) -> bool:
        try:
            group = await self._directory.group_named(group_name)
        except (GroupUnknown, GroupAmbiguous) as error:
            log.warning("assistants_unknown", group=group_name, words=error.sentence)
            return False
        return await self._directory.is_member(group.id, person_id)
