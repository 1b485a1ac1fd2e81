"""Comparing what somebody has with the personas that they were given. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.domain.drift import Finding
from services.domain.licence import product
from services.domain.number import Number
from services.domain.person import Person, PersonRef
from services.domain.persona import Catalogue, Persona, attributes_of
from services.ports import Licences, Subscription, VoiceConfiguration
from services.provisioning.persona_plan import policies_of
from services.provisioning.words import unlicensable


@dataclass(frozen=True, slots=True, kw_only=True)
class Has:
    """What somebody has now. ``numbers`` are those that the inventory knows as theirs."""

    person: Person
    memberships: Mapping[str, str]
    licences: Licences
    bought: Sequence[Subscription]
    voice: VoiceConfiguration | None
    numbers: Sequence[Number]


def gone(who: PersonRef) -> Finding:
    """The account is not in the directory any more."""
    action = "Release their number, and free what they had."
    return Finding(person=who, what="The account is gone from the directory.", action=action)


def drift(
    who: PersonRef, given: Sequence[str], catalogue: Catalogue, has: Has, ended: Sequence[str] = ()
) -> Iterator[Finding]:
    """Everything that is not as the personas in ``given`` want it; each thing once, with one action.

    ``ended`` are personas that ended when those were given: what they brought must not be there again.
    """
    if not has.person.can_work:
        yield Finding(
            person=who,
            what="The account is disabled or a guest.",
            action="Enable it, or release what the person has.",
        )
    personas: list[Persona] = []
    for name in given:
        persona = catalogue.named(name)
        if persona is None:
            action = "Put the persona back, or have the person change to another one."
            what = f"{name} is not in the catalogue any more."
            yield Finding(person=who, persona=name, what=what, action=action)
        else:
            personas.append(persona)
    for persona in personas:
        yield from _groups(who, persona, has)
        yield from _licences(who, persona, has)
    yield from _back_again(who, personas, [one for one in map(catalogue.named, ended) if one], has)
    yield from _policies(who, personas, has)
    if any(persona.number for persona in personas):
        yield from _number(who, next(p.name for p in reversed(personas) if p.number), has)


def _groups(who: PersonRef, persona: Persona, has: Has) -> Iterator[Finding]:
    names = {name.casefold() for name in has.memberships.values()}
    for group in persona.memberships:
        if group.casefold() not in names:
            yield Finding(
                person=who,
                persona=persona.name,
                what=f"Not a member of {group}.",
                action=_admitting(group, persona, has.person),
            )


def _admitting(group: str, persona: Persona, person: Person) -> str:
    """What brings somebody into the group. What its rule may read is said where the account differs."""
    account = attributes_of(person)
    other = [
        f"{name} = {value}"
        for name, value in sorted(persona.attributes.items())
        if (account.get(name) or "").casefold() != value.casefold()
    ]
    if other:
        return f"Add them to {group}; if a rule fills it, set on their account: {', '.join(other)}."
    return f"Add them to {group}, or have them ask for {persona.name} again."


def _back_again(
    who: PersonRef, personas: Sequence[Persona], ended: Sequence[Persona], has: Has
) -> Iterator[Finding]:
    there = {name.casefold() for name in has.memberships.values()}
    needed = {group.casefold() for persona in personas for group in persona.memberships}
    for persona in ended:
        for group in persona.memberships:
            if group.casefold() in there - needed:
                yield Finding(
                    person=who,
                    persona=persona.name,
                    what=f"In {group} again, though {persona.name} has ended.",
                    action=f"Take them out of {group}.",
                )
                needed.add(group.casefold())  # once, though two of them brought it


def _licences(who: PersonRef, persona: Persona, has: Has) -> Iterator[Finding]:
    bought = {sku.part_number.casefold(): sku for sku in has.bought}
    faults = {fault.sku_id: fault.error for fault in has.licences.faults}
    for part_number in persona.licences:
        sku = bought.get(part_number.casefold())
        if sku is None:
            what, action = "the organisation has not bought it.", "Buy it, or correct the persona."
        elif sku.sku_id in has.licences.skus or sku.plans <= has.licences.plans:
            continue
        elif sku.sku_id in faults:
            stuck = unlicensable(faults[sku.sku_id])
            what, action = stuck.words, stuck.what_to_do
        else:
            what, action = "it is not there.", "Look at the group's licences in Microsoft 365."
        name = product(part_number)
        yield Finding(person=who, persona=persona.name, what=f"Licence {name}: {what}", action=action)


def _policies(who: PersonRef, personas: Sequence[Persona], has: Has) -> Iterator[Finding]:
    holds = has.voice.policies if has.voice else {}
    by_group = has.voice.by_group if has.voice else {}
    for kind, (wanted, is_direct) in sorted(policies_of(personas).items()):
        now = holds.get(kind, "")
        if now.casefold() == wanted.casefold():
            continue
        owner = next(p.name for p in reversed(personas) if p.policies.get(kind) == wanted)
        if now and kind not in by_group and not is_direct:
            action = f"Take {now} away from the person: it is assigned directly and hides the group's."
        elif is_direct:
            action = f"Assign {wanted} to the person."
        else:
            action = f"Check that a group of {owner} carries {wanted} in the Teams admin center."
        what = f"{kind} is {now or 'the default'}, not {wanted}."
        yield Finding(person=who, persona=owner, what=what, action=action, kind=kind)


def _number(who: PersonRef, persona: str, has: Has) -> Iterator[Finding]:
    recorded = {number.e164 for number in has.numbers}
    shown = set(has.voice.numbers if has.voice else ())
    lost, foreign = sorted(recorded - shown), sorted(shown - recorded)
    while lost and foreign:
        theirs, other = lost.pop(0), foreign.pop(0)
        what = f"Teams shows {other}, not {theirs}."
        action = f"Assign {theirs} to them again in the Teams admin center."
        yield Finding(person=who, persona=persona, what=what, action=action)
    for e164 in lost:
        what, action = f"Teams does not show {e164}.", "Give it to them again, or release it."
        yield Finding(person=who, persona=persona, what=what, action=action)
    for e164 in foreign:
        what = f"Teams shows {e164}, which the inventory does not know as theirs."
        action = "Take it away from them in the Teams admin center."
        yield Finding(person=who, persona=persona, what=what, action=action)
    if not recorded and not shown:
        action = f"Have them ask for {persona} again."
        yield Finding(person=who, persona=persona, what="There is no number.", action=action)
