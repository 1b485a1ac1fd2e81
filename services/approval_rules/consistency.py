"""What must hold between the fields of the approvals file, so that it can be used at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from services.approval_rules import shape
from services.written.findings import Finding, Path, repeated, twice


def faults(file: shape.File, unsound: Collection[int]) -> list[Finding]:
    """Everything that does not hold; rules at the places ``unsound`` are looked at for their names alone."""
    found = [*_lists(file)]
    names = [rule.name for rule in file.rules]
    for place, first in repeated(names):
        found.append(_same(("rules", place, "name"), f"Another rule has the name {names[first]} already."))
    for place, rule in enumerate(file.rules):
        if place not in unsound:
            found += _of_rule(("rules", place), rule)
    return found


def _lists(file: shape.File) -> Iterator[Finding]:
    for place, _ in repeated(file.assistants):
        yield twice(("assistants", place), file.assistants[place])
    for field, owned in (("cost_centres", file.cost_centres), ("queues", file.queues)):
        names = list(owned)
        for place, first in repeated(names):
            yield _same((field, names[place]), f"{names[first]} stands there already.")
        for name, people in owned.items():
            for place, _ in repeated(people):
                yield twice((field, name, place), people[place])
    for country, days in file.holidays.items():
        for place, _ in repeated([day.isoformat() for day in days]):
            yield twice(("holidays", country, place), days[place].isoformat())


def _of_rule(at: Path, rule: shape.Rule) -> Iterator[Finding]:
    names = [stage.name for stage in rule.stages]
    for place, first in repeated(names):
        yield _same(
            (*at, "stages", place, "name"), f"Another stage of the rule has the name {names[first]} already."
        )
    for place, stage in enumerate(rule.stages):
        yield from _of_stage((*at, "stages", place), stage)


def _same(path: Path, what: str) -> Finding:
    return Finding(path=path, what=what, advice="Give each a name of its own.")


def _of_stage(at: Path, stage: shape.Stage) -> Iterator[Finding]:
    if stage.on_silence is not None and stage.limit is None:
        yield Finding(
            path=(*at, "on_silence"),
            what="It says what follows on silence, but not after how long.",
            advice="Write a limit, such as limit: 16 hours.",
        )
    for place, hours in enumerate(stage.remind):
        if stage.limit is not None and hours >= stage.limit:
            yield Finding(
                path=(*at, "remind", place),
                what=f"The reminder after {hours:g} hours is not before the limit of {stage.limit:g}.",
                advice="Remind earlier, or give more time.",
            )
    for place, _ in repeated([str(hours) for hours in stage.remind]):
        yield twice((*at, "remind", place), f"{stage.remind[place]:g} hours")
    for place, ask in enumerate(stage.asks):
        if place and ask in stage.asks[:place]:
            yield Finding(
                path=(*at, "asks", place), what="They are asked there twice.", advice="Take one away."
            )
        if isinstance(ask, shape.ThesePeople):
            for who, _ in repeated(ask.people):
                yield twice((*at, "asks", place, "people", who), ask.people[who])
