"""What a request waits for while it is undecided: whom, at which approval, until when, and what then."""

from __future__ import annotations

from cards.elements import Part
from cards.parts import bold, line, run, said
from cards.stages import listed, place_runs, waited_for
from cards.words import THEN, when
from services.domain.person import PersonRef
from services.domain.request import Request
from services.domain.stage import Stage, StageState
from services.domain.view import Deed, RequestView


def pending_lines(view: RequestView, room: int) -> list[Part]:
    """The sentences under "Pending". ``room`` is how many characters a longer text may have."""
    request = view.request
    stage = request.current_stage
    if stage is None:
        return [line("Switchboard is finding out who approves.")]
    place = place_runs(request, room)
    parts: list[Part] = [line(*place, ".")] if place else []
    if stage.state is StageState.PLANNED:
        return [*parts, line("Switchboard is finding out who approves next.")]
    until = _until(request, stage)
    if Deed.APPROVE in view.deeds:
        return [*parts, line("It waits for your decision. ", until)]
    if Deed.ANSWER in view.deeds and request.open_question:
        asker = bold(request.open_question.by.name, room)
        asks = " asks you something before deciding" if request.awaited_question else " asked you something"
        parts.append(line("⚠ ", asker, f"{asks}: press Answer."))
    parts.append(line("It waits for ", bold(waited_for(stage), room), " to approve. ", until))
    return parts + _asked_so_far(view, stage, room)


def _until(request: Request, stage: Stage) -> str:
    """Until when, and what then."""
    then = THEN.get(stage.timing.on_silence)
    if stage.due_at is None or then is None or stage.due_at >= request.expires_at:
        return f"Without a decision it ends on {when(request.ends_at)}."
    return f"Without a decision by {when(stage.due_at)}, {then}; it ends on {when(request.expires_at)}."


def _asked_so_far(view: RequestView, stage: Stage, room: int) -> list[Part]:
    """For whoever waits for it: everybody asked, where the sentence before does not say it already."""
    request = view.request
    if view.viewer_id not in {request.requester.id, request.beneficiary.id}:
        return []
    people: dict[str, PersonRef] = {}
    for one in request.stages:
        if one.state is not StageState.PLANNED:
            people |= {who.id: who for who in (*one.former, *one.approvers)}
        if one is stage:
            break
    if set(people) <= {who.id for who in stage.undecided}:
        return []
    shown = run(listed(list(people.values()), "and"), room, is_subtle=True)
    return [line(said("Asked so far: ", is_subtle=True), shown, spacing="small")]
