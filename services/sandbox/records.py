"""The records a tenant keeps. Names are Graph's own, in Python spelling; aliases are Graph's spelling."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from services.sandbox.person_parts import Absence, AutomaticReplies, OrgData, WorkingHours

Json = dict[str, Any]


class Record(BaseModel):
    """A record with a key. `dump` gives it in Graph's spelling."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")

    id: str

    def dump(self, *, without: set[str] | None = None) -> Json:
        """Return the record as JSON values in Graph's spelling, leaving out the fields named in `without`."""
        return self.model_dump(mode="json", by_alias=True, exclude=without)

    def pack(self) -> bytes:
        """Return the record for the store; defaults are left out, since reading back costs time."""
        return self.model_dump_json(by_alias=True, exclude_defaults=True).encode()


class Licence(BaseModel):
    """One licence a person should have, and whether it was given: Graph's licenseAssignmentState."""

    sku_id: str
    group_id: str | None = None
    state: Literal["Active", "Error"] = "Active"
    error: str | None = None
    at: datetime


class PolicyGrant(BaseModel):
    """A policy of one type, given to a person directly or to a group."""

    policy_type: str
    policy_id: str


class Person(Record):
    """A user of the tenant: Graph's properties first, then what Graph shows elsewhere."""

    user_principal_name: str
    display_name: str
    given_name: str
    surname: str
    mail: str | None = None
    job_title: str | None = None
    department: str | None = None
    office_location: str | None = None
    city: str | None = None
    country: str | None = None
    usage_location: str | None = None
    mobile_phone: str | None = None
    business_phones: list[str] = Field(default_factory=list)
    preferred_language: str | None = None
    company_name: str | None = None
    employee_type: str | None = None
    employee_org_data: OrgData | None = None
    account_enabled: bool = True
    user_type: Literal["Member", "Guest"] = "Member"
    created_date_time: datetime
    manager_id: str | None = None
    licences: list[Licence] = Field(default_factory=list)
    policies: list[PolicyGrant] = Field(default_factory=list)
    replies: AutomaticReplies = Field(default_factory=AutomaticReplies)
    time_zone: str = "GMT Standard Time"
    hours: WorkingHours = Field(default_factory=WorkingHours)
    absences: list[Absence] = Field(default_factory=list)
    apps: dict[str, str] = Field(default_factory=dict)
    """Installed Teams apps: installation id to catalogue id."""


PERSON_HIDDEN = {
    "manager_id", "licences", "policies", "replies", "time_zone", "hours", "absences", "apps",
}  # fmt: skip
"""What Graph does not show among a user's own properties."""


class Group(Record):
    """A group; `members` are ids of people and groups, in the order in which they came.

    It is a security group, unless it is `unified`: a Microsoft 365 group, with a team.
    """

    display_name: str
    description: str | None = None
    membership_rule: str | None = None
    unified: bool = False
    members: list[str] = Field(default_factory=list)
    owners: list[str] = Field(default_factory=list)
    sku_ids: list[str] = Field(default_factory=list)
    policies: list[PolicyGrant] = Field(default_factory=list)
    created_date_time: datetime

    @property
    def dynamic(self) -> bool:
        """Whether the membership follows a rule, so that nobody adds or removes members by hand."""
        return self.membership_rule is not None


class ServicePlan(BaseModel):
    """A service plan inside a SKU."""

    id: str
    name: str
    service: str


class Sku(Record):
    """A product the tenant bought; `units` is how many licences of it (prepaidUnits.enabled)."""

    part_number: str
    plans: list[ServicePlan]
    units: int


class Number(Record):
    """A numberAssignment of Teams administration. The last two fields are what Graph does not show."""

    telephone_number: str
    number_type: Literal["directRouting", "callingPlan", "operatorConnect"]
    activation_state: str = "activated"
    capabilities: list[str]
    assignment_status: str = "unassigned"
    assignment_target_id: str | None = None
    assignment_category: str | None = None
    location_id: str | None = None
    civic_address_id: str | None = None
    network_site_id: str | None = None
    iso_country_code: str | None = None
    city: str | None = None
    operator_id: str | None = None
    number_source: str = "online"
    port_in_status: str | None = None
    supported_customer_actions: list[str] = Field(default_factory=list)
    reverse_number_lookup_options: list[str] = Field(default_factory=list)
    held_elsewhere: bool = False
    """The list says unassigned, yet the service refuses it as taken: seen in real tenants."""
    blocked: bool = False
    """Blocked from assignment by an administrator; Graph v1.0 has no field for it."""


NUMBER_HIDDEN = {"held_elsewhere", "blocked"}


class Operation(Record):
    """A long-running change of one number. Times decide its status; `failure` is why it failed."""

    kind: Literal["Assignment", "Unassignment"]
    number_id: str | None
    telephone_number: str
    number_type: str
    target_id: str | None = None
    category: str | None = None
    location_id: str | None = None
    created_at: datetime
    runs_at: datetime
    ends_at: datetime
    replication_s: float = 0.0
    done: bool = False
    failure: str | None = None


class Policy(Record):
    """A policy instance, such as a dial plan. Its id is what Graph calls policyId."""

    policy_type: str
    name: str


class CatalogueApp(Record):
    """A Teams app in the organisation's catalogue; `external_id` is the id in its manifest."""

    external_id: str
    display_name: str
    distribution_method: str = "organization"


class VoiceApp(Record):
    """A call queue or an auto attendant: Graph has no API for either, so only the state shows them."""

    kind: Literal["queue", "attendant"]
    name: str
    authorized_users: list[str]
    settings: Json


class Due(Record):
    """Work the tenant does by itself at a time: finish an operation, or look at a person's licences."""

    kind: Literal["operation", "licences"]
    subject: str
    at: datetime
    order: int


class PastView(BaseModel):
    """What readers saw before a write, and until when they still see it."""

    until: datetime
    view: Any


class Replica(Record):
    """The older views of one thing that replication has not overwritten yet, oldest first."""

    views: list[PastView] = Field(default_factory=list)


class LogEntry(Record):
    """One accepted write, for proofs that nothing was done twice."""

    at: datetime
    action: str
    subject: str
    detail: Json = Field(default_factory=dict)
