"""The calls of the directory that the product makes, built by the SDK. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.app_catalogs.teams_apps import teams_apps_request_builder as _catalogue
from msgraph.generated.groups import groups_request_builder as _groups
from msgraph.generated.groups.item import group_item_request_builder as _group
from msgraph.generated.groups.item.members import members_request_builder as _members
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.users.item import user_item_request_builder as _user
from msgraph.generated.users.item.member_of import member_of_request_builder as _member_of
from msgraph.generated.users.item.teamwork.installed_apps import installed_apps_request_builder as _installed
from msgraph.graph_service_client import GraphServiceClient
from pydantic.alias_generators import to_camel

from services.graph.json_body import with_json
from services.graph.odata import quoted
from services.graph.wire import Group, User

if TYPE_CHECKING:
    from msgraph.generated.models.user_scope_teams_app_installation import UserScopeTeamsAppInstallation

USER_SELECT = [to_camel(name) for name in User.model_fields]
GROUP_SELECT = [to_camel(name) for name in Group.model_fields]
CHAIN_LEVELS = 10
MEMBERSHIPS_A_PAGE = 999


def person(sdk: GraphServiceClient, person_id: str) -> RequestInformation:
    """GET a user by object id or user principal name."""
    return _user_select(sdk, person_id, USER_SELECT)


def management_chain(sdk: GraphServiceClient, person_id: str) -> RequestInformation:
    """GET a user with the managers above, nested.

    A ``$select`` inside needs ``$levels`` (learn.microsoft.com/graph/api/user-list-manager).
    """
    query = _user.UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(
        select=["id", "userPrincipalName"],
        expand=[f"manager($levels={CHAIN_LEVELS};$select={','.join(USER_SELECT)})"],
    )
    return sdk.users.by_user_id(person_id).to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def licensing(sdk: GraphServiceClient, person_id: str) -> RequestInformation:
    """GET a user's plans and the state of each licence."""
    return _user_select(sdk, person_id, ["assignedPlans", "licenseAssignmentStates"])


def _user_select(sdk: GraphServiceClient, person_id: str, names: list[str]) -> RequestInformation:
    query = _user.UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=names)
    return sdk.users.by_user_id(person_id).to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def groups_named(sdk: GraphServiceClient, name: str) -> RequestInformation:
    """GET the groups of a display name, which is not unique."""
    query = _groups.GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(
        filter=f"displayName eq {quoted(name)}", select=GROUP_SELECT
    )
    return sdk.groups.to_get_request_information(RequestConfiguration(query_parameters=query))


def group(sdk: GraphServiceClient, group_id: str) -> RequestInformation:
    """GET a group by its id."""
    query = _group.GroupItemRequestBuilder.GroupItemRequestBuilderGetQueryParameters(select=GROUP_SELECT)
    return sdk.groups.by_group_id(group_id).to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def memberships(sdk: GraphServiceClient, person_id: str, *names: str) -> RequestInformation:
    """GET what a person is a direct member of.

    A ``$filter`` on the id would need an advanced query, whose index lags more than the directory itself.
    """
    query = _member_of.MemberOfRequestBuilder.MemberOfRequestBuilderGetQueryParameters(
        select=list(names), top=MEMBERSHIPS_A_PAGE
    )
    return sdk.users.by_user_id(person_id).member_of.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def members(sdk: GraphServiceClient, group_id: str) -> RequestInformation:
    """GET two members of a group: enough to tell whether somebody is there besides one."""
    query = _members.MembersRequestBuilder.MembersRequestBuilderGetQueryParameters(select=["id"], top=2)
    return sdk.groups.by_group_id(group_id).members.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def set_attributes(
    sdk: GraphServiceClient, person_id: str, attributes: Mapping[str, str | None]
) -> RequestInformation:
    """PATCH attributes of a user."""
    return with_json(Method.PATCH, sdk.users.by_user_id(person_id), attributes)


def add_member(sdk: GraphServiceClient, base_url: str, group_id: str, person_id: str) -> RequestInformation:
    """POST a reference to a person, which has to name the tenant's own host."""
    reference = ReferenceCreate(odata_id=f"{base_url}/directoryObjects/{person_id}")
    return sdk.groups.by_group_id(group_id).members.ref.to_post_request_information(reference)


def add_members(
    sdk: GraphServiceClient, base_url: str, group_id: str, person_ids: Sequence[str]
) -> RequestInformation:
    """PATCH a group with references to at most twenty people, all or nothing (group-post-members)."""
    references = [f"{base_url}/directoryObjects/{person_id}" for person_id in person_ids]
    return with_json(Method.PATCH, sdk.groups.by_group_id(group_id), {"members@odata.bind": references})


def remove_member(sdk: GraphServiceClient, group_id: str, person_id: str) -> RequestInformation:
    """DELETE the reference. Without ``/$ref`` the same call deletes the user (group-delete-members)."""
    member = sdk.groups.by_group_id(group_id).members.by_directory_object_id(person_id)
    return member.ref.to_delete_request_information()


def subscriptions(sdk: GraphServiceClient) -> RequestInformation:
    """GET the bought SKUs."""
    return sdk.subscribed_skus.to_get_request_information()


def catalogue_app(sdk: GraphServiceClient, manifest_app_id: str) -> RequestInformation:
    """GET the catalogue's app of a manifest id."""
    query = _catalogue.TeamsAppsRequestBuilder.TeamsAppsRequestBuilderGetQueryParameters(
        filter=f"externalId eq {quoted(manifest_app_id)}"
    )
    return sdk.app_catalogs.teams_apps.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def install_app(sdk: GraphServiceClient, base_url: str, person_id: str, app_id: str) -> RequestInformation:
    """POST an installation of a catalogue app for a person."""
    # the SDK's own model of this body is an Entity, and importing Entity costs 14 MB; one bag of additional
    # data is written like another
    body = ReferenceCreate(
        additional_data={"teamsApp@odata.bind": f"{base_url}/appCatalogs/teamsApps/{app_id}"}
    )
    installed = sdk.users.by_user_id(person_id).teamwork.installed_apps
    return installed.to_post_request_information(cast("UserScopeTeamsAppInstallation", body))


def installations(sdk: GraphServiceClient, person_id: str, manifest_app_id: str) -> RequestInformation:
    """GET a person's installations of the app of a manifest id."""
    query = _installed.InstalledAppsRequestBuilder.InstalledAppsRequestBuilderGetQueryParameters(
        filter=f"teamsApp/externalId eq {quoted(manifest_app_id)}", expand=["teamsApp"]
    )
    return sdk.users.by_user_id(person_id).teamwork.installed_apps.to_get_request_information(
        RequestConfiguration(query_parameters=query)
    )


def installation_chat(sdk: GraphServiceClient, person_id: str, installation_id: str) -> RequestInformation:
    """GET the chat of a person and an installed app."""
    installed = sdk.users.by_user_id(person_id).teamwork.installed_apps
    return installed.by_user_scope_teams_app_installation_id(
        installation_id
    ).chat.to_get_request_information()
