"""The life of a request: one pure table, and the functions that walk it.

Changes to the table should be reflected in the README's drawing. Each function takes a request and gives the
changed one, with ``version`` grown by one and a line of history; saving it is a compare-and-set elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from services.domain import policy
from services.domain.errors import ReasonMissing, TextTooLong, WrongState
from services.domain.person import PersonRef
from services.domain.request import (
    PURPOSE_LIMIT,
    Attention,
    Happening,
    Request,
    RequestState,
    StageState,
)
from services.domain.step import Step
from services.domain.text import is_blank


class Event(StrEnum):
    """What moves a request from one state to the next."""

    SUBMIT = "submitted"
    APPROVE = "approved"
    REJECT = "rejected"
    CANCEL = "cancelled"
    EXPIRE = "expired"
    START = "provisioning started"
    COMPLETE = "completed"
    PARK = "needs attention"
    RETRY = "retried"
    ROLL_BACK = "rolling back"
    ROLLED_BACK = "rolled back"


S = RequestState
TABLE = MappingProxyType(
    {
        (S.DRAFT, Event.SUBMIT): S.PENDING,
        (S.PENDING, Event.APPROVE): S.APPROVED,
        (S.PENDING, Event.REJECT): S.REJECTED,
        (S.PENDING, Event.CANCEL): S.CANCELLED,
        (S.PENDING, Event.EXPIRE): S.EXPIRED,
        (S.APPROVED, Event.CANCEL): S.CANCELLED,
        (S.APPROVED, Event.START): S.PROVISIONING,
        (S.PROVISIONING, Event.COMPLETE): S.COMPLETED,
        (S.PROVISIONING, Event.PARK): S.NEEDS_ATTENTION,
        (S.NEEDS_ATTENTION, Event.RETRY): S.APPROVED,
        (S.NEEDS_ATTENTION, Event.ROLL_BACK): S.ROLLING_BACK,
        (S.ROLLING_BACK, Event.ROLLED_BACK): S.ROLLED_BACK,
        (S.ROLLING_BACK, Event.PARK): S.NEEDS_ATTENTION,
    }
)


def can(request: Request, event: Event) -> bool:
    """Whether the table knows a way from the request's state by ``event``."""
    return (request.state, event) in TABLE


def _move(
    request: Request,
    event: Event,
    now: datetime,
    *,
    by: PersonRef | None,
    detail: str = "",
    to: RequestState | None = None,
) -> Request:
    """Take the way of the table, or raise WrongState. ``to`` stays in the state (a further stage waits)."""
    if not can(request, event):
        raise WrongState(state=request.state.value)
    return replace(
        request,
        state=to or TABLE[request.state, event],
        version=request.version + 1,
        updated_at=now,
        history=(*request.history, Happening(at=now, what=event.value, by=by, detail=detail)),
    )


def submit(request: Request, now: datetime) -> Request:
    """Hand a draft in. Its stages say who decides."""
    return _move(request, Event.SUBMIT, now, by=request.requester)


def approve(request: Request, by: PersonRef, now: datetime) -> Request:
    """Approve the current stage. Raises NotYours, WrongState."""
    policy.check_may_decide(request, by.id)
    decided = _decide_stage(request, StageState.APPROVED, by, now)
    more = any(stage.state is StageState.WAITING for stage in decided.stages)
    return _move(decided, Event.APPROVE, now, by=by, to=RequestState.PENDING if more else None)


def reject(request: Request, by: PersonRef, reason: str, now: datetime) -> Request:
    """Reject at the current stage. Raises NotYours, WrongState, ReasonMissing, TextTooLong."""
    policy.check_may_decide(request, by.id)
    reason = reason.strip()
    if is_blank(reason):
        raise ReasonMissing
    if len(reason) > PURPOSE_LIMIT:
        raise TextTooLong(what="the reason", limit=PURPOSE_LIMIT, length=len(reason))
    decided = _decide_stage(request, StageState.REJECTED, by, now, reason)
    return _move(decided, Event.REJECT, now, by=by, detail=reason)


def cancel(request: Request, by: PersonRef, now: datetime) -> Request:
    """Take the request back, until provisioning starts. Raises NotYours, WrongState."""
    policy.check_may_cancel(request, by.id)
    return _move(request, Event.CANCEL, now, by=by)


def expire(request: Request, now: datetime) -> Request:
    """End a request that nobody decided in time. Raises WrongState when it is too early or decided."""
    if now < request.expires_at:
        raise WrongState(state=request.state.value)
    return _move(request, Event.EXPIRE, now, by=None)


def start(request: Request, plan: tuple[Step, ...], now: datetime) -> Request:
    """Begin to provision with a plan that was made anew."""
    return replace(
        _move(request, Event.START, now, by=None), plan=plan, attention=None, runs=request.runs + 1
    )


def complete(request: Request, now: datetime) -> Request:
    """Everything is done and verified."""
    return _move(request, Event.COMPLETE, now, by=None, detail=request.number or "")


def park(request: Request, attention: Attention, now: datetime) -> Request:
    """Stop and ask people: the tenant refused something that trying again will not change."""
    return replace(_move(request, Event.PARK, now, by=None, detail=attention.words), attention=attention)


def retry(request: Request, by: PersonRef, now: datetime, *, is_admin: bool) -> Request:
    """Try the parked request again. Raises NotYours, WrongState."""
    policy.check_may_mend(request, by.id, is_admin=is_admin)
    return replace(_move(request, Event.RETRY, now, by=by), attention=None)


def roll_back(request: Request, by: PersonRef, now: datetime, *, is_admin: bool) -> Request:
    """Begin to undo what Switchboard changed for the parked request. Raises NotYours, WrongState."""
    policy.check_may_mend(request, by.id, is_admin=is_admin)
    moved = _move(request, Event.ROLL_BACK, now, by=by)
    return replace(moved, attention=None, runs=request.runs + 1)


def rolled_back(request: Request, now: datetime) -> Request:
    """Everything that Switchboard had changed is undone."""
    return _move(request, Event.ROLLED_BACK, now, by=None)


def progress(request: Request, step: Step, now: datetime) -> Request:
    """Replace the step of the same key; the state stays. Not a line of history: the plan shows it."""
    if request.state not in {RequestState.PROVISIONING, RequestState.ROLLING_BACK}:
        raise WrongState(state=request.state.value)
    plan = tuple(step if known.key == step.key else known for known in request.plan)
    return replace(request, plan=plan, version=request.version + 1, updated_at=now)


def exchange_number(
    request: Request, number: str, plan: tuple[Step, ...], notice: str, now: datetime
) -> Request:
    """Put another number in the place of one that the tenant refused, and say so on the card."""
    happening = Happening(at=now, what="number exchanged", detail=notice)
    return replace(
        request,
        number=number,
        plan=plan,
        version=request.version + 1,
        updated_at=now,
        notices=(*request.notices, notice),
        history=(*request.history, happening),
    )


def reach(
    request: Request, unreached: frozenset[str], stand_in: PersonRef | None, why: str, now: datetime
) -> Request:
    """Note whom of the current stage Teams cannot reach, and ask ``stand_in`` as well, who may decide too.

    Nothing changes when nothing is new, or when nobody is asked any more.
    """
    current = request.current_stage
    if current is None:
        return request
    known = {approver.id for approver in current.approvers}
    joins = stand_in is not None and stand_in.id not in known
    approvers = (*current.approvers, stand_in) if stand_in is not None and joins else current.approvers
    lost = tuple(approver for approver in approvers if approver.id in unreached)
    stage = replace(current, approvers=approvers, unreached=lost, why=why if joins else current.why)
    if stage == current:
        return request
    happening = (Happening(at=now, what="asked as well", detail=why),) if joins else ()
    return replace(
        request,
        stages=tuple(stage if known_stage is current else known_stage for known_stage in request.stages),
        version=request.version + 1,
        updated_at=now,
        history=(*request.history, *happening),
    )


def _decide_stage(
    request: Request, state: StageState, by: PersonRef, now: datetime, reason: str = ""
) -> Request:
    current = request.current_stage
    if current is None:
        raise WrongState(state=request.state.value)
    decided = replace(current, state=state, decided_by=by, decided_at=now, reason=reason)
    return replace(request, stages=tuple(decided if s is current else s for s in request.stages))
