"""A stage: one approval that a request needs, who is asked for it, and how long they have."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.person import PersonRef


class StageState(StrEnum):
    """Where one approval stands. A planned stage has asked nobody yet: those before it come first."""

    PLANNED = "planned"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Need(StrEnum):
    """Whose approval a stage needs: any one of those who are asked, or all of them."""

    ONE = "one"
    ALL = "all"


class OnSilence(StrEnum):
    """What follows when nobody decides in time."""

    ESCALATE = "escalate"
    FALLBACK = "fallback"
    EXPIRE = "expire"


class Role(StrEnum):
    """Who can be asked. Those of the second half are told by a group's name, or by people's."""

    MANAGER = "manager"
    MANAGERS_MANAGER = "manager's manager"
    PERSONA_OWNER = "persona's owner"
    COST_CENTRE_OWNER = "cost centre's owner"
    QUEUE_OWNERS = "queue owners"
    GROUP_OWNERS = "owners of"
    GROUP_MEMBERS = "members of"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a stage asks: the role, with the group's display name or the people's sign-in names."""

    role: Role
    names: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """As people say it: "manager", "owners of Sales or Support"."""
        named = " or ".join(self.names)
        if self.role is Role.PEOPLE:
            return named
        return f"{self.role.value} {named}" if named else self.role.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver(PersonRef):
    """Somebody who is asked. ``why`` says why they, as "manager" or "deputy of Megan Bowen, who is away".

    ``seats`` are the ids of those whose approval theirs counts as; none means their own alone. Where all must
    approve, a deputy fills the seat of the person they stand in for.
    """

    why: str = ""
    seats: tuple[str, ...] = ()

    @property
    def fills(self) -> tuple[str, ...]:
        """Ids of those whose approval theirs counts as."""
        return self.seats or (self.id,)

    @property
    def ref(self) -> PersonRef:
        """The person alone."""
        return PersonRef(id=self.id, name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval of a stage that needs all: by whom, when, and the seats that it fills."""

    by: PersonRef
    at: datetime
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long a stage has, and what then; hours are working hours of those who are asked.

    ``limit_hours`` of zero is no limit but the request's own. ``remind_hours`` are reminders, counted from
    the moment of asking.
    """

    limit_hours: float = 0
    remind_hours: tuple[float, ...] = ()
    on_silence: OnSilence = OnSilence.ESCALATE


NO_TIMING = Timing()
"""As long as the request itself waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One approval that a request needs. ``why`` says in short who is asked and why.

    ``asks`` is what the rule said when the request was handed in: it holds for the whole of the request.
    ``unreached`` are those of the approvers whom Teams cannot deliver a card to, for now. ``approvals`` are
    given already where ``need`` is ALL. ``former`` were asked and are no longer: they handed it over.
    ``asked_at`` is when the first was asked, ``due_at`` when silence has its consequence, ``reminders`` the
    moments of reminders to come, ``escalations`` how often others were asked as well.
    """

    name: str
    approvers: tuple[Approver, ...]
    why: str
    need: Need = Need.ONE
    timing: Timing = NO_TIMING
    asks: tuple[Asked, ...] = ()
    unreached: tuple[PersonRef, ...] = ()
    state: StageState = StageState.WAITING
    decided_by: PersonRef | None = None
    decided_at: datetime | None = None
    reason: str = ""
    approvals: tuple[Approval, ...] = ()
    former: tuple[PersonRef, ...] = ()
    asked_at: datetime | None = None
    due_at: datetime | None = None
    reminders: tuple[datetime, ...] = ()
    escalations: int = 0

    @property
    def filled(self) -> frozenset[str]:
        """Ids of the seats that are approved."""
        return frozenset(seat for approval in self.approvals for seat in approval.seats)

    @property
    def undecided(self) -> tuple[Approver, ...]:
        """Those whose decision still counts."""
        if self.need is Need.ONE:
            return self.approvers
        return tuple(who for who in self.approvers if not self.filled >= set(who.fills))

    def asked_for(self, seats: Collection[str]) -> frozenset[str]:
        """Ids of those who are asked already and whose approval counts for all the seats."""
        is_any = self.need is Need.ONE
        return frozenset(who.id for who in self.approvers if is_any or set(who.fills) >= set(seats))

    def is_stuck_without(self, person_ids: Collection[str]) -> bool:
        """Whether it cannot be approved while those people do not decide."""
        others = [who for who in self.undecided if who.id not in person_ids]
        if self.need is Need.ONE:
            return not others
        could_be = self.filled.union(*(who.fills for who in others))
        return any(not could_be.issuperset(who.fills) for who in self.undecided)

    def approver(self, person_id: str) -> Approver | None:
        """The person among those whose decision still counts."""
        return next((who for who in self.undecided if who.id == person_id), None)

    @property
    def wakes_at(self) -> datetime | None:
        """When something is to be done about a waiting stage by itself, or None."""
        moments = [*self.reminders, *([self.due_at] if self.due_at else [])]
        return min(moments, default=None)


def asked(*people: PersonRef, why: str = "") -> tuple[Approver, ...]:
    """People as approvers, all for the same reason."""
    return tuple(Approver(id=who.id, name=who.name, why=why) for who in people)
