"""Locations: where numbers live, and what a person needs to hold one there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.domain.number import NumberType

TEAMS_PHONE_PLAN = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
"""Service plan MCOEV, Teams Phone. E5 contains it too: test the plan, never the SKU."""

CALLING_PLANS = frozenset(
    {
        "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8",  # MCOPSTN1, domestic
        "5a10155d-f5c1-411a-a8ec-e99aae125390",  # MCOPSTN2, domestic and international
        "54a152dc-90de-4996-93d2-bc47e670fc06",  # MCOPSTN5
    }
)
"""Service plans any of which a number of type callingPlan needs besides Teams Phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a number costs a month. An amount of zero is said as "no extra cost"."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place where numbers are given out.

    ``name`` is the key and is compared with a person's office and city without regard to case;
    ``groups`` are display names of the Entra groups that bring licences and voice policies;
    ``number_types`` are the types offered there, first choice first.
    """

    name: str
    country: str
    groups: tuple[str, ...]
    number_types: tuple[NumberType, ...]
    cost: Cost
    prefixes: tuple[str, ...] = ()
