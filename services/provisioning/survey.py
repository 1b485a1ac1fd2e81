"""Reading from the tenant what a plan starts from."""

from __future__ import annotations

import asyncio

from services.domain.location import Location
from services.domain.person import Person
from services.ports import Directory, Subscription, Telephony
from services.provisioning.what_is import GroupIs, WhatIs

__all__ = ["WhatIs", "survey"]


async def survey(directory: Directory, telephony: Telephony, person: Person, location: Location) -> WhatIs:
    """What is there for this person and location.

    Raises TenantBusy, NotPermitted, GroupUnknown, GroupAmbiguous, PersonUnknown.
    """
    subscriptions, licences, voice = await asyncio.gather(
        directory.subscriptions(), directory.licences(person.id), telephony.configuration(person.id)
    )
    bought = {subscription.sku_id.lower(): subscription for subscription in subscriptions}
    groups = await asyncio.gather(
        *(_group(directory, name, person.id, bought) for name in location.groups),
    )
    return WhatIs(
        person=person,
        groups=tuple(groups),
        plans=licences.plans,
        numbers=voice.numbers if voice else (),
    )


async def _group(directory: Directory, name: str, person_id: str, bought: dict[str, Subscription]) -> GroupIs:
    group = await directory.group_named(name)
    skus, is_member = await asyncio.gather(
        directory.group_licences(group.id), directory.is_member(group.id, person_id)
    )
    brought = tuple(bought[sku] for sku in sorted(skus) if sku in bought)
    return GroupIs(group=group, is_member=is_member, skus=brought)
