"""The course of a request through approvals, as it is foreseen when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Which rule holds and what it comes to.

    ``stages`` are in order, each with those who would be asked now; the later ones are looked at again when
    their turn comes. ``not_needed`` is the condition, in words, by which nobody has to approve; then there
    are no stages.
    """

    rule: str
    stages: tuple[Stage, ...] = ()
    not_needed: str = ""
