"""Putting people into groups and taking them out, without ever trusting a doubtful answer."""

from __future__ import annotations

from kiota_abstractions.request_information import RequestInformation

from services.domain.errors import TenantBusy, TenantRefused
from services.graph import directory_calls as calls
from services.graph import wire
from services.graph.client import Graph
from services.graph.errors import is_already_member, may_be_done, status_of

LOOKS = (0.5, 1.0, 2.0)
"""Seconds before each look after a doubtful answer: the directory may lag behind the write."""
_PAGE = wire.Page[wire.Thing]
_NAMED = wire.Page[wire.NamedThing]


async def of_person(graph: Graph, person_id: str) -> dict[str, str]:
    """Ids and names of the groups of a person. Raises TenantRefused 404 for an unknown person."""
    pages = graph.pages(calls.memberships(graph.sdk, person_id, "id", "displayName"), _NAMED)
    return {found.id.lower(): found.display_name or "" async for page in pages for found in page.value}


async def is_member(graph: Graph, group_id: str, person_id: str) -> bool:
    """Whether the directory shows a direct membership. Raises TenantRefused 404 for an unknown person."""
    async for page in graph.pages(calls.memberships(graph.sdk, person_id, "id"), _PAGE):
        if any(found.id.lower() == group_id.lower() for found in page.value):
            return True
    return False


async def has_others(graph: Graph, group_id: str, person_id: str) -> bool:
    """Whether a group has members besides the person. Raises TenantRefused 404 for an unknown group."""
    page = await graph.read(calls.members(graph.sdk, group_id), _PAGE)
    return any(found.id.lower() != person_id.lower() for found in page.value)


async def add(graph: Graph, group_id: str, person_id: str) -> bool:
    """Add a member; False when the tenant says that they were one before this call.

    After a doubtful answer the membership is looked for. Once it is seen, or the tenant then says that it
    exists, the doubtful call counts as carried out and the result is True. Adding again is harmless: the
    tenant keeps one membership.
    """
    request = calls.add_member(graph.sdk, graph.base_url, group_id, person_id)
    return await _Change(graph, group_id, person_id, wanted=True).make(request)


async def remove(graph: Graph, group_id: str, person_id: str) -> bool:
    """Remove a member; False when they were none before this call. Doubts are cleared up as in ``add``."""
    request = calls.remove_member(graph.sdk, group_id, person_id)
    return await _Change(graph, group_id, person_id, wanted=False).make(request)


class _Change:
    def __init__(self, graph: Graph, group_id: str, person_id: str, *, wanted: bool) -> None:
        self._graph = graph
        self._group_id = group_id
        self._person_id = person_id
        self._wanted = wanted
        self._doubtful = False

    async def make(self, request: RequestInformation) -> bool:
        return await self._graph.insist(lambda: self._once(request))

    async def _once(self, request: RequestInformation) -> bool:
        try:
            await self._graph.write(request)
        except TenantBusy as busy:
            if may_be_done(busy):
                self._doubtful = True
                if await self._shows():
                    return True
            raise
        except TenantRefused as refused:
            if self._says_it_is_so(refused):
                return self._doubtful
            raise
        return True

    def _says_it_is_so(self, refused: TenantRefused) -> bool:
        if self._wanted:
            return is_already_member(refused)
        return status_of(refused) == 404

    async def _shows(self) -> bool:
        for pause in LOOKS:
            await self._graph.clock.sleep(pause)
            if await is_member(self._graph, self._group_id, self._person_id) is self._wanted:
                return True
        return False
