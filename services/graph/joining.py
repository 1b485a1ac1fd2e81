"""Putting many people into a group, twenty with one call: all of them or, when one is in already, none.

The calls for one group follow one another: Entra refuses changes of one group that cross each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.domain.errors import GroupRefusesMembers, GroupUnknown, TenantBusy, TenantError, TenantRefused
from services.graph import directory_calls as calls
from services.graph import wire
from services.graph.batch import read_many
from services.graph.client import Graph
from services.graph.errors import is_already_member, may_be_done
from services.graph.membership import LOOKS
from services.ports import Directory

MOST = 20
"""References in one call (learn.microsoft.com/graph/api/group-post-members)."""

_PAGE = wire.Page[wire.Thing]
Outcomes = dict[str, bool | TenantError]


class Joining:
    """The joins of one group."""

    def __init__(self, graph: Graph, directory: Directory, group_id: str) -> None:
        self._graph = graph
        self._directory = directory
        self._group_id = group_id
        self._outcomes: Outcomes = {}
        self._pending: list[str] = []
        self._doubtful: set[str] = set()

    async def join(self, person_ids: Sequence[str]) -> Outcomes:
        """Make each a member; whether that changed anything, or why it could not be."""
        keys = list(dict.fromkeys(person_ids))
        for start in range(0, len(keys), MOST):
            self._pending = keys[start : start + MOST]
            try:
                await self._graph.insist(self._once)
            except TenantRefused:
                await self._one_by_one()
            closed = [e for e in self._outcomes.values() if isinstance(e, GroupRefusesMembers | GroupUnknown)]
            if closed:
                return {key: self._outcomes.get(key, closed[0]) for key in keys}
        return self._outcomes

    async def _once(self) -> None:
        """Send those who are not in yet. Safe to try again: whoever is in is taken out of the list first."""
        while self._pending:
            request = calls.add_members(self._graph.sdk, self._graph.base_url, self._group_id, self._pending)
            try:
                await self._graph.write(request)
            except TenantBusy as busy:
                if not may_be_done(busy):
                    raise
                await self._clear_up()
                if self._pending:
                    raise
            except TenantRefused as refused:
                if not is_already_member(refused) or not self._strike_off(await self._members()):
                    raise
            else:
                self._settle(self._pending, changed=True)

    async def _one_by_one(self) -> None:
        """One of the twenty is at fault: only calls about each of them tell who."""
        for person_id in list(self._pending):
            try:
                added = await self._directory.add_member(self._group_id, person_id)
            except (GroupRefusesMembers, GroupUnknown) as refused:
                self._outcomes[person_id] = refused
                return
            except TenantRefused as refused:
                self._outcomes[person_id] = refused
            else:
                self._outcomes[person_id] = added or person_id in self._doubtful

    async def _clear_up(self) -> None:
        """After a doubtful answer: see whether it was carried out."""
        self._doubtful |= set(self._pending)
        for pause in LOOKS:
            await self._graph.clock.sleep(pause)
            if self._strike_off(await self._members()):
                return

    def _strike_off(self, inside: set[str]) -> bool:
        """Settle those who are in, and say whether there were any."""
        here = [person_id for person_id in self._pending if person_id in inside]
        for person_id in here:
            self._settle([person_id], changed=person_id in self._doubtful)
        return bool(here)

    def _settle(self, person_ids: Sequence[str], *, changed: bool) -> None:
        self._outcomes |= dict.fromkeys(person_ids, changed)
        self._pending = [person_id for person_id in self._pending if person_id not in self._outcomes]

    async def _members(self) -> set[str]:
        """Whom of the twenty the directory shows in the group."""
        requests = [calls.memberships(self._graph.sdk, person_id, "id") for person_id in self._pending]
        pages = await read_many(self._graph, requests, _PAGE)
        wanted = self._group_id.lower()
        return {
            person_id
            for person_id, page in zip(self._pending, pages, strict=True)
            if not isinstance(page, TenantError) and any(group.id.lower() == wanted for group in page.value)
        }
