"""Graph's answers as they come over the wire, as far as Switchboard reads them.

The SDK's own models are not used for reading: the model of a user alone imports about a thousand modules at
its first use (2.9 s, 29 MB) and costs four times the CPU a call. These read the same JSON, and only what is
asked for.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

ItemT = TypeVar("ItemT")


class Wire(BaseModel):
    """A JSON object of Graph's: camelCase names; what is not read is ignored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class Page(Wire, Generic[ItemT]):
    """One page of a list."""

    value: list[ItemT]
    next_link: str | None = Field(default=None, alias="@odata.nextLink")


class Thing(Wire):
    """Any entity, of which only the id matters."""

    id: str


class NamedThing(Thing):
    """An entity with a name that can be shown, if it has one."""

    display_name: str | None = None


class OrgData(Wire):
    """A user's employeeOrgData."""

    cost_center: str | None = None


class User(Wire):
    """A user. The names are also the ``$select`` of every read of one."""

    id: str
    display_name: str | None = None
    user_principal_name: str
    mail: str | None = None
    job_title: str | None = None
    department: str | None = None
    employee_type: str | None = None
    office_location: str | None = None
    city: str | None = None
    country: str | None = None
    usage_location: str | None = None
    account_enabled: bool | None = None
    user_type: str | None = None
    employee_org_data: OrgData | None = None


class Managed(User):
    """A user with the manager above them, who has one too, as ``$expand=manager($levels=…)`` nests them."""

    manager: Managed | None = None


class SkuRef(Wire):
    """A reference to a SKU."""

    sku_id: str


class Group(Wire):
    """A group, with what says how it gets its members."""

    id: str
    display_name: str
    group_types: list[str] = []
    resource_provisioning_options: list[str] = []
    membership_rule: str | None = None
    on_premises_sync_enabled: bool | None = None
    mail_enabled: bool | None = None
    assigned_licenses: list[SkuRef] = []


class AssignedPlan(Wire):
    """A service plan of a user."""

    service_plan_id: str
    capability_status: str | None = None


class LicenceState(Wire):
    """How the assignment of a licence to a user went; a null ``assignedByGroup`` means directly."""

    sku_id: str
    assigned_by_group: str | None = None
    state: str | None = None
    error: str | None = None


class Licensed(Wire):
    """A user's licensing."""

    assigned_plans: list[AssignedPlan] = []
    license_assignment_states: list[LicenceState] = []


class ServicePlan(Wire):
    """A service plan of a SKU."""

    service_plan_id: str


class Units(Wire):
    """Bought units of a SKU."""

    enabled: int | None = None


class Sku(Wire):
    """A bought SKU."""

    sku_id: str
    sku_part_number: str
    consumed_units: int | None = None
    prepaid_units: Units = Units()
    service_plans: list[ServicePlan] = []


class Number(Wire):
    """A numberAssignment. Enumerations stay text: new members must not break reading."""

    telephone_number: str
    number_type: str | None = None
    assignment_status: str | None = None
    assignment_target_id: str | None = None
    city: str | None = None
    iso_country_code: str | None = None
    location_id: str | None = None
    capabilities: list[str | None] = []


class OperationNumber(Wire):
    """What an operation says of one number."""

    status_detail: str | None = None


class Operation(Wire):
    """A long-running operation; the documentation's sample wraps it in ``value``, the metadata does not."""

    status: str | None = None
    numbers: list[OperationNumber] = []
    value: Operation | None = None


class AssignedNumber(Wire):
    """A number as a person's configuration lists it."""

    telephone_number: str
    assignment_category: str | None = None


class PolicyAssignment(Wire):
    """Which policy holds, and through whom."""

    display_name: str | None = None
    assignment_type: str | None = None
    group_id: str | None = None


class EffectivePolicy(Wire):
    """A policy that holds for a person."""

    policy_type: str
    policy_assignment: PolicyAssignment | None = None


class Configuration(Wire):
    """A teamsUserConfiguration."""

    is_enterprise_voice_enabled: bool | None = None
    account_type: str | None = None
    telephone_numbers: list[AssignedNumber] = []
    effective_policy_assignments: list[EffectivePolicy] = []


class PolicyIdentifier(Wire):
    """A policy's name, as ``Tag:…``, and its id."""

    name: str
    policy_id: str
