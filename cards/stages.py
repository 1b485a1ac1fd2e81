"""How a stage is said in a line: who is asked and why, and which of several it is."""

from __future__ import annotations

from collections.abc import Sequence

from cards.elements import TextRun
from cards.parts import NAME, bold, run
from services.domain.person import PersonRef
from services.domain.request import Request
from services.domain.stage import Approver, Need, Stage

PEOPLE_SHOWN = 5
"""Of those who are asked at once: a group may have many owners."""

FEW = 2
TIGHT = 80
"""Where longer texts get fewer characters than these, only a few people are named."""

Runs = list[TextRun | str]


def asked_runs(stage: Stage, people: Sequence[Approver], room: int) -> Runs:
    """Who is asked, each with the reason: "Megan Bowen (manager) or Lee Gu (her deputy)".

    The reason is said once where it is the same for all. A stage that names nobody yet is called by its name.
    """
    if not people:
        return [bold(stage.name, room)]
    shown = people[: FEW if room < TIGHT else PEOPLE_SHOWN]
    left = len(people) - len(shown)
    word = " and " if stage.need is Need.ALL else " or "
    reasons = {reason(stage, who) for who in people}
    runs: Runs = []
    for place, who in enumerate(shown):
        if place:
            runs.append(word if place == len(shown) - 1 and not left else ", ")
        runs.append(bold(who.name, room))
        if len(reasons) > 1:
            runs += reason_runs(reason(stage, who), room)
    runs += [f"{word}{left} more"] if left else []
    return runs if len(reasons) > 1 else [*runs, *reason_runs(reasons.pop(), room)]


def reason(stage: Stage, who: PersonRef | None) -> str:
    """Why they; where it is not known of the person, what is known of the stage.

    A stage that somebody passes by having approved before says so itself.
    """
    known = next((one for one in stage.approvers if who is not None and one.id == who.id), None)
    is_passed = stage.decided_by is not None and not stage.approvals
    return stage.why if known is None or is_passed else known.why or stage.why


def reason_runs(why: str, room: int) -> Runs:
    """The reason in brackets, or nothing."""
    return [" (", run(why, room, is_subtle=True), ")"] if why else []


def place_runs(request: Request, room: int) -> Runs:
    """Which approval it is at, as "Approval 2 of 3, cost centre"; nothing where there is only one."""
    stage = request.current_stage
    if stage is None or len(request.stages) < 2:
        return []
    place = 1 + next(at for at, one in enumerate(request.stages) if one is stage)
    return [f"Approval {place} of {len(request.stages)}, ", run(stage.name, min(room, NAME))]


def listed(people: Sequence[PersonRef], word: str) -> str:
    """Names for a sentence, joined by ``word`` ("and", "or"); of many only the first."""
    shown = [person.name for person in people[:PEOPLE_SHOWN]]
    left = len(people) - len(shown)
    if left:
        shown.append(f"{left} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def waited_for(stage: Stage) -> str:
    """Those whose decision is waited for: any of them, or each."""
    return listed(stage.undecided, "and" if stage.need is Need.ALL else "or")
