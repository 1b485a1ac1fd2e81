"""Approval rules: which stages a request goes through, whom each asks, and when none is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.domain.location import Cost
from services.domain.request import RequestKind
from services.domain.stage import NO_TIMING, Asked, Need, Role, Timing

__all__ = [
    "BUILT_IN",
    "MANAGER_RULE",
    "ApprovalRule",
    "Asked",
    "Condition",
    "Facts",
    "Role",
    "Rulebook",
    "StageRule",
]

T = TypeVar("T")
R = TypeVar("R")

MANAGER_RULE = "manager"
"""The rule that holds where the company has written none: the manager decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What conditions look at.

    ``costs`` are a month's, one for each currency. ``licences`` maps the licences that the request uses, by
    part number, to how many are left. ``attributes`` are the beneficiary's, in Graph's spelling.
    """

    costs: tuple[Cost, ...] = ()
    licences: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds when all of what is said holds; one that says nothing never holds.

    ``cost_at_most``: a month costs no more than that in any currency. ``uses_licence``: whether a licence is
    used. ``licences_left``: at least so many are left of each that is used. ``attributes``: the beneficiary's
    are one of the values, without regard to case.
    """

    cost_at_most: Decimal | None = None
    uses_licence: bool | None = None
    licences_left: int | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def holds(self, facts: Facts) -> bool:
        """Whether it holds."""
        checks = [
            *_if(self.cost_at_most, lambda most: all(cost.amount <= most for cost in facts.costs)),
            *_if(self.uses_licence, lambda uses: bool(facts.licences) == uses),
            *_if(self.licences_left, lambda least: all(left >= least for left in facts.licences.values())),
            *(_matches(facts.attributes.get(name), values) for name, values in self.attributes.items()),
        ]
        return bool(checks) and all(checks)

    @property
    def words(self) -> str:
        """What it says, for people."""
        parts = [
            *_if(self.cost_at_most, lambda most: f"it costs at most {most} a month"),
            *_if(self.uses_licence, lambda uses: "it uses a licence" if uses else "it uses no licence"),
            *_if(self.licences_left, lambda least: f"at least {least} of each licence are left"),
            *(f"{name} is {' or '.join(values)}" for name, values in self.attributes.items()),
        ]
        return " and ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRule:
    """One stage of a rule. It is left out when one of ``not_needed`` holds."""

    name: str
    asks: tuple[Asked, ...]
    need: Need = Need.ONE
    timing: Timing = NO_TIMING
    not_needed: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """A rule: its stages in order. No approval is needed when one of ``not_needed`` holds."""

    name: str
    stages: tuple[StageRule, ...]
    not_needed: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All that a company says about approvals.

    ``kinds`` names the rule of each kind of request; a persona whose ``approval`` names another goes before
    it. ``cost_centres`` and ``queues`` map a cost centre or a queue to sign-in names of its owners, in any
    case. ``assistants`` are display names of groups whose members may ask for anybody. ``zone`` is the time
    zone of people whose mailbox tells none. ``holidays`` are days off beside the public ones, by country.
    """

    rules: tuple[ApprovalRule, ...]
    kinds: Mapping[RequestKind, str] = field(default_factory=dict)
    cost_centres: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    queues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assistants: tuple[str, ...] = ()
    zone: str = "UTC"
    holidays: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def rule_for(self, kind: RequestKind, approval: str = MANAGER_RULE) -> ApprovalRule:
        """The rule of a request. ``approval`` is what the persona's own says, if it is about one.

        A rule that is not there is stricter than none: whoever named it gets the managers' rule.
        """
        name = self.kinds.get(kind, MANAGER_RULE) if approval.casefold() == MANAGER_RULE else approval
        return self.named(name) or self.named(MANAGER_RULE) or BUILT_IN

    def named(self, name: str) -> ApprovalRule | None:
        """The rule of that name."""
        return next((rule for rule in self.rules if rule.name.casefold() == name.casefold()), None)


BUILT_IN = ApprovalRule(
    name=MANAGER_RULE,
    stages=(StageRule(name="manager", asks=(Asked(role=Role.MANAGER),)),),
)
"""The manager decides, for as long as the request waits."""


def _if(value: T | None, make: Callable[[T], R]) -> list[R]:
    return [] if value is None else [make(value)]


def _matches(value: str | None, wanted: tuple[str, ...]) -> bool:
    return (value or "").casefold() in {one.casefold() for one in wanted}


def no_rules() -> Rulebook:
    """The rulebook of a company that has written none."""
    return Rulebook(rules=(BUILT_IN,))
