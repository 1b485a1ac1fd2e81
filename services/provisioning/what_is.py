"""What was read from the tenant about one person and one location, at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.person import Person
from services.ports import Group, Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupIs:
    """One of the location's groups. ``skus`` are what membership brings that the organisation has bought."""

    group: Group
    is_member: bool
    skus: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIs:
    """The state that plans start from.

    ``groups`` are those of the location, in its order; ``plans`` are ids of the person's service plans;
    ``numbers`` are the person's numbers in E.164, as Teams shows them.
    """

    person: Person
    groups: tuple[GroupIs, ...]
    plans: frozenset[str]
    numbers: tuple[str, ...]

    def free_units(self, plans: frozenset[str]) -> int:
        """Units left of the SKUs that the groups bring and that have one of the service plans."""
        skus = {sku.sku_id: sku for group in self.groups for sku in group.skus}
        return sum(sku.free for sku in skus.values() if sku.plans & plans)
