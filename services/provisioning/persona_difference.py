"""What a change of persona gives and takes, in words for those who decide on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.domain.licence import product
from services.domain.number import Number
from services.domain.persona import ATTRIBUTES, NumberSpec, Persona
from services.domain.persona_change import Difference, PersonaChange, Thing, costs
from services.provisioning.attributes import AttributePlan, attribute_plan
from services.provisioning.persona_is import PersonaIs, groups_of
from services.provisioning.persona_plan import policies_of

DEFAULT_POLICY = "the organisation's default"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberNeed:
    """What happens to numbers: ``spec`` of one to promise, ``ends`` and ``keeps`` of the one in hand."""

    spec: NumberSpec | None = None
    ends: str | None = None
    keeps: str | None = None


def number_need(found: PersonaIs, known: Sequence[Number]) -> NumberNeed:
    """Whether a number is kept, exchanged, given or given back. ``known`` are the inventory's of theirs."""
    specs = [persona.number for persona in found.target if persona.number]
    has = next(iter(found.numbers), None)
    if not specs:
        ends = has if any(persona.number for persona in found.dropped) else None
        return NumberNeed(ends=ends, keeps=None if ends else has)
    spec = specs[-1]
    if has is not None and any(number.e164 == has and fits(number, spec) for number in known):
        return NumberNeed(keeps=has)
    return NumberNeed(spec=spec, ends=has)


def fits(number: Number, spec: NumberSpec) -> bool:
    """Whether a number is one that the persona asks for."""
    return (
        number.location.casefold() == spec.location.casefold()
        and (not spec.types or number.type in spec.types)
        and (not spec.tag or spec.tag in number.tags)
    )


def change_of(found: PersonaIs, need: NumberNeed, number: str, *, may_write: bool) -> PersonaChange:
    """The change. ``number`` is the one that is promised, or words for the one that will be."""
    attributes = attribute_plan(found, may_write=may_write)
    target = {persona.key for persona in found.target}
    return PersonaChange(
        takes=_names(found.taken),
        drops=_names(found.dropped),
        keeps=_names(p for p in found.held if p.key in target and p.key != found.chosen.key),
        number_types=need.spec.types if need.spec else (),
        number_tag=need.spec.tag if need.spec else "",
        old_number=need.ends,
        differences=tuple(_differences(found, need, number, attributes)),
        warnings=tuple(_warnings(found, need, attributes)),
        costs_before=costs(found.held),
        costs_after=costs(found.target),
    )


def _names(personas: Iterable[Persona]) -> tuple[str, ...]:
    return tuple(persona.name for persona in personas)


def _differences(
    found: PersonaIs, need: NumberNeed, number: str, attributes: AttributePlan
) -> Iterator[Difference]:
    held = {persona.key for persona in found.held}
    yield from _lists(
        Thing.PERSONA, _names(found.dropped), _names(p for p in found.taken if p.key not in held)
    )
    if need.spec or need.ends:
        yield Difference(thing=Thing.NUMBER, before=need.ends or "", after=number if need.spec else "")
    yield from _licences(found)
    yield from _policies(found)
    before, after = ([q for p in ps for q in p.call_queues] for ps in (found.dropped, found.target))
    has = {q.casefold() for p in found.held for q in p.call_queues}
    yield from _lists(Thing.QUEUE, _without(before, after), [q for q in after if q.casefold() not in has])
    yield from _groups(found)
    for name, value in sorted(attributes.changes.items()):
        was = str(found.attributes.get(name) or "")
        yield Difference(thing=Thing.ATTRIBUTE, kind=name, before=was, after=value)


def _groups(found: PersonaIs) -> Iterator[Difference]:
    teams = {team.casefold() for p in (*found.held, *found.target) for team in p.teams}
    wanted = groups_of(found.target)
    left = _without(groups_of(found.dropped), wanted)
    joined = [name for name in wanted if not found.is_in(found.group(name))]
    for thing, is_team in ((Thing.GROUP, False), (Thing.TEAM, True)):
        chosen = [[n for n in names if (n.casefold() in teams) is is_team] for names in (left, joined)]
        yield from _lists(thing, *chosen)


def _licences(found: PersonaIs) -> Iterator[Difference]:
    after = list(dict.fromkeys(part for persona in found.target for part in persona.licences))
    lost = _without([part for persona in found.dropped for part in persona.licences], after)
    for part in lost:
        yield Difference(thing=Thing.LICENCE, before=product(part))
    for part in after:
        if not found.has_sku(part):
            sku = found.bought.get(part.casefold())
            note = f"{sku.free} left" if sku else "not bought"
            yield Difference(thing=Thing.LICENCE, after=product(part), note=note)


def _policies(found: PersonaIs) -> Iterator[Difference]:
    target, ended = policies_of(found.target), policies_of(found.dropped)
    for kind in sorted({*target, *ended}):
        before = found.policies.get(kind, "")
        after = target[kind][0] if kind in target else ""
        if before.casefold() != after.casefold():
            yield Difference(thing=Thing.POLICY, kind=kind, before=before, after=after or DEFAULT_POLICY)


def _lists(thing: Thing, lost: Sequence[str], gained: Sequence[str]) -> Iterator[Difference]:
    for name in lost:
        yield Difference(thing=thing, before=name)
    for name in gained:
        yield Difference(thing=thing, after=name)


def _without(names: Sequence[str], others: Sequence[str]) -> list[str]:
    kept = {name.casefold() for name in others}
    return [name for name in dict.fromkeys(names) if name.casefold() not in kept]


def _warnings(found: PersonaIs, need: NumberNeed, attributes: AttributePlan) -> Iterator[str]:
    name = found.person.display_name
    yield from _lonely_queues(found)
    if found.person.usage_location is None and any(persona.licences for persona in found.taken):
        yield f"{name}'s account has no usage location, so licences go by the organisation's."
    for task in (*attributes.admit.values(), *attributes.dismiss.values()):
        yield f"A group follows a rule, so this part needs people. {task}"
    if attributes.changes:
        names = " and ".join(ATTRIBUTES[attribute].lower() for attribute in sorted(attributes.changes))
        yield f"Other groups whose rules read {names} may admit {name} or let them go."
    for part in dict.fromkeys(part for persona in found.taken for part in persona.licences):
        sku = found.bought.get(part.casefold())
        if not found.has_sku(part) and (sku is None or sku.free == 0):
            yield f"No {product(part)} licence is left: the setup will wait until there is one."
    for policy_type, (policy, is_direct) in sorted(policies_of(found.target).items()):
        hidden = found.policies[policy_type] if policy_type in found.direct and not is_direct else policy
        if hidden.casefold() != policy.casefold():
            yield f"{hidden} is assigned directly and hides {policy}, so it will be taken away."
    if need.ends:
        given = "is exchanged for the new one" if need.spec else "is given back"
        yield f"The number {need.ends} {given}. Nobody else is offered it for a while."


def _lonely_queues(found: PersonaIs) -> Iterator[str]:
    """Queues that lose their last agent."""
    name = found.person.display_name
    for persona in found.dropped:
        groups = [found.group(group) for group in persona.groups]
        kept = {group.casefold() for group in groups_of(found.target)}
        last = [g for g in groups if g.id in found.alone and g.name.casefold() not in kept]
        for queue in persona.call_queues if last else ():
            yield f"{name} is the last member of {last[0].name}: {queue} will have no agent."
