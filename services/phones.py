"""What a person has now: derived from the tenant each time, and not remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping

from services.domain.licence import product
from services.domain.location import TEAMS_PHONE_PLAN
from services.domain.person import Actor
from services.domain.persona import Catalogue, Persona
from services.domain.phone import LicenceHeld, PhoneView, PolicyHeld
from services.ports import Directory, Licences, Records, Subscription, Telephony, VoiceConfiguration
from services.provisioning.persona_is import held_by
from services.provisioning.persona_plan import policies_of
from services.provisioning.words import unlicensable


class Phones:
    """Tells people what they have."""

    def __init__(
        self,
        records: Records,
        directory: Directory,
        telephony: Telephony,
        catalogue: Callable[[], Catalogue],
    ) -> None:
        self._records = records
        self._directory = directory
        self._telephony = telephony
        self._catalogue = catalogue

    async def phone_of(self, actor: Actor) -> PhoneView:
        """What the person has. Raises PersonUnknown, TenantBusy."""
        person, memberships, licences, bought, voice = await asyncio.gather(
            self._directory.person(actor.id),
            self._directory.memberships(actor.id),
            self._directory.licences(actor.id),
            self._directory.subscriptions(),
            self._telephony.configuration(actor.id),
        )
        async with self._records.transaction() as tx:
            open_request = await tx.requests.open_of(actor.id)
        held = held_by(self._catalogue(), memberships)
        return PhoneView(
            person=person,
            numbers=voice.numbers if voice else (),
            voice_enabled=voice.voice_enabled if voice else False,
            licensed=TEAMS_PHONE_PLAN in licences.plans,
            personas=tuple(persona.name for persona in held),
            licences=tuple(_licences(licences, bought, memberships)),
            policies=tuple(_policies(voice, held, memberships)) if voice else (),
            open_request=open_request,
        )


def _licences(
    licences: Licences, bought: Iterable[Subscription], groups: Mapping[str, str]
) -> Iterator[LicenceHeld]:
    """Those that the person has, then those that a group cannot bring."""
    names = {sku.sku_id: product(sku.part_number) for sku in bought}
    for sku_id, group_id in licences.brought:
        yield LicenceHeld(product=names.get(sku_id, sku_id), group=_named(group_id, groups))
    for fault in licences.faults:
        words = unlicensable(fault.error).words
        name = names.get(fault.sku_id, fault.sku_id)
        yield LicenceHeld(product=name, group=_named(fault.group_id, groups), fault=words)


def _policies(
    voice: VoiceConfiguration, held: tuple[Persona, ...], groups: Mapping[str, str]
) -> Iterator[PolicyHeld]:
    """Every type for which a policy holds, or for which a persona of theirs wants one."""
    wanted = policies_of(held)
    for kind in sorted({*voice.policies, *wanted}):
        name = voice.policies.get(kind, "")
        group_id = voice.by_group.get(kind)
        is_direct = bool(name) and group_id is None
        persona_wants, by_direct = wanted.get(kind, ("", False))
        hides = (
            persona_wants
            if is_direct and not by_direct and persona_wants.casefold() != name.casefold()
            else ""
        )
        yield PolicyHeld(kind=kind, name=name, group=_named(group_id, groups), hides=hides)


def _named(group_id: str | None, groups: Mapping[str, str]) -> str | None:
    return None if group_id is None else groups.get(group_id) or group_id
