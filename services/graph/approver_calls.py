"""The calls that tell who can decide and whether they are there, built by the SDK. Nothing is sent here."""

from __future__ import annotations

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.groups.item.members import members_request_builder as _members
from msgraph.generated.groups.item.owners import owners_request_builder as _owners
from msgraph.generated.users import users_request_builder as _users
from msgraph.generated.users.item.mailbox_settings import mailbox_settings_request_builder as _mailbox
from msgraph.graph_service_client import GraphServiceClient
from pydantic.alias_generators import to_camel

from services.graph.directory_calls import USER_SELECT
from services.graph.mailbox_wire import Mailbox
from services.graph.odata import quoted

MAILBOX_SELECT = [to_camel(name) for name in Mailbox.model_fields]
MOST_A_PAGE = 999


def search(sdk: GraphServiceClient, words: str, limit: int) -> RequestInformation:
    """GET people by the beginning of their name or an address, in the order of their names.

    Only advanced queries filter and sort at once (learn.microsoft.com/graph/aad-advanced-queries).
    """
    text = quoted(words)
    query = _users.UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
        filter=f"startswith(displayName,{text}) or userPrincipalName eq {text} or mail eq {text}",
        orderby=["displayName"],
        count=True,
        select=USER_SELECT,
        top=min(limit, MOST_A_PAGE),
    )
    request = sdk.users.to_get_request_information(RequestConfiguration(query_parameters=query))
    request.headers.try_add("ConsistencyLevel", "eventual")
    return request


def mailbox(sdk: GraphServiceClient, person_id: str) -> RequestInformation:
    """GET what a mailbox tells of absences and hours.

    Selected, because what else is there may not be readable (msgraph-sdk-dotnet issue 2141).
    """
    query = _mailbox.MailboxSettingsRequestBuilder.MailboxSettingsRequestBuilderGetQueryParameters(
        select=MAILBOX_SELECT
    )
    return sdk.users.by_user_id(person_id).mailbox_settings.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def presence(sdk: GraphServiceClient, person_id: str) -> RequestInformation:
    """GET a presence by object id. It takes no ``$select``."""
    return sdk.users.by_user_id(person_id).presence.to_get_request_information()


def owners(sdk: GraphServiceClient, group_id: str) -> RequestInformation:
    """GET who owns a group, which may be applications too.

    The list is not cast to users: that takes an advanced query, whose index lags more than the directory
    itself, and whoever is no owner any more must not decide.
    """
    query = _owners.OwnersRequestBuilder.OwnersRequestBuilderGetQueryParameters(
        select=USER_SELECT, top=MOST_A_PAGE
    )
    return sdk.groups.by_group_id(group_id).owners.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def members(sdk: GraphServiceClient, group_id: str, limit: int) -> RequestInformation:
    """GET the direct members of a group, groups and devices among them. Not cast, as ``owners``."""
    query = _members.MembersRequestBuilder.MembersRequestBuilderGetQueryParameters(
        select=USER_SELECT, top=min(limit, MOST_A_PAGE)
    )
    return sdk.groups.by_group_id(group_id).members.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )
