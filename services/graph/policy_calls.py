"""The calls about Teams policies of a person, built by the SDK. Nothing is sent here."""

from __future__ import annotations

from urllib.parse import quote

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.graph_service_client import GraphServiceClient

from services.graph.json_body import with_json
from services.graph.odata import quoted

ASSIGNMENT = "#microsoft.graph.teamsAdministration.teamsPolicyUserAssignment"


def policy_id(sdk: GraphServiceClient, base_url: str, policy_type: str, name: str) -> RequestInformation:
    """GET the id of a policy by type and name.

    The SDK's own URL lacks the comma between the two (std-uritemplate drops it), so it is written here.
    """
    policy = sdk.admin.teams.policy
    builder = policy.microsoft_graph_teams_administration_get_policy_id_with_type_with_name(name, policy_type)
    arguments = f"type={quote(quoted(policy_type), safe='')},name={quote(quoted(name), safe='')}"
    url = f"{base_url}/admin/teams/policy/getPolicyId({arguments})"
    return builder.with_url(url).to_get_request_information()


def assign(sdk: GraphServiceClient, person_id: str, policy_type: str, policy_id: str) -> RequestInformation:
    """POST one assignment of a policy: how a list of them fails is not documented."""
    assignments = sdk.admin.teams.policy.user_assignments
    return with_json(
        Method.POST,
        assignments.microsoft_graph_teams_administration_assign,
        _assignments(userId=person_id, policyType=policy_type, policyId=policy_id),
    )


def unassign(sdk: GraphServiceClient, person_id: str, policy_type: str) -> RequestInformation:
    """POST that nothing is assigned directly any more."""
    assignments = sdk.admin.teams.policy.user_assignments
    return with_json(
        Method.POST,
        assignments.microsoft_graph_teams_administration_unassign,
        _assignments(userId=person_id, policyType=policy_type),
    )


def _assignments(**one: str) -> dict[str, object]:
    return {"value": [{"@odata.type": ASSIGNMENT, **one}]}
