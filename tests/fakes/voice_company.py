"""Christie in Manchester: the smallest company in which somebody can be given a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from services.domain import approving, transitions
from services.domain.location import CALLING_PLANS, TEAMS_PHONE_PLAN, Cost, Location
from services.domain.number import Number, NumberType, hold
from services.domain.person import Person, PersonRef
from services.domain.request import Request, RequestKind
from services.domain.stage import Stage, asked
from services.locations import Locations
from services.ports import Clock, Group, Records, Subscription
from services.provisioning.plan import plan_number
from services.provisioning.what_is import GroupIs, WhatIs
from tests.fakes.tenant import FakeGroup, FakeNumber, FakeTenant

CHRISTIE = Person(
    id="00000000-0000-4000-8000-000000000001",
    display_name="Christie Cline",
    user_principal_name="christie@contoso.example",
)
MEGAN = PersonRef(id="00000000-0000-4000-8000-000000000002", name="Megan Bowen")
OTHER = "00000000-0000-4000-8000-000000000009"
PHONE_SKU = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
CALLING_SKU = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
GROUP = "Prov_Teams_Phone_Manchester"
GROUP_ID = "00000000-0000-4000-a000-000000000001"
MANCHESTER = Location(
    name="Manchester",
    country="GB",
    groups=(GROUP,),
    number_types=(NumberType.DIRECT_ROUTING,),
    cost=Cost(amount=Decimal("6.50"), currency="GBP"),
)
LOCATIONS = Locations((MANCHESTER,))
REQUEST_ID = "request-1"


def e164(place: int) -> str:
    return f"+44161496{place:04}"


def a_tenant(clock: Clock, numbers: int = 3) -> FakeTenant:
    """Christie, a group that brings the licence, and some free numbers."""
    tenant = FakeTenant(clock)
    tenant.people[CHRISTIE.id] = CHRISTIE
    group = Group(id=GROUP_ID, name=GROUP, is_dynamic=False, takes_members=True)
    tenant.groups[GROUP_ID] = FakeGroup(group, skus=(PHONE_SKU,))
    tenant.skus[PHONE_SKU] = Subscription(
        sku_id=PHONE_SKU,
        part_number="MCOEV",
        plans=frozenset({TEAMS_PHONE_PLAN}),
        enabled=10,
        consumed=0,
    )
    for place in range(1, numbers + 1):
        tenant.numbers[e164(place)] = FakeNumber(e164(place))
    return tenant


def calling_plan(enabled: int) -> Subscription:
    return Subscription(
        sku_id=CALLING_SKU,
        part_number="MCOPSTN1",
        plans=frozenset({min(CALLING_PLANS)}),
        enabled=enabled,
        consumed=0,
    )


def an_inventory(numbers: int = 3) -> list[Number]:
    return [
        Number(e164=e164(place), type=NumberType.DIRECT_ROUTING, location="Manchester", country="GB")
        for place in range(1, numbers + 1)
    ]


async def an_approved_request(records: Records, clock: Clock, numbers: int = 3) -> Request:
    """Christie's request, approved, with the first number promised to it."""
    now = clock.now()
    until = now + timedelta(days=14)
    draft = Request(
        id=REQUEST_ID,
        ref="SB-000001",
        kind=RequestKind.NUMBER,
        requester=CHRISTIE.ref,
        beneficiary=CHRISTIE.ref,
        purpose="Suppliers must be able to call me back.",
        location="Manchester",
        cost=MANCHESTER.cost,
        created_at=now,
        updated_at=now,
        expires_at=until,
        number=e164(1),
        stages=(Stage(name="manager", approvers=asked(MEGAN), why="manager"),),
    )
    first, *others = an_inventory(numbers)
    group = Group(id=GROUP_ID, name=GROUP, is_dynamic=False, takes_members=True)
    nothing = WhatIs(
        person=CHRISTIE, groups=(GroupIs(group=group, is_member=False),), plans=frozenset(), numbers=()
    )
    planned = replace(draft, plan=plan_number(CHRISTIE.id, MANCHESTER, first, nothing))
    approved = approving.approve(transitions.submit(planned, now), MEGAN, now)
    async with records.transaction() as tx:
        await tx.numbers.put([hold(first, REQUEST_ID, until, now), *others])
        await tx.requests.add(approved)
    return approved
