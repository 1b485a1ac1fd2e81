"""From what is written to the domain's rulebook, with every fault of it at once.

What cannot be used is taken out, a rule by a placeholder in its place, and the rest is looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.approval_rules import consistency, mapping, shape
from services.domain.approval_rule import Rulebook
from services.written.findings import Draft, Finding, Locate, Path, fields_of
from services.written.reasons import names_of_fields, path_of, reason
from services.written.texts import clean

APPROVALS = "approvals file"
"""What the file is called in sentences."""

_TRIES = 4
_FIELDS = names_of_fields(shape.File, shape.Rule, shape.Stage, shape.Condition)
_TAGS = {shape.PLAIN, *shape.NAMED_ROLES.values()}


def draft(raw: Any, source: str, locate: Locate) -> Draft[Rulebook]:
    """The rulebook that was written."""
    names = _names(raw)
    parsed, faults = _parsed(raw, names)
    unsound = frozenset(place for place in map(_rule_of, faults) if place is not None)
    faults += consistency.faults(parsed, unsound)
    told = [replace(one, where=locate(one.path), about=_about(one.path, names)) for one in faults]
    return Draft(
        kind=APPROVALS,
        source=source,
        value=mapping.from_shape(parsed),
        locate=locate,
        name=lambda path: _about(path, names),
        faults=tuple(sorted(told, key=_line)),
        unsound=unsound,
    )


def _line(fault: Finding) -> int:
    line = fault.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


Names = Sequence[tuple[str, Sequence[str]]]
"""The rules' names, each with those of its stages."""


def _names(raw: Any) -> Names:
    """What rules and stages are called, as far as that can be told before anything is checked."""
    return [
        (
            _name(rule, f"rule {place + 1}"),
            [_name(stage, str(at + 1)) for at, stage in enumerate(_list_in(rule, "stages"))],
        )
        for place, rule in enumerate(_list_in(raw, "rules"))
    ]


def _list_in(raw: Any, name: str) -> list[Any]:
    found = raw.get(name) if isinstance(raw, dict) else None
    return found if isinstance(found, list) else []


def _name(raw: Any, otherwise: str) -> str:
    name = raw.get("name") if isinstance(raw, dict) else None
    return clean(name) or otherwise if isinstance(name, str) else otherwise


def _about(path: Path, names: Names) -> str:
    """What a path leads to, as people call it: ``standard, stage manager, asks``."""
    match path:
        case ("rules", int(place), *rest) if place < len(names):
            rule, stages = names[place]
            match rest:
                case ("stages", int(at), *fields) if at < len(stages):
                    return ", ".join([rule, f"stage {stages[at]}", *fields_of(fields)])
            return ", ".join([rule, *fields_of(rest)])
    return ", ".join(fields_of(path))


def _rule_of(fault: Finding) -> int | None:
    match fault.path:
        case ("rules", int(place), *_):
            return place
    return None


def _parsed(raw: Any, names: Names) -> tuple[shape.File, list[Finding]]:
    faults: dict[tuple[Path, str], Finding] = {}
    if raw in ({}, "", None):
        return shape.File(), [Finding(path=(), what="It says nothing.", advice="Write rules, or delete it.")]
    raw = deepcopy(raw)
    for _ in range(_TRIES):
        try:
            return shape.File.model_validate(raw), list(faults.values())
        except ValidationError as error:
            details = [(detail, _path(detail)) for detail in error.errors()]
            for detail, path in details:
                if any(len(other) > len(path) and other[: len(path)] == path for _, other in details):
                    continue  # a list of nothing but faulty things is not empty
                told = Finding(path=path, what=reason(detail, _FIELDS))
                faults.setdefault((path, detail["type"]), told)
                raw = _without(raw, path, names)
    return shape.File(), list(faults.values())


def _path(detail: ErrorDetails) -> Path:
    return tuple(part for part in path_of(detail) if part not in _TAGS)


def _without(raw: Any, path: Path, names: Names) -> Any:
    """What is written, without what is faulty at ``path``."""
    match path:
        case ("rules", int(place), *_):
            raw["rules"][place] = _placeholder(names[place][0])
        case (str(section), str(name), *_) if isinstance(raw[section], dict):
            raw[section].pop(name, None)
        case (str(section), *_):
            raw.pop(section, None)
        case _:
            return {}
    return raw


def _placeholder(name: str) -> dict[str, Any]:
    """Nobody can be asked by it, and its name is known."""
    return {"name": name[: shape.NAME], "stages": [{"name": "manager", "asks": "manager"}]}
