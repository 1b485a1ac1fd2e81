"""The seed company: who works there, what they have, and who plays which part in the walkthrough."""

from __future__ import annotations

from typing import NamedTuple

from services.sandbox.company.cast import CAST, OWNERS, Role, make_guest, make_person, person_id
from services.sandbox.company.crowd import alias, crowd
from services.sandbox.company.groups import (
    GROUP_OWNERS,
    GROUPS,
    OWNER_POLICY,
    PHONE_GROUPS,
    make_group,
    make_policies,
    policy_id,
)
from services.sandbox.company.ids import APP_EXTERNAL_ID, DOMAIN, FOUNDED, TENANT_ID, id_of
from services.sandbox.company.numbers import make_numbers, takeable
from services.sandbox.company.products import E5, PRODUCTS, SPARE, sku
from services.sandbox.company.voice_apps import make_voice_apps
from services.sandbox.licensing import consumed
from services.sandbox.records import CatalogueApp, Licence, PolicyGrant
from services.sandbox.rules import parse_rule
from services.sandbox.tenant import Identity, Tenant

__all__ = [
    "ADMIN",
    "APP_EXTERNAL_ID",
    "DOMAIN",
    "EMPLOYEE",
    "MANAGER",
    "TENANT_ID",
    "Player",
    "found",
    "player",
]


class Player(NamedTuple):
    """Somebody of the company, as a client's window needs to know them."""

    id: str
    upn: str
    given_name: str
    surname: str

    @property
    def name(self) -> str:
        """The display name."""
        return f"{self.given_name} {self.surname}"


def player(name: str) -> Player:
    """Return a person of the named cast by display name. Raises KeyError for anybody else."""
    roles = {role.name: role for role in CAST}
    given, _, surname = roles[name].name.partition(" ")
    return Player(person_id(name), f"{_cast_alias(name)}@{DOMAIN}", given, surname)


def _cast_alias(name: str) -> str:
    given, _, surname = name.partition(" ")
    return given + surname[0]


EMPLOYEE = player("Christie Cline")
"""HR in Manchester; no number, and not yet in the city's phone group."""
MANAGER = player("Megan Bowen")
"""The employee's manager."""
ADMIN = player("Allan Deyoung")
"""The telecom administrator, who also owns both HR queues."""


def found(tenant: Tenant) -> None:
    """Fill an empty tenant with the company. The same company every time, ids included."""
    tenant.identity.put(Identity(id=TENANT_ID, name="Switchboard Example", domain=DOMAIN))
    roles = [*CAST, *crowd()]
    for role in roles:
        tenant.people.put(make_person(role, _cast_alias(role.name) if role in CAST else alias(role.name)))
    tenant.people.put(make_guest())
    for number in make_numbers():
        tenant.numbers.put(number)
    _fill_groups(tenant, roles)
    _give_licences(tenant)
    _give_numbers(tenant, roles)
    _give_the_rest(tenant)


def _fill_groups(tenant: Tenant, roles: list[Role]) -> None:
    by_hand = {
        PHONE_GROUPS[city]: [r for r in roles if r.phone == "number" and r.city == city]
        for city in PHONE_GROUPS
    }
    by_hand["Prov_Teams_Phone_Manchester_HR"] = [
        r for r in by_hand[PHONE_GROUPS["Manchester"]] if r.department == "HR"
    ]
    for kind in GROUPS:
        group = make_group(kind)
        if kind.rule is None:
            group.members = [person_id(role.name) for role in by_hand[kind.name]]
        else:
            matches = parse_rule(kind.rule)
            group.members = [person.id for person in tenant.people if matches(person.dump())]
        group.owners = [person_id(name) for name in GROUP_OWNERS.get(kind.name, ())]
        tenant.groups.put(group)


def _give_licences(tenant: Tenant) -> None:
    for name in ("Patti Fernandez", "Nestor Wilke"):
        tenant.people.get(person_id(name)).licences.append(Licence(sku_id=E5, at=FOUNDED))  # type: ignore[union-attr]
    for group in tenant.groups:
        for member in group.members:
            person = tenant.people.get(member)
            if person is not None:
                person.licences += [Licence(sku_id=s, group_id=group.id, at=FOUNDED) for s in group.sku_ids]
    for sku_id in PRODUCTS:
        tenant.skus.put(sku(sku_id, consumed(tenant, sku_id) + SPARE[sku_id]))


def _give_numbers(tenant: Tenant, roles: list[Role]) -> None:
    for city in PHONE_GROUPS:
        keys = iter(takeable(city))
        for role in roles:
            if role.city == city and role.phone == "number":
                _assign(tenant, next(keys), "userAssigned", person_id(role.name))
        if city == "Dublin":  # no number is free there: the conference bridge has the rest
            for key in keys:
                _assign(tenant, key, "conferenceAssigned", id_of("conference", city))


def _assign(tenant: Tenant, key: str, status: str, target: str) -> None:
    number = tenant.numbers.get(key)
    if number is not None:
        number.assignment_status = status
        number.assignment_target_id = target
        number.assignment_category = "primary"


def _give_the_rest(tenant: Tenant) -> None:
    for policy in make_policies():
        tenant.policies.put(policy)
    owners = {person_id(name) for names in OWNERS.values() for name in names}
    grant = PolicyGrant(policy_type=OWNER_POLICY[0], policy_id=policy_id(*OWNER_POLICY))
    for owner in sorted(owners):
        tenant.people.get(owner).policies.append(grant)  # type: ignore[union-attr]
    for app in make_voice_apps():
        tenant.voice_apps.put(app)
    tenant.apps.put(
        CatalogueApp(
            id=id_of("catalogue", "switchboard"), external_id=APP_EXTERNAL_ID, display_name="Switchboard"
        )
    )
