"""A roll-out from its file to its outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.asking import checked_purpose
from services.changes import Changes
from services.domain.errors import BadInput, TenantError
from services.domain.person import Person
from services.domain.persona import Catalogue, Persona
from services.ports import Crowd
from services.rollout.carrying import Carrying
from services.rollout.model import Outcome, Report, RolloutPlan, Sponsors
from services.rollout.ordering import Ordering
from services.rollout.outcomes import outcomes
from services.rollout.people_file import Row
from services.rollout.planning import Planning


@dataclass(frozen=True, slots=True, kw_only=True)
class RollOut:
    """The use case."""

    changes: Changes
    crowd: Crowd
    catalogue: Callable[[], Catalogue]
    planning: Planning
    ordering: Ordering
    carrying: Carrying

    def persona(self, name: str) -> Persona:
        """The persona to roll out. Raises BadInput."""
        catalogue = self.catalogue()
        chosen = catalogue.named(name)
        if chosen is None:
            known = ", ".join(persona.name for persona in catalogue) or "none"
            raise BadInput(what=f"There is no persona named {name}. The catalogue has: {known}.")
        return chosen

    async def sponsors(self, asked_by: str, approved_by: str, purpose: str) -> Sponsors:
        """Who asked and who approves: the only admin, where nobody is named.

        Raises BadInput, TenantError, PurposeMissing, TextTooLong.
        """
        approved_by = approved_by or self._only_admin()
        found = await self.crowd.people([asked_by, approved_by])
        asking, approving = _able(found[asked_by]), _able(found[approved_by])
        if not self.changes.is_admin(approving.id):
            raise BadInput(
                what=f"{approving.display_name} is no telecom admin: only those approve a roll-out."
            )
        if asking.id == approving.id:
            raise BadInput(
                what=f"{asking.display_name} cannot both ask for the roll-out and approve it: nobody decides "
                "on what they asked for. Name somebody else with --asked-by or --approved-by."
            )
        return Sponsors(asked_by=asking, approved_by=approving, purpose=checked_purpose(purpose))

    def _only_admin(self) -> str:
        if len(self.changes.admins) != 1:
            raise BadInput(what="Name the telecom admin who approves the roll-out with --approved-by.")
        return self.changes.admins[0]

    async def plan(
        self, chosen: Persona, rows: Sequence[Row], sponsors: Sponsors, report: Report
    ) -> RolloutPlan:
        """What would change. Changes nothing."""
        return await self.planning.plan(chosen, rows, sponsors.approved_by.id, report)

    async def carry_out(
        self, plan: RolloutPlan, sponsors: Sponsors, stop: asyncio.Event, report: Report
    ) -> tuple[Outcome, ...]:
        """Do it, until everyone's change has ended or ``stop`` is set. How it went for each."""
        ordered = await self.ordering.order(plan, sponsors, report)
        return outcomes(ordered, await self.carrying.carry_out(ordered, stop, report))


def _able(found: Person | TenantError) -> Person:
    if isinstance(found, TenantError):
        raise found
    if not found.can_work:
        raise BadInput(what=f"The account of {found.display_name} is disabled or a guest's.")
    return found
