"""Steps: the ordered changes that a request makes in the tenant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class StepKind(StrEnum):
    """What a step does. Each kind has one class in ``services/provisioning/steps.py``."""

    JOIN_GROUP = "join group"
    SET_ATTRIBUTE = "set attribute"
    BE_ADMITTED = "be admitted"
    WAIT_FOR_LICENCE = "wait for licence"
    RELEASE_NUMBER = "release number"
    ASSIGN_NUMBER = "assign number"
    ASSIGN_POLICY = "assign policy"
    LEAVE_GROUP = "leave group"
    BE_DISMISSED = "be dismissed"
    REMOVE_POLICY = "remove policy"
    WAIT_FOR_POLICY = "wait for policy"
    VERIFY = "verify"
    VERIFY_PERSONA = "verify persona"


class StepStatus(StrEnum):
    """Where a step stands. ``waiting`` says why and until when, ``blocked`` says who must act."""

    PLANNED = "planned"
    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    NOTHING_TO_DO = "nothing to do"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNDONE = "undone"


ASKED = "asked"
"""The fact that the tenant may have been asked to make the change. Written before it is asked."""

ENDED = frozenset({StepStatus.DONE, StepStatus.NOTHING_TO_DO})
"""A step that need not be done again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a plan.

    ``key`` is stable within a request (``join group:<group id>``), so that a plan made again can be matched
    with what was done already. ``subject`` is what it acts on, in words for people (a group's name, a number
    in E.164); ``target`` is the same for programs (a group's id, a plan id, a number). ``detail`` says what
    is waited for or what the tenant said. ``next_try`` is when a waiting step is looked at again, and
    ``what_to_do`` is what people have to do before that look can find it done: nothing where it gets there by
    itself.
    ``changed`` is whether Switchboard itself changed the tenant here: only that is rolled back, to
    ``before``, which is empty where there was nothing.
    """

    key: str
    kind: StepKind
    subject: str
    target: str
    status: StepStatus = StepStatus.PLANNED
    detail: str = ""
    next_try: datetime | None = None
    what_to_do: str = ""
    changed: bool = False
    before: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    def now(
        self, status: StepStatus, detail: str = "", *, what_to_do: str = "", next_try: datetime | None = None
    ) -> Step:
        """The step as it stands now, with no more to tell than is given here."""
        return replace(self, status=status, detail=detail, what_to_do=what_to_do, next_try=next_try)
