"""How a roll-out went, for each row of its file, and that as a file which a spreadsheet opens safely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services import spreadsheet
from services.domain.request import Request, RequestState
from services.domain.step import Step, StepStatus
from services.domain.titles import title
from services.rollout.model import Candidate, Outcome, RolloutPlan, Verdict

SET_UP = "set up"
NOT_YET = "not yet"
RESULTS = {
    RequestState.COMPLETED: SET_UP,
    RequestState.NEEDS_ATTENTION: "needs attention",
    RequestState.ROLLED_BACK: "rolled back",
    RequestState.CANCELLED: "cancelled",
    RequestState.REJECTED: "rejected",
    RequestState.EXPIRED: "expired",
}
HAS_IT = frozenset({SET_UP, Verdict.HOLDS.value})
"""Results of people who have the persona in the end."""

RESULT_STYLES = {SET_UP: "green", Verdict.HOLDS.value: "", RESULTS[RequestState.NEEDS_ATTENTION]: "red"}
COLUMNS = ("Line", "Person", "Name", "Result", "Detail", "Number", "Request")


def outcomes(plan: RolloutPlan, requests: Mapping[str, Request]) -> tuple[Outcome, ...]:
    """One for each row, in the order of the file."""
    return tuple(_outcome(candidate, requests) for candidate in plan.candidates)


def _outcome(candidate: Candidate, requests: Mapping[str, Request]) -> Outcome:
    request = requests.get(candidate.request.id) if candidate.request else None
    name = candidate.person.display_name if candidate.person else ""
    if request is None:
        result = "not begun" if candidate.verdict is Verdict.CHANGES else candidate.verdict.value
        return Outcome(line=candidate.line, key=candidate.key, name=name, result=result, detail=candidate.why)
    return Outcome(
        line=candidate.line,
        key=candidate.key,
        name=name,
        result=RESULTS.get(request.state, NOT_YET),
        detail=_detail(request),
        number=request.number or "",
        ref=request.ref,
    )


def _detail(request: Request) -> str:
    if request.attention is not None:
        return f"{request.attention.step}: {request.attention.words} {request.attention.what_to_do}"
    if not request.is_open:
        return " ".join(request.notices)
    step = next((step for step in request.plan if _is_under_way(step)), None)
    if step is None:
        return "It goes on when Switchboard runs."
    return f"{title(step)}: {step.detail}" if step.detail else title(step)


def _is_under_way(step: Step) -> bool:
    return step.status in {StepStatus.RUNNING, StepStatus.WAITING, StepStatus.BLOCKED, StepStatus.FAILED}


def as_csv(rows: Iterable[Outcome]) -> bytes:
    """The outcomes as a file that a spreadsheet opens safely."""
    return spreadsheet.as_csv(
        COLUMNS,
        ((str(row.line), row.key, row.name, row.result, row.detail, row.number, row.ref) for row in rows),
    )
