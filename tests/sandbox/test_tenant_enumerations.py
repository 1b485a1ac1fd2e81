"""Fields of a number that know a few members only: those of Graph, and a filter on another is refused."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import pytest
from msgraph.generated.models.teams_administration.activation_state import ActivationState
from msgraph.generated.models.teams_administration.assignment_category import AssignmentCategory
from msgraph.generated.models.teams_administration.assignment_status import AssignmentStatus
from msgraph.generated.models.teams_administration.customer_action import CustomerAction
from msgraph.generated.models.teams_administration.number_capability import NumberCapability
from msgraph.generated.models.teams_administration.number_source import NumberSource
from msgraph.generated.models.teams_administration.number_type import NumberType
from msgraph.generated.models.teams_administration.port_in_status import PortInStatus
from msgraph.generated.models.teams_administration.reverse_number_lookup_option import (
    ReverseNumberLookupOption,
)

from services.sandbox.routes.numbers import NUMBER
from tests.sandbox.conftest import NUMBERS

if TYPE_CHECKING:
    from conftest import Api

GRAPH: dict[str, type[Enum]] = {
    "numberType": NumberType,
    "activationState": ActivationState,
    "capabilities": NumberCapability,
    "assignmentStatus": AssignmentStatus,
    "assignmentCategory": AssignmentCategory,
    "numberSource": NumberSource,
    "portInStatus": PortInStatus,
    "supportedCustomerActions": CustomerAction,
    "reverseNumberLookupOptions": ReverseNumberLookupOption,
}


@pytest.mark.parametrize(
    "text",
    [
        "assignmentStatus eq 'nope'",
        "assignmentStatus ne 'nope'",
        "assignmentStatus in ('unassigned','nope')",
        "assignmentStatus eq ''",
        "assignmentStatus eq true",
        "isoCountryCode eq 'GB' and not(assignmentStatus eq 'user assigned')",
        "numberType eq 'carrierPigeon'",
        "activationState eq 'active'",
        "assignmentCategory eq 'mine'",
        "numberSource eq 'offline'",
        "portInStatus eq 'done'",
        "capabilities/any(c:c eq 'userAssignments')",
        "supportedCustomerActions/any(a:a eq 'sell')",
        "reverseNumberLookupOptions/any(o:o eq 'no')",
    ],
)
async def test_a_member_that_there_is_not_is_refused(api: Api, text: str) -> None:
    answer = await api.get(NUMBERS, {"$filter": text})
    assert (answer.status, answer.code) == (400, "BadRequest"), answer.body
    assert answer.message.startswith("Invalid filter clause: The string '")
    assert answer.message.endswith("' is not a valid enumeration type constant.")


@pytest.mark.parametrize(
    "text",
    [
        "numberType eq 'DirectRouting' or numberType in ('callingPlan','operatorConnect')",
        "assignmentCategory eq null",
        "portInStatus ne 'completed'",
        "capabilities/any(c:c eq 'UserAssignment')",
        "isoCountryCode eq 'nowhere'",
    ],
)
async def test_members_are_known_without_case_and_nothing_is_compared_too(api: Api, text: str) -> None:
    answer = await api.get(NUMBERS, {"$filter": text})
    assert answer.status == 200, answer.body


async def test_a_member_is_no_text_to_look_into(api: Api) -> None:
    assert (await api.get(NUMBERS, {"$filter": "startswith(numberType,'calling')"})).status == 400


def test_the_members_are_those_of_graph() -> None:
    assert NUMBER.enums == {field: {member.value for member in kind} for field, kind in GRAPH.items()}


@pytest.mark.parametrize("field", GRAPH)
async def test_the_company_uses_no_others(api: Api, field: str) -> None:
    values = [number.dump()[field] for number in api.tenant.numbers]
    used = {one for value in values for one in (value if isinstance(value, list) else [value])}
    assert used - {None} <= NUMBER.enums[field]
