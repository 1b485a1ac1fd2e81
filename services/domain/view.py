"""What one person may see and do on the card of one request: the same rules as the checks, never more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from services.domain import policy
from services.domain.errors import Refused
from services.domain.request import Request, RequestState
from services.domain.step import StepStatus


class Deed(StrEnum):
    """What a button on a request's card can do."""

    APPROVE = "approve"
    REJECT = "reject"
    DELEGATE = "delegate"
    ASK = "ask"
    ANSWER = "answer"
    CANCEL = "cancel"
    RETRY = "retry"
    ROLL_BACK = "roll back"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request as one person sees it. ``notice`` is a sentence about what they just did, or empty."""

    request: Request
    viewer_id: str
    deeds: frozenset[Deed]
    notice: str = ""


def view_for(request: Request, viewer_id: str, *, is_admin: bool, notice: str = "") -> RequestView:
    """The view of one person; whether they may see it at all is the caller's check."""
    deeds: set[Deed] = set()
    if _passes(lambda: policy.check_may_decide(request, viewer_id)):
        deeds |= {Deed.APPROVE, Deed.REJECT, Deed.DELEGATE}
        if request.awaited_question is None:
            deeds.add(Deed.ASK)
    if request.open_question is not None and _passes(lambda: policy.check_may_answer(request, viewer_id)):
        deeds.add(Deed.ANSWER)
    if _passes(lambda: policy.check_may_cancel(request, viewer_id)):
        deeds.add(Deed.CANCEL)
    if _passes(lambda: policy.check_may_mend(request, viewer_id, is_admin=is_admin)):
        deeds |= {Deed.RETRY, Deed.ROLL_BACK}
    return RequestView(request=request, viewer_id=viewer_id, deeds=frozenset(deeds), notice=notice)


def audience(request: Request, admins: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of everyone who gets a card of this request unasked: those on it, and admins when it needs people:
    it is parked, or a step waits for what somebody has to do.

    Of a roll-out's requests whoever gets the persona has a card, and admins only when it is parked, so that
    nobody has hundreds: its outcomes are listed where it was begun.
    """
    is_parked = request.state is RequestState.NEEDS_ATTENTION
    waits = any(step.status is StepStatus.WAITING and step.what_to_do for step in request.plan)
    extra = admins if is_parked or (waits and not request.rollout) else ()
    people = (request.beneficiary.id,) if request.rollout else request.people
    return tuple(dict.fromkeys((*people, *extra)))


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refused:
        return False
    return True
