"""A request: one thing one person asked for, for one beneficiary, with its stages and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.location import Cost
from services.domain.person import PersonRef
from services.domain.persona_change import PersonaChange
from services.domain.stage import OnSilence, Stage, StageState
from services.domain.step import Step

PURPOSE_LIMIT = 500
"""Characters; the longest purpose or reason that a card takes."""


class RequestKind(StrEnum):
    """What is asked for."""

    NUMBER = "number"
    PERSONA = "persona"


class RequestState(StrEnum):
    """Where a request stands; the ways between are in ``transitions.py``."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    PROVISIONING = "provisioning"
    COMPLETED = "completed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NEEDS_ATTENTION = "needs attention"
    ROLLING_BACK = "rolling back"
    ROLLED_BACK = "rolled back"


OPEN_STATES = frozenset(
    {
        RequestState.PENDING,
        RequestState.APPROVED,
        RequestState.PROVISIONING,
        RequestState.NEEDS_ATTENTION,
        RequestState.ROLLING_BACK,
    }
)
"""A beneficiary has at most one open request of a kind; an open request keeps its promise of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a request's history. ``by`` is None when Switchboard itself did it."""

    at: datetime
    what: str
    by: PersonRef | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an approver asked the requester; ``answer`` is empty until there is one."""

    by: PersonRef
    at: datetime
    text: str
    answer: str = ""
    answered_by: PersonRef | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """That a person's card is to come as a new message, in place of those from before ``version``."""

    person_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Why a request is parked: the step, why it stopped there, and what to do.

    ``is_quoted`` is whether ``words`` are the tenant's own, rather than Switchboard's.
    """

    step: str
    words: str
    what_to_do: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. ``id`` is the key that cards carry; ``ref`` is the reference that people use.

    ``version`` grows by one with each saved change. ``number`` is the E.164 number that is promised.
    ``change`` is what a request for a persona gives and takes. ``rollout`` is the id of the roll-out that it
    belongs to, if it belongs to one.
    ``expires_at`` is when an undecided request, and with it the promise, ends. ``notices`` are sentences that
    everyone on the card should read (a fallback approver, a number that had to be exchanged). ``questions``
    are those that approvers asked the requester, oldest first. ``nudges`` has at most one for each person.
    ``approval`` names the approval rule.
    """

    id: str
    ref: str
    kind: RequestKind
    requester: PersonRef
    beneficiary: PersonRef
    purpose: str
    location: str
    cost: Cost
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    version: int = 0
    state: RequestState = RequestState.DRAFT
    number: str | None = None
    stages: tuple[Stage, ...] = ()
    plan: tuple[Step, ...] = ()
    history: tuple[Happening, ...] = ()
    notices: tuple[str, ...] = ()
    attention: Attention | None = None
    runs: int = 0
    change: PersonaChange | None = None
    rollout: str = ""
    approval: str = ""
    questions: tuple[Question, ...] = ()
    nudges: tuple[Nudge, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the request still holds its promise."""
        return self.state in OPEN_STATES

    @property
    def needs_number(self) -> bool:
        """Whether a number is promised with the request."""
        return self.kind is RequestKind.NUMBER or self.number is not None

    @property
    def current_stage(self) -> Stage | None:
        """The approval that comes next, or None. One that is still planned is about to be asked for."""
        return self._undecided_stage if self.state is RequestState.PENDING else None

    @property
    def ends_at(self) -> datetime:
        """When it ends if nobody decides, or ended since nobody did."""
        stage = self._undecided_stage
        if stage is None or stage.due_at is None or stage.timing.on_silence is not OnSilence.EXPIRE:
            return self.expires_at
        return min(stage.due_at, self.expires_at)

    @property
    def wakes_at(self) -> datetime:
        """When something is to be done about a pending request though nobody presses a button."""
        stage = self.current_stage
        if stage is None:
            return self.expires_at
        if stage.state is StageState.PLANNED:
            return self.updated_at
        return min(stage.wakes_at or self.expires_at, self.expires_at)

    @property
    def open_question(self) -> Question | None:
        """The newest question, if it has no answer."""
        return self.questions[-1] if self.questions and not self.questions[-1].answer else None

    @property
    def awaited_question(self) -> Question | None:
        """The open question, if whoever asked it still has to decide: nobody asks another meanwhile.

        One whose asker has decided, or handed it over, can still be answered, and stands in nobody's way.
        """
        question, stage = self.open_question, self.current_stage
        if question is None or stage is None or stage.approver(question.by.id) is None:
            return None
        return question

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of everyone on this request, each once: requester, beneficiary, whoever was asked so far."""
        ids = [self.requester.id, self.beneficiary.id]
        for stage in self.stages:
            if stage.state is StageState.PLANNED:
                break
            ids.extend(person.id for person in (*stage.approvers, *stage.former))
            if stage.state is StageState.WAITING:
                break
        return tuple(dict.fromkeys(ids))

    @property
    def _undecided_stage(self) -> Stage | None:
        return next((stage for stage in self.stages if stage.state in _TO_COME), None)

    def nudged(self, person_id: str) -> int:
        """The version from which on a message must be, to be new enough for the person."""
        return next((nudge.version for nudge in self.nudges if nudge.person_id == person_id), 0)


_TO_COME = frozenset({StageState.PLANNED, StageState.WAITING})
