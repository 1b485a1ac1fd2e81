"""Whether somebody is licensed, by service plans or by the SKU itself: a group may leave plans of it out."""

from __future__ import annotations

from services.ports import Licences, Subscription

SKU = "sku:"


def ways_to(sku: Subscription) -> str:
    """The ways to have a SKU, as the target of a step: all its plans, or the SKU with some switched off."""
    return f"{'+'.join(sorted(sku.plans))} {SKU}{sku.sku_id}".strip()


def plans_in(target: str) -> frozenset[str]:
    """All service plans that a target names."""
    return frozenset(plan for way in _ways(target) for plan in way.split("+") if not way.startswith(SKU))


def is_licensed(target: str, licences: Licences) -> bool:
    """Whether one of the ways holds: each is one plan, several joined by a plus, or a SKU."""
    return any(_holds(way, licences) for way in _ways(target))


def _ways(target: str) -> list[str]:
    return target.split()


def _holds(way: str, licences: Licences) -> bool:
    if way.startswith(SKU):
        return way.removeprefix(SKU) in licences.skus
    return frozenset(way.split("+")) <= licences.plans
