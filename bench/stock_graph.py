"""What the calls of one provisioned request cost when the stock msgraph-sdk makes them, and nothing else.

The replica makes about as many: it reads groups, plans, configuration and number before and after it changes
them. The two orders among them count here as two more reads.

Usage: python -m bench.stock_graph TENANT_URL PERSON_ID NUMBER GROUP [TIMES]
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.admin.teams.telephone_number_management.number_assignments import (
    number_assignments_request_builder as _numbers,
)
from msgraph.generated.groups import groups_request_builder as _groups
from msgraph.generated.users.item import user_item_request_builder as _user
from msgraph.generated.users.item.member_of import member_of_request_builder as _member_of
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from services.graph.credentials import StaticToken, authentication
from services.graph.odata import quoted
from services.settings import SANDBOX_TOKEN

TIMES = 50
AT_ONCE = 16
MEMBERSHIPS = 6
"""Four looks, and the two orders."""


def connect(url: str) -> GraphServiceClient:
    """The SDK's client as it comes, with its default pipeline."""
    base = f"{url}/v1.0"
    adapter = GraphRequestAdapter(authentication(StaticToken(SANDBOX_TOKEN), base).provider)
    adapter.base_url = base
    return GraphServiceClient(request_adapter=adapter)


async def one_request(sdk: GraphServiceClient, person_id: str, number: str, group: str) -> None:
    """Make the calls one after the other, as a run does."""
    person = sdk.users.by_user_id(person_id)
    select = _user.UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters
    plans = RequestConfiguration(query_parameters=select(select=["assignedPlans", "licenseAssignmentStates"]))
    named = _groups.GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
        filter=f"displayName eq {quoted(group)}", select=["id", "displayName", "groupTypes"]
    )
    equal = _numbers.NumberAssignmentsRequestBuilder.NumberAssignmentsRequestBuilderGetQueryParameters(
        filter=f"telephoneNumber eq {quoted(number)}"
    )
    ids = _member_of.MemberOfRequestBuilder.MemberOfRequestBuilderGetQueryParameters(select=["id"], top=999)
    teams = sdk.admin.teams
    calls: list[Awaitable[object]] = [
        person.get(RequestConfiguration(query_parameters=select(select=["id", "displayName"]))),
        sdk.groups.get(RequestConfiguration(query_parameters=named)),
    ]
    calls += [person.member_of.get(RequestConfiguration(query_parameters=ids)) for _ in range(MEMBERSHIPS)]
    for _ in range(2):
        calls += [
            person.get(plans),
            teams.user_configurations.by_teams_user_configuration_id(person_id).get(),
            teams.telephone_number_management.number_assignments.get(
                RequestConfiguration(query_parameters=equal)
            ),
        ]
    for call in calls:
        await call


async def measure(url: str, person_id: str, number: str, group: str, times: int) -> float:
    """Milliseconds of CPU for the calls of one request."""
    sdk = connect(url)
    await one_request(sdk, person_id, number, group)  # imports what it needs
    room = asyncio.Semaphore(AT_ONCE)

    async def once() -> None:
        async with room:
            await one_request(sdk, person_id, number, group)

    before = time.process_time()
    await asyncio.gather(*(once() for _ in range(times)))
    return (time.process_time() - before) / times * 1000


if __name__ == "__main__":
    _, _url, _person, _number, _group, *_times = sys.argv
    print(asyncio.run(measure(_url, _person, _number, _group, int(_times[0]) if _times else TIMES)))
