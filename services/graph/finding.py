"""Finding people: by words, as owners and as members of groups."""

from __future__ import annotations

from kiota_abstractions.request_information import RequestInformation

from services.domain.person import Person
from services.graph import approver_calls as calls
from services.graph import people, wire
from services.graph.client import Graph

_PAGE = wire.Page[wire.User | wire.Thing]
"""Whoever is no user has no sign-in name, and is only a thing."""


async def by_words(graph: Graph, words: str, limit: int) -> tuple[Person, ...]:
    """People whose name begins with the words, or whose address they are; nobody for no words."""
    text = " ".join(words.split())
    if not text or limit < 1:
        return ()
    found = await _users(graph, calls.search(graph.sdk, text, limit), limit)
    return tuple(sorted(found, key=lambda person: person.display_name.casefold()))


async def owners(graph: Graph, group_id: str) -> tuple[Person, ...]:
    """Users who own a group. Raises TenantRefused 404 for an unknown group."""
    return await _users(graph, calls.owners(graph.sdk, group_id), None)


async def members(graph: Graph, group_id: str, limit: int) -> tuple[Person, ...]:
    """Users who are direct members of a group. Raises TenantRefused 404 for an unknown group."""
    return await _users(graph, calls.members(graph.sdk, group_id, max(limit, 1)), max(limit, 0))


async def _users(graph: Graph, request: RequestInformation, limit: int | None) -> tuple[Person, ...]:
    found: list[Person] = []
    async for page in graph.pages(request, _PAGE):
        found += [people.person(item) for item in page.value if isinstance(item, wire.User)]
        if limit is not None and len(found) >= limit:
            break
    return tuple(found[:limit])
