"""Finding people: by what somebody typed, and in groups."""

from __future__ import annotations

from collections.abc import Sequence

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.groups.item.members.graph_user import graph_user_request_builder as _members
from msgraph.generated.groups.item.owners.graph_user import graph_user_request_builder as _owners
from msgraph.generated.users import users_request_builder as _users
from msgraph.graph_service_client import GraphServiceClient

from services.domain.person import Person
from services.graph import people, wire
from services.graph.client import Graph
from services.graph.directory_calls import USER_SELECT
from services.graph.odata import quoted

_USERS = wire.Page[wire.User]
MOST = 999
"""Entries of one page at most (learn.microsoft.com/graph/api/user-list)."""


async def search(graph: Graph, words: str, limit: int) -> Sequence[Person]:
    """Return people whose name begins with the words, or whose address they are, ascending by name.

    The tenant sorts filtered lists only with advanced queries, so the sorting is done here.
    """
    page = await graph.read(_search(graph.sdk, words, limit), _USERS)
    found = [people.person(user) for user in page.value]
    return sorted(found, key=lambda person: (person.display_name.casefold(), person.id))


async def owners(graph: Graph, group_id: str) -> Sequence[Person]:
    """Return the users who own a group. Raises TenantRefused 404 for an unknown group."""
    pages = graph.pages(_owners_of(graph.sdk, group_id), _USERS)
    return [people.person(user) async for page in pages for user in page.value]


async def members(graph: Graph, group_id: str, limit: int) -> Sequence[Person]:
    """Return users in a group, at most ``limit``. Raises TenantRefused 404 for an unknown group."""
    page = await graph.read(_members_of(graph.sdk, group_id, limit), _USERS)
    return [people.person(user) for user in page.value]


def _search(sdk: GraphServiceClient, words: str, limit: int) -> RequestInformation:
    text = quoted(words)
    query = _users.UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter=f"startswith(displayName,{text}) or userPrincipalName eq {text} or mail eq {text}",
        select=USER_SELECT,
        top=min(limit, MOST),
    )
    return sdk.users.to_get_request_information(RequestConfiguration(query_parameters=query))


def _owners_of(sdk: GraphServiceClient, group_id: str) -> RequestInformation:
    query = _owners.GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters(select=USER_SELECT)
    return sdk.groups.by_group_id(group_id).owners.graph_user.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def _members_of(sdk: GraphServiceClient, group_id: str, limit: int) -> RequestInformation:
    query = _members.GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters(
        select=USER_SELECT, top=min(limit, MOST)
    )
    return sdk.groups.by_group_id(group_id).members.graph_user.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )
