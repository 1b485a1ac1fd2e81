"""A company small enough that people get into each other's way: few numbers, few managers, two offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from services.domain.approval_rule import ApprovalRule, Condition, Rulebook, StageRule
from services.domain.errors import TenantBusy, TenantRefused
from services.domain.location import TEAMS_PHONE_PLAN, Cost, Location
from services.domain.number import Number, NumberStatus, NumberType
from services.domain.person import Actor, Person, PersonRef
from services.domain.request import Request
from services.domain.stage import Asked, OnSilence, Role, Timing
from services.locations import Locations
from services.number_requests import NumberRequests
from services.ports import Clock, Group, Subscription
from tests.fakes.directory import FakeDirectory
from tests.fakes.tenant import FakeGroup, FakeNumber, FakeTenant

PHONE_SKU = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
COST = Cost(amount=Decimal("6.50"), currency="GBP")
REST = timedelta(days=3)
"""How long a number that was taken back is not offered."""

LICENCES = 10


def _person(place: int, name: str, department: str = "HR") -> Person:
    return Person(
        id=f"00000000-0000-4000-8000-{place:012}",
        display_name=name,
        user_principal_name=f"{name.split()[0].lower()}@contoso.example",
        department=department,
    )


CHRISTIE = _person(1, "Christie Cline")
ALEX = _person(2, "Alex Wilber", "Sales")
LYNNE = _person(3, "Lynne Robbins", "Sales")
MIRIAM = _person(4, "Miriam Graham")
PATTI = _person(5, "Patti Fernandez")
ADELE = _person(6, "Adele Vance")
SAM = _person(7, "Sam Stranger")

PEOPLE = (CHRISTIE, ALEX, LYNNE, MIRIAM, PATTI, ADELE, SAM)
MANAGERS = {
    CHRISTIE.id: (MIRIAM, PATTI),
    ALEX.id: (MIRIAM, PATTI),
    LYNNE.id: (PATTI,),
    MIRIAM.id: (PATTI,),
}
"""Above Patti, Adele and Sam there is nobody, so the fallback approver is asked."""

ADMIN = ADELE
FALLBACK = ADELE
RULES = Rulebook(
    rules=(
        ApprovalRule(
            name="manager",
            stages=(
                StageRule(
                    name="manager",
                    asks=(Asked(role=Role.MANAGER),),
                    timing=Timing(limit_hours=6, remind_hours=(2, 4), on_silence=OnSilence.ESCALATE),
                ),
                StageRule(
                    name="telecoms",
                    asks=(
                        Asked(role=Role.PEOPLE, names=(ADELE.user_principal_name, SAM.user_principal_name)),
                    ),
                    timing=Timing(limit_hours=8, on_silence=OnSilence.EXPIRE),
                    not_needed=(Condition(attributes={"department": ("HR",)}),),
                ),
            ),
        ),
    )
)
"""The requests of those in Sales need a second approval."""

ASSISTANTS = {CHRISTIE.id: ALEX, LYNNE.id: SAM}
"""Who asks for somebody else. Sam is also one of those who give the second approval."""

OFFICES = ("Manchester", "London")
LOCATIONS = Locations(
    (
        Location(
            name="Manchester",
            country="GB",
            groups=("Prov_Teams_Phone_Manchester",),
            number_types=(NumberType.DIRECT_ROUTING,),
            cost=COST,
        ),
        Location(
            name="London",
            country="GB",
            groups=("Prov_Teams_Phone_London",),
            number_types=(NumberType.OPERATOR_CONNECT, NumberType.DIRECT_ROUTING),
            cost=COST,
        ),
    )
)


def actor(person: Person | PersonRef) -> Actor:
    name = person.display_name if isinstance(person, Person) else person.name
    return Actor(id=person.id, name=name, tenant_id="contoso")


class ManagedDirectory(FakeDirectory):
    """The directory of the fakes, with managers."""

    async def management_chain(self, person_id: str) -> Sequence[Person]:
        await super().management_chain(person_id)
        return MANAGERS.get(person_id, ())


class AssistedRequests(NumberRequests):
    """The product's form, which for some is handed in by an assistant: requester and beneficiary are two."""

    def _draft(
        self,
        form_id: str,
        actor: Actor,
        person: Person,
        purpose: str,
        location: Location,
        now: datetime,
    ) -> Request:
        draft = super()._draft(form_id, actor, person, purpose, location, now)
        return replace(draft, requester=ASSISTANTS.get(person.id, person).ref)


def a_tenant(clock: Clock) -> FakeTenant:
    tenant = FakeTenant(clock)
    tenant.people = {person.id: person for person in PEOPLE}
    for place, location in enumerate(LOCATIONS, start=1):
        (name,) = location.groups
        group = Group(id=f"group-{place}", name=name, is_dynamic=False, takes_members=True)
        tenant.groups[group.id] = FakeGroup(group, skus=(PHONE_SKU,))
    tenant.skus[PHONE_SKU] = Subscription(
        sku_id=PHONE_SKU,
        part_number="MCOEV",
        plans=frozenset({TEAMS_PHONE_PLAN}),
        enabled=LICENCES,
        consumed=0,
    )
    for number in an_inventory(clock.now()):
        tenant.numbers[number.e164] = FakeNumber(number.e164, type=number.type)
    tenant.numbers[DRIFTED].target = "00000000-0000-4000-8000-000000000099"
    tenant.numbers[TAKEN].held_elsewhere = True
    return tenant


def e164(place: int) -> str:
    return f"+44161496{place:04}"


TAKEN, DRIFTED = e164(2), e164(12)
"""One that the tenant lists as free and refuses, one that it gave to somebody unknown behind our back."""

MANCHESTER_NUMBERS = range(1, 7)
LONDON_NUMBERS = range(11, 17)
NUMBERS = tuple(e164(place) for place in (*MANCHESTER_NUMBERS, *LONDON_NUMBERS))

NEVER = {e164(5): NumberStatus.BLOCKED, e164(6): NumberStatus.FORBIDDEN}


def an_inventory(now: datetime) -> list[Number]:
    """Too few in Manchester, of which one rests and two are for nobody; enough in London, of two types."""
    return [
        Number(
            e164=e164(place),
            type=NumberType.OPERATOR_CONNECT if place in {13, 14} else NumberType.DIRECT_ROUTING,
            location="Manchester" if place in MANCHESTER_NUMBERS else "London",
            country="GB",
            status=NEVER.get(e164(place), NumberStatus.RESTING if place == 4 else NumberStatus.FREE),
            resting_until=now + REST if place == 4 else None,
        )
        for place in (*MANCHESTER_NUMBERS, *LONDON_NUMBERS)
    ]


MOODS = (
    "is well",
    "refuses an order",
    "gives a number away",
    "is busy",
    "runs out of licences",
    "lets nobody dial",
)


def disturb(tenant: FakeTenant, mood: str, e164: str) -> None:
    """Let the tenant refuse, be busy or lack something from now on, until it is in another mood."""
    tenant.refusals.clear()
    tenant.outage.clear()
    tenant.voice_works = mood != "lets nobody dial"
    units = 0 if mood == "runs out of licences" else LICENCES
    tenant.skus[PHONE_SKU] = replace(tenant.skus[PHONE_SKU], enabled=units)
    if mood == "refuses an order":
        tenant.refusals.append(TenantRefused(words="A policy of the organisation forbids it."))
    elif mood == "is busy":
        tenant.outage += [TenantBusy(words="HTTP 503", maybe_done=False)] * 2
    elif mood == "gives a number away" and tenant.numbers[e164].target is None:
        tenant.numbers[e164].held_elsewhere = True
