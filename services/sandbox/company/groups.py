"""Groups that carry licences and policies, as the walkthrough sets them up, and the policies they carry."""

from __future__ import annotations

from typing import NamedTuple

from services.sandbox.company.ids import FOUNDED, id_of
from services.sandbox.company.products import CALLING_PLAN, E3, PHONE, PHONE_WITH_PLAN, TEAMS
from services.sandbox.records import Group, Policy, PolicyGrant

_STAFF = '(user.accountEnabled -eq true) -and (user.userType -eq "Member")'


class Kind(NamedTuple):
    """A group: its rule when it is dynamic, its licences, its policies as (type, name)."""

    name: str
    rule: str | None
    skus: tuple[str, ...]
    policies: tuple[tuple[str, str], ...] = ()


def _voice(dial_plan: str, routing: str) -> tuple[tuple[str, str], ...]:
    return (
        ("TenantDialPlan", dial_plan),
        ("OnlineVoiceRoutingPolicy", routing),
        ("TeamsCallingPolicy", dial_plan),
    )


GROUPS = (
    Kind("Prov_UK_Standard_Baseline", f'(user.country -eq "United Kingdom") -and {_STAFF}', (E3, TEAMS)),
    Kind("Prov_US_Standard_Baseline", f'(user.country -eq "United States") -and {_STAFF}', (E3, TEAMS)),
    Kind(
        "Prov_EU_Standard_Baseline", f'(user.country -in ["Germany", "Ireland"]) -and {_STAFF}', (E3, TEAMS)
    ),
    Kind("Prov_Teams_Phone_Manchester", None, (PHONE,), _voice("UK Manchester", "UK Domestic Manchester")),
    Kind(
        "Prov_Teams_Phone_London",
        f'((user.city -eq "London") -or (user.officeLocation -startsWith "London")) -and {_STAFF}',
        (PHONE,),
        _voice("UK London", "UK Domestic London"),
    ),
    Kind("Prov_Teams_Phone_Birmingham", None, (PHONE,), _voice("UK Birmingham", "UK Domestic Birmingham")),
    Kind("Prov_Teams_Phone_New_York", None, (PHONE, CALLING_PLAN), (("TenantDialPlan", "US New York"),)),
    Kind("Prov_Teams_Phone_Berlin", None, (PHONE_WITH_PLAN,), (("TenantDialPlan", "DE Berlin"),)),
    Kind("Prov_Teams_Phone_Dublin", None, (PHONE,), _voice("IE Dublin", "IE Domestic Dublin")),
    Kind("Prov_Teams_Phone_Manchester_HR", None, (), (("CallingLineIdentity", "UK HR Manchester"),)),
    Kind(
        "Prov_Teams_Phone_London_HR",
        f'(user.city -eq "London") -and (user.department -eq "HR") -and {_STAFF}',
        (),
        (("CallingLineIdentity", "UK HR London"),),
    ),
)
PHONE_GROUPS = {
    city: f"Prov_Teams_Phone_{city.replace(' ', '_')}"
    for city in ("Manchester", "London", "Birmingham", "New York", "Berlin", "Dublin")
}
GROUP_OWNERS = {
    "Prov_Teams_Phone_Manchester": ("Megan Bowen", "Allan Deyoung"),
    "Prov_Teams_Phone_London": ("Adele Vance",),
    "Prov_Teams_Phone_Berlin": ("Johanna Lorenz", "Allan Deyoung"),
    "Prov_Teams_Phone_Dublin": ("Grady Archie",),
}
"""The group of Dublin is owned by somebody who has left."""
OWNER_POLICY = ("TeamsVoiceApplicationsPolicy", "HR Queue Owners")
SPARE_POLICIES = (
    ("TeamsCallingPolicy", "AllOn"),
    ("TeamsMeetingPolicy", "AllOn"),
    ("TeamsEmergencyCallingPolicy", "UK Emergency"),
)


def group_id(name: str) -> str:
    """Return the object id of a group."""
    return id_of("group", name)


def policy_id(policy_type: str, name: str) -> str:
    """Return the id of a policy."""
    return id_of(policy_type, name)


def make_group(kind: Kind) -> Group:
    """Return the record of a group, without members."""
    return Group(
        id=group_id(kind.name),
        display_name=kind.name,
        description=f"Provisioning: {kind.name.removeprefix('Prov_').replace('_', ' ')}",
        membership_rule=kind.rule,
        sku_ids=list(kind.skus),
        policies=[PolicyGrant(policy_type=t, policy_id=policy_id(t, name)) for t, name in kind.policies],
        created_date_time=FOUNDED,
    )


def make_policies() -> list[Policy]:
    """Return every policy that a group carries or that can be given."""
    named = {pair for kind in GROUPS for pair in kind.policies} | {OWNER_POLICY, *SPARE_POLICIES}
    return [Policy(id=policy_id(t, name), policy_type=t, name=name) for t, name in sorted(named)]
