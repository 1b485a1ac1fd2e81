"""Who may do what. Asked by the domain on every change; cards only ask it which buttons to draw."""

from __future__ import annotations

from collections.abc import Sequence

from services.domain.errors import NotYours, WrongState
from services.domain.person import PersonRef
from services.domain.request import Request, RequestState
from services.domain.stage import Approver, StageState
from services.domain.step import ASKED

CANCELLABLE = frozenset({RequestState.PENDING, RequestState.APPROVED})


def check_may_decide(request: Request, person_id: str) -> None:
    """Pass when the person may decide the current stage.

    Nobody decides on what they asked for or benefit from, nor at a stage that is not theirs.
    Raises WrongState when nothing waits for a decision, NotYours when somebody else must decide.
    """
    stage = request.current_stage
    if stage is None:
        raise WrongState(state=request.state.value)
    own = person_id in {request.requester.id, request.beneficiary.id}
    if own or stage.state is not StageState.WAITING or stage.approver(person_id) is None:
        raise NotYours(who=names(stage.undecided))


def check_may_answer(request: Request, person_id: str) -> None:
    """Pass when the person may answer an approver's question. Raises NotYours before WrongState."""
    if person_id != request.requester.id:
        raise NotYours(who=request.requester.name)
    if request.state is not RequestState.PENDING:
        raise WrongState(state=request.state.value)


def check_may_cancel(request: Request, person_id: str) -> None:
    """Pass when the person may cancel. Raises NotYours before WrongState: strangers learn nothing.

    A request that is tried again is too late, too: earlier runs may have given the number already, and only
    a roll back takes it away again. So is one of a roll-out, which joins groups before the run begins.
    """
    if person_id != request.requester.id:
        raise NotYours(who=request.requester.name)
    if request.state not in CANCELLABLE:
        raise WrongState(state=request.state.value)
    if request.runs or any(ASKED in step.facts for step in request.plan):
        raise WrongState(state=RequestState.PROVISIONING.value)


def check_may_mend(request: Request, person_id: str, *, is_admin: bool) -> None:
    """Pass when the person may retry or roll back a parked request: its requester, or an admin."""
    if not is_admin and person_id != request.requester.id:
        raise NotYours(who=f"{request.requester.name} or a telecom admin")
    if request.state is not RequestState.NEEDS_ATTENTION:
        raise WrongState(state=request.state.value)


def may_see(request: Request, person_id: str, *, is_admin: bool) -> bool:
    """Whether the person is on the request or is an admin."""
    return is_admin or person_id in request.people


def names(people: Sequence[PersonRef]) -> str:
    """Names joined for a sentence: "A", "A or B", "A, B or C"."""
    listed = [person.name for person in people]
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} or {listed[-1]}"


def who_and_why(approvers: Sequence[Approver], otherwise: str = "") -> str:
    """Those who are asked, each with the reason: "Megan Bowen (manager); Lee Gu (fallback approver)"."""
    told = ((who.name, who.why or otherwise) for who in approvers)
    return "; ".join(f"{name} ({why})" if why else name for name, why in told)
