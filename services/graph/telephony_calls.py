"""The calls of Teams administration that the product makes, built by the SDK. Nothing is sent here."""

from __future__ import annotations

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.admin.teams.telephone_number_management.number_assignments import (
    number_assignments_request_builder as _numbers,
)
from msgraph.generated.admin.teams.telephone_number_management.number_assignments.microsoft_graph_teams_administration_assign_number import (  # noqa: E501
    assign_number_post_request_body as _assign,
)
from msgraph.generated.admin.teams.telephone_number_management.number_assignments.microsoft_graph_teams_administration_unassign_number import (  # noqa: E501
    unassign_number_post_request_body as _unassign,
)
from msgraph.generated.models.teams_administration.number_type import NumberType as SdkNumberType
from msgraph.graph_service_client import GraphServiceClient

from services.domain.number import NumberType
from services.graph.odata import quoted

NUMBERS_A_PAGE = 1000
"""The most that the service gives (learn.microsoft.com/graph, list numberAssignments)."""
_SDK_TYPES = {
    NumberType.CALLING_PLAN: SdkNumberType.CallingPlan,
    NumberType.OPERATOR_CONNECT: SdkNumberType.OperatorConnect,
    NumberType.DIRECT_ROUTING: SdkNumberType.DirectRouting,
}


def numbers(sdk: GraphServiceClient, skip: int) -> RequestInformation:
    """GET a page of the tenant's numbers."""
    return _numbers_query(sdk, top=NUMBERS_A_PAGE, skip=skip or None)


def number(sdk: GraphServiceClient, telephone_number: str) -> RequestInformation:
    """GET the numbers that equal one in E.164 with its plus, as the service shows them."""
    return _numbers_query(sdk, filter=f"telephoneNumber eq {quoted(telephone_number)}")


def _numbers_query(
    sdk: GraphServiceClient,
    filter: str | None = None,  # noqa: A002 - OData's word
    top: int | None = None,
    skip: int | None = None,
) -> RequestInformation:
    builder = _numbers.NumberAssignmentsRequestBuilder
    query = builder.NumberAssignmentsRequestBuilderGetQueryParameters(filter=filter, top=top, skip=skip)
    assignments = sdk.admin.teams.telephone_number_management.number_assignments
    return assignments.to_get_request_information(RequestConfiguration(query_parameters=query))


def assign(
    sdk: GraphServiceClient,
    telephone_number: str,
    number_type: NumberType,
    person_id: str,
    location_id: str | None,
) -> RequestInformation:
    """POST the order to give a number to a person."""
    body = _assign.AssignNumberPostRequestBody(
        telephone_number=_undecorated(telephone_number),
        number_type=_SDK_TYPES[number_type],
        assignment_target_id=person_id,
        location_id=location_id,
    )
    assignments = sdk.admin.teams.telephone_number_management.number_assignments
    return assignments.microsoft_graph_teams_administration_assign_number.to_post_request_information(body)


def unassign(sdk: GraphServiceClient, telephone_number: str, number_type: NumberType) -> RequestInformation:
    """POST the order to take a number from whoever has it."""
    body = _unassign.UnassignNumberPostRequestBody(
        telephone_number=_undecorated(telephone_number), number_type=_SDK_TYPES[number_type]
    )
    assignments = sdk.admin.teams.telephone_number_management.number_assignments
    return assignments.microsoft_graph_teams_administration_unassign_number.to_post_request_information(body)


def _undecorated(telephone_number: str) -> str:
    """Without the plus, as the documentation's sample of both orders has it."""
    return telephone_number.removeprefix("+")


def operation(sdk: GraphServiceClient, operation_id: str) -> RequestInformation:
    """GET a long-running operation."""
    operations = sdk.admin.teams.telephone_number_management.operations
    return operations.by_telephone_number_long_running_operation_id(operation_id).to_get_request_information()


def configuration(sdk: GraphServiceClient, person_id: str) -> RequestInformation:
    """GET what Teams has configured for a person. The key is the object id alone."""
    configurations = sdk.admin.teams.user_configurations
    return configurations.by_teams_user_configuration_id(person_id).to_get_request_information()
