"""The approval part of a request's card: who decided, who is asked now, who comes later."""

from __future__ import annotations

from cards.elements import Part
from cards.parts import bold, line, run, said, subheading
from cards.stages import FEW, TIGHT, Runs, asked_runs, listed, reason, reason_runs
from cards.words import when
from services.domain.request import Request, RequestState
from services.domain.stage import Approval, Need, Stage, StageState

STAGES_SHOWN = 8
STAGES_AT_LEAST = 4
APPROVALS_SHOWN = 8
"""Of one stage that needs all."""


def approval_parts(request: Request, room: int) -> list[Part]:
    """Each stage in its order, or why nobody had to approve. ``room`` is the length of longer texts."""
    if not request.stages:
        return _unasked(request, room)
    parts: list[Part] = [subheading("Approval")]
    first, last = _window(request, STAGES_AT_LEAST if room < TIGHT else STAGES_SHOWN)
    if first:
        parts.append(line(said(f"… {first} earlier.", is_subtle=True)))
    for place, stage in enumerate(request.stages[first:last], start=first + 1):
        number = f"{place}. " if len(request.stages) > 1 else ""
        parts += _stage(request, stage, number, room)
    left = len(request.stages) - last
    if left > 0:
        parts.append(line(said(f"… and {left} more.", is_subtle=True)))
    return parts


def _window(request: Request, limit: int) -> tuple[int, int]:
    """Which stages are shown: the one that waits, the one before it, and as many as fit after it."""
    begun = [at for at, stage in enumerate(request.stages) if stage.state is not StageState.PLANNED]
    newest = begun[-1] if begun else 0
    first = max(0, min(newest - 1, len(request.stages) - limit))
    return first, min(first + limit, len(request.stages))


def _unasked(request: Request, room: int) -> list[Part]:
    """The line of history by which Switchboard approved it has the reason."""
    approved = (one for one in request.history if one.what == RequestState.APPROVED and one.by is None)
    last = next(approved, None)
    if last is None:
        return []
    why: Runs = [": ", run(last.detail, room)] if last.detail else ["."]
    return [subheading("Approval"), line("✓ No approval needed", *why)]


def _stage(request: Request, stage: Stage, number: str, room: int) -> list[Part]:
    if stage.state is StageState.PLANNED:
        return [_planned(request, stage, number, room)]
    parts = [
        *(_waiting(request, stage, number, room) if stage.state is StageState.WAITING else []),
        *(_decided(stage, number, room) if stage.state is not StageState.WAITING else []),
    ]
    if stage.former:
        parts.append(_aside("Handed over by ", run(listed(stage.former, "and"), room)))
    if stage.escalations:
        times = f", {stage.escalations} times" if stage.escalations > 1 else ""
        parts.append(_aside(f"Nobody decided in time{times}, so others were asked as well."))
    if stage.unreached and stage is request.current_stage:
        lost = bold(listed(stage.unreached, "and"), room)
        parts.append(line("ℹ Teams cannot reach ", lost, " yet. Ask them to open Switchboard there."))
    return parts


def _planned(request: Request, stage: Stage, number: str, room: int) -> Part:
    """What comes later is looked at again when its turn comes, and is not promised."""
    who = asked_runs(stage, stage.approvers, room)
    if request.state is not RequestState.PENDING:
        return line(f"{number}○ Not asked: ", *who, spacing="small")
    word = "Next" if stage is request.current_stage else "Then"
    return line(f"{number}○ {word}: ", *who, spacing="small")


def _waiting(request: Request, stage: Stage, number: str, room: int) -> list[Part]:
    """Whose decision is missing, and who of all has approved already."""
    is_open = request.state is RequestState.PENDING
    mark = f"{number}◔ Waiting for " if is_open else f"{number}○ Not decided: "
    missing = line(mark, *asked_runs(stage, stage.undecided, room), spacing="small")
    if stage.need is not Need.ALL:
        return [missing]
    note = [_aside("All of them must approve.")] if is_open and len(stage.approvers) > 1 else []
    return [missing, *_given(stage, "", room), *note]


def _decided(stage: Stage, number: str, room: int) -> list[Part]:
    """Who decided what and when; where all had to approve, each of them."""
    is_rejected = stage.state is StageState.REJECTED
    if not is_rejected and stage.need is Need.ALL and stage.approvals:
        return _given(stage, number, room)
    mark = f"{number}✕ Rejected by " if is_rejected else f"{number}✓ Approved by "
    by = bold(stage.decided_by.name, room) if stage.decided_by else said("Switchboard")
    at = [f", {when(stage.decided_at)}"] if stage.decided_at else []
    why = reason_runs(reason(stage, stage.decided_by), room)
    before = _given(stage, "", room) if is_rejected else []
    return [line(mark, by, *why, *at, spacing="small"), *before]


def _given(stage: Stage, number: str, room: int) -> list[Part]:
    """The approvals that were given, each of the further ones under the first."""
    parts: list[Part] = []
    limit = FEW if room < TIGHT else APPROVALS_SHOWN
    for place, approval in enumerate(stage.approvals[:limit]):
        parts.append(_approval(stage, approval, number if place == 0 else "", room))
    left = len(stage.approvals) - limit
    return [*parts, _aside(f"… and {left} more.")] if left > 0 else parts


def _approval(stage: Stage, approval: Approval, number: str, room: int) -> Part:
    why = reason_runs(reason(stage, approval.by), room)
    by = bold(approval.by.name, room)
    return line(f"{number}✓ Approved by ", by, *why, f", {when(approval.at)}", spacing="small")


def _aside(*runs: object) -> Part:
    """A remark under the stage's line."""
    shown = [said(one, is_subtle=True) if isinstance(one, str) else one for one in runs]
    return line(*shown, spacing="none")  # type: ignore[arg-type]
