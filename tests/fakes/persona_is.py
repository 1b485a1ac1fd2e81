"""What a survey finds, without a tenant: groups are named by their ids."""

from __future__ import annotations

from dataclasses import replace

from services.domain.person import Person
from services.domain.persona import Catalogue, Layer, Persona
from services.domain.step import Step
from services.ports import Group, Licences, Subscription, VoiceConfiguration
from services.provisioning.persona_difference import change_of, number_need
from services.provisioning.persona_is import PersonaIs
from services.provisioning.persona_plan import plan_persona
from tests.fakes.personas import NOTHING

DEBRA = Person(
    id="debra", display_name="Debra Berger", user_principal_name="debra@x", department="HR", city="London"
)
MCOEV = Subscription(sku_id="phone", part_number="MCOEV", plans=frozenset({"mcoev"}), enabled=5, consumed=5)
SKUS = {"mcoev": MCOEV}


def persona(name: str, layer: Layer, *groups: str, **more: object) -> Persona:
    made = Persona(name=name, description="", country="GB", layer=layer, groups=groups, cost=NOTHING)
    return replace(made, **more)  # type: ignore[arg-type]


def found(
    catalogue: Catalogue,
    chosen: str,
    member_of: set[str],
    *,
    person: Person = DEBRA,
    rules: dict[str, str] | None = None,
    **more: object,
) -> PersonaIs:
    """What is there: groups are named by their ids; those with a rule are dynamic."""
    rules = rules or {}
    names = {group for one in catalogue for group in one.memberships}
    groups = {
        name.casefold(): Group(
            id=name,
            name=name,
            is_dynamic=name in rules,
            takes_members=name not in rules,
            membership_rule=rules.get(name),
        )
        for name in names
    }
    one = catalogue.named(chosen)
    assert one is not None
    is_there = PersonaIs(
        person=person,
        catalogue=catalogue,
        chosen=one,
        memberships={name: name for name in member_of},
        groups=groups,
        licences=Licences(plans=frozenset()),
        bought=SKUS,
        voice=VoiceConfiguration(voice_enabled=False, numbers=(), account_type="user", policies={}),
    )
    return replace(is_there, **more)  # type: ignore[arg-type]


def plan(is_there: PersonaIs, number: str | None = None, *, may_write: bool = True) -> tuple[Step, ...]:
    change = change_of(is_there, number_need(is_there, []), number or "", may_write=may_write)
    return plan_persona(is_there, change, number, may_write=may_write)
