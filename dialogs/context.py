"""What every conversation may use, and the shape of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cards.request import request_card
from services.approvals.behalf import OnBehalf
from services.approvals.decisions import Approvals
from services.approvals.preferences import Preferences
from services.changes import Changes
from services.domain.person import Actor
from services.domain.request import Request
from services.domain.view import view_for
from services.drift import Drift
from services.locations import Locations
from services.number_requests import NumberRequests
from services.persona_requests import PersonaRequests
from services.phones import Phones
from services.requests import Requests
from services.rollout.progress import RollOuts

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A card to show. ``shows`` is the request that the card keeps showing from now on, if it is one's.

    ``has_notice``: the card also says something to the person about what they just did.
    """

    card: Card
    shows: Request | None = None
    has_notice: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases."""

    changes: Changes
    requests: Requests
    number_requests: NumberRequests
    persona_requests: PersonaRequests
    approvals: Approvals
    preferences: Preferences
    behalf: OnBehalf
    phones: Phones
    drift: Drift
    rollouts: RollOuts
    locations: Locations

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.changes.clock.now()

    def show(self, actor: Actor, request: Request, notice: str = "") -> Answer:
        """The actor's card of a request."""
        is_admin = self.changes.is_admin(actor.id)
        view = view_for(request, actor.id, is_admin=is_admin, notice=notice)
        return Answer(card=request_card(view, self.now), shows=request, has_notice=bool(notice))
