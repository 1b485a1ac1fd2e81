"""Who would have to approve: the same part on both forms."""

from __future__ import annotations

from cards.elements import Part
from cards.parts import fact, line, run, said
from cards.stages import TIGHT, asked_runs
from services.domain.course import Course
from services.domain.stage import Need

STAGES_SHOWN = 8
STAGES_AT_LEAST = 4


def course_parts(course: Course | None, room: int) -> list[Part]:
    """The approvals in their order, or why there is none. ``room`` is the length of longer texts."""
    if course is None:
        return []
    if not course.stages:
        why = [": ", run(course.not_needed, room)] if course.not_needed else ["."]
        return [fact("Approval", "No approval needed", *why)]
    if len(course.stages) == 1:
        (stage,) = course.stages
        note = [said(", all of them", is_subtle=True)] if _needs_all(len(stage.approvers), stage.need) else []
        return [fact("Approval", *asked_runs(stage, stage.approvers, room), *note)]
    parts: list[Part] = [fact("Approval", f"{len(course.stages)}, one after the other:")]
    limit = STAGES_AT_LEAST if room < TIGHT else STAGES_SHOWN
    for place, stage in enumerate(course.stages[:limit], start=1):
        note = [said(", all of them", is_subtle=True)] if _needs_all(len(stage.approvers), stage.need) else []
        who = asked_runs(stage, stage.approvers, room)
        parts.append(line(f"{place}. ", *who, *note, spacing="small"))
    left = len(course.stages) - limit
    if left > 0:
        parts.append(line(said(f"… and {left} more.", is_subtle=True)))
    return parts


def intro(course: Course | None) -> str:
    """The sentence before what Switchboard would do."""
    is_unasked = course is not None and not course.stages
    return f"{'Then' if is_unasked else 'After the approval'}, Switchboard does this for you:"


def _needs_all(people: int, need: Need) -> bool:
    return need is Need.ALL and people > 1
