"""What a step remembers between looks, so that a restart goes on where the process was killed."""

from __future__ import annotations

from datetime import datetime

from services.domain import step
from services.domain.step import Step, StepKind

SINCE = "since"
"""When a run began with the step; its patience counts from here."""

RUN = "run"
"""Which run that was."""

ASKED = step.ASKED
"""When the tenant was last asked to make the change. Written before it is asked: a step that was killed in
between knows that the change may be its own."""

OPERATION = "operation"
"""Address of the tenant's operation that makes the change."""

DOUBTED = "doubted"
"""When the latest order was sent of which it was never known whether it arrived. It may take effect late, and
then a later order is refused because of it."""

CONTESTED = "contested"
"""The tenant's words when it refused an order because somebody has the number, which may be the beneficiary
by an order in doubt."""

UNASKED = "undo asked"
"""When the tenant was last asked to undo the change, likewise."""

UNDO_OPERATION = "undo operation"
"""Address of the operation that undoes it."""

TASK = "task"
"""What people have to do because Switchboard cannot, or may not, do it itself: part of the plan."""

EMERGENCY = "emergency location"
"""Id of the emergency location that a number is to be given with: part of the plan."""

IN_FLIGHT = frozenset({ASKED, OPERATION, DOUBTED})
"""What another run must know, because the tenant may still be at it."""


def was_asked(step: Step) -> bool:
    """Whether the tenant may have made the change because Switchboard asked."""
    return ASKED in step.facts or DOUBTED in step.facts


def may_be_ours(step: Step) -> bool:
    """Whether rolling back has to look at the step."""
    return step.changed or was_asked(step) or UNASKED in step.facts


def in_flight(step: Step) -> dict[str, str]:
    """What another run must know of the step: a release is under way by the facts of an undo."""
    names = IN_FLIGHT | {UNASKED, UNDO_OPERATION} if step.kind is StepKind.RELEASE_NUMBER else IN_FLIGHT
    return {name: value for name, value in step.facts.items() if name in names}


def moment(step: Step, name: str) -> datetime | None:
    """A remembered time."""
    value = step.facts.get(name)
    return datetime.fromisoformat(value) if value else None
