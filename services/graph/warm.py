"""Paying for imports before the first turn needs them."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from kiota_abstractions.request_information import RequestInformation
from msgraph.graph_service_client import GraphServiceClient

from services.domain.number import NumberType
from services.graph import approver_calls, directory_calls, telephony_calls
from services.graph.client import Graph


def warm_up(graph: Graph) -> None:
    """Import what every call needs. Takes up to a second and is safe to run in a thread; sends nothing."""
    for build in _every_call(graph.sdk):
        build()
    importlib.import_module("anyio._backends._asyncio")  # httpx imports it with its first request


def _every_call(sdk: GraphServiceClient) -> list[Callable[[], RequestInformation]]:
    """Return one of each call with made-up arguments; building one imports the parts of the SDK it needs."""
    base = "https://graph.invalid/v1.0"
    direct = NumberType.DIRECT_ROUTING
    return [
        lambda: directory_calls.person(sdk, "x"),
        lambda: directory_calls.management_chain(sdk, "x"),
        lambda: approver_calls.search(sdk, "x", 1),
        lambda: approver_calls.mailbox(sdk, "x"),
        lambda: approver_calls.presence(sdk, "x"),
        lambda: approver_calls.owners(sdk, "x"),
        lambda: approver_calls.members(sdk, "x", 1),
        lambda: directory_calls.groups_named(sdk, "x"),
        lambda: directory_calls.group(sdk, "x"),
        lambda: directory_calls.memberships(sdk, "x", "id"),
        lambda: directory_calls.add_member(sdk, base, "x", "y"),
        lambda: directory_calls.remove_member(sdk, "x", "y"),
        lambda: directory_calls.subscriptions(sdk),
        lambda: directory_calls.catalogue_app(sdk, "x"),
        lambda: directory_calls.install_app(sdk, base, "x", "y"),
        lambda: directory_calls.installations(sdk, "x", "y"),
        lambda: directory_calls.installation_chat(sdk, "x", "y"),
        lambda: telephony_calls.numbers(sdk, 0),
        lambda: telephony_calls.assign(sdk, "+1", direct, "x", None),
        lambda: telephony_calls.unassign(sdk, "+1", direct),
        lambda: telephony_calls.operation(sdk, "x"),
        lambda: telephony_calls.configuration(sdk, "x"),
    ]
