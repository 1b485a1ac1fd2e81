"""What a roll-out needs of groups, licences and numbers, against what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from services.domain.licence import product
from services.domain.offer import COUNTED
from services.domain.persona import NumberSpec
from services.domain.request import Request
from services.domain.step import ENDED, StepKind
from services.ports import Transaction
from services.promising import Promises
from services.provisioning.persona_is import PersonaIs, groups_of
from services.rollout.model import Candidate, RolloutPlan, Verdict, out
from services.rollout.shelf import Shelf


async def supplied(tx: Transaction, plan: RolloutPlan, promises: Promises, now: datetime) -> RolloutPlan:
    """Count what there is, in the order of the file; who comes too late is left out."""
    licences, numbers = Shelf(), Shelf()
    reserved = Counter(part for c in plan.of(Verdict.UNDER_WAY) for part in _awaited(c.request))
    candidates: list[Candidate] = []
    for candidate in plan.candidates:
        found, need = candidate.found, candidate.need
        if candidate.verdict is not Verdict.CHANGES or found is None or need is None:
            candidates.append(candidate)
            continue
        parts = list(_licences_for(found))
        for part in parts:
            sku = found.bought.get(part.casefold())
            licences.stock(part, (sku.free if sku else 0) - reserved[part.casefold()])
        if need.spec and not numbers.knows(_name(need.spec)):
            free = await promises.offered(tx, need.spec, now, max(COUNTED, len(plan.candidates)))
            numbers.stock(_name(need.spec), len(free))
        wanted = [_name(need.spec)] if need.spec else []
        lacks = [product(part) for part in licences.lacking(parts)]
        none_left = [f"no {name} licence is left" for name in lacks]
        none_left += [f"no number is free in {name}" for name in numbers.lacking(wanted)]
        licences.need(parts, is_taken=not none_left)
        numbers.need(wanted, is_taken=not none_left)
        candidates.append(out(candidate, " and ".join(none_left)) if none_left else candidate)
    return replace(
        plan,
        candidates=tuple(candidates),
        joins=tuple(_joins(candidates)),
        ends=tuple(_ends(candidates)),
        tasks=tuple(_tasks(candidates)),
        licences=tuple(licences.supplies(product)),
        numbers=tuple(numbers.supplies(str)),
    )


def _licences_for(found: PersonaIs) -> Iterator[str]:
    parts = dict.fromkeys(part for persona in found.taken for part in persona.licences)
    return (part for part in parts if not found.has_sku(part))


def _awaited(request: Request | None) -> Iterator[str]:
    """Part numbers of the licences that somebody under way still waits for."""
    for step in request.plan if request and request.is_open else ():
        if step.kind is StepKind.WAIT_FOR_LICENCE and step.status not in ENDED:
            yield step.key.partition(":")[2].casefold()


def _name(spec: NumberSpec) -> str:
    kinds = f" ({', '.join(spec.types)})" if spec.types else ""
    return f"{spec.location}{kinds}{f', tag {spec.tag}' if spec.tag else ''}"


def _joins(candidates: Sequence[Candidate]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for candidate in candidates:
        found = candidate.found if candidate.verdict is Verdict.CHANGES else None
        if found is not None:
            groups = (found.group(name) for name in groups_of(found.taken))
            counts.update(group.name for group in groups if not found.is_in(group))
    return sorted(counts.items())


def _ends(candidates: Sequence[Candidate]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for candidate in candidates:
        if candidate.verdict is Verdict.CHANGES and candidate.found and candidate.need:
            counts.update(persona.name for persona in candidate.found.dropped)
            counts.update(["a number, given back"] if candidate.need.ends else [])
    return sorted(counts.items())


def _tasks(candidates: Sequence[Candidate]) -> list[tuple[str, int]]:
    changing = (candidate for candidate in candidates if candidate.verdict is Verdict.CHANGES)
    return sorted(Counter(group for candidate in changing for group in candidate.tasks).items())
