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
from services.domain.errors import WrongState
from services.domain.person import PersonRef
from services.domain.request import Attention, Happening, Request, RequestState
from services.domain.stage import StageState
from services.domain.step import Step


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


ASKED = "asked"
"""The line of history about who is asked for a stage."""

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


def move(
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
    """Hand a draft in. Its stages say who decides, the first of them now."""
    submitted = move(request, Event.SUBMIT, now, by=request.requester)
    if not request.stages:
        return submitted
    first, *later = request.stages
    asked = replace(first, state=StageState.WAITING, asked_at=now)
    planned = (replace(stage, state=StageState.PLANNED, asked_at=None) for stage in later)
    line = Happening(at=now, what=ASKED, detail=policy.who_and_why(asked.approvers, asked.why))
    return replace(submitted, stages=(asked, *planned), history=(*submitted.history, line))


def approve_unasked(request: Request, why: str, now: datetime) -> Request:
    """Approve a request that was handed in without stages: the rule says why nobody need be asked."""
    if request.stages:
        raise WrongState(state=request.state.value)
    return move(request, Event.APPROVE, now, by=None, detail=why)


def cancel(request: Request, by: PersonRef, now: datetime) -> Request:
    """Take the request back, until provisioning starts. Raises NotYours, WrongState."""
    policy.check_may_cancel(request, by.id)
    return move(request, Event.CANCEL, now, by=by)


def expire(request: Request, now: datetime) -> Request:
    """End a request that nobody decided in time. Raises WrongState when it is too early or decided."""
    if now < request.ends_at:
        raise WrongState(state=request.state.value)
    return move(request, Event.EXPIRE, now, by=None)


def start(request: Request, plan: tuple[Step, ...], now: datetime) -> Request:
    """Begin to provision with a plan that was made anew."""
    return replace(move(request, Event.START, now, by=None), plan=plan, attention=None, runs=request.runs + 1)


def complete(request: Request, now: datetime) -> Request:
    """Everything is done and verified."""
    return move(request, Event.COMPLETE, now, by=None, detail=request.number or "")


def park(request: Request, attention: Attention, now: datetime) -> Request:
    """Stop and ask people: the tenant refused something that trying again will not change."""
    return replace(move(request, Event.PARK, now, by=None, detail=attention.words), attention=attention)


def retry(request: Request, by: PersonRef, now: datetime, *, is_admin: bool) -> Request:
    """Try the parked request again. Raises NotYours, WrongState."""
    policy.check_may_mend(request, by.id, is_admin=is_admin)
    return replace(move(request, Event.RETRY, now, by=by), attention=None)


def roll_back(request: Request, by: PersonRef, now: datetime, *, is_admin: bool) -> Request:
    """Begin to undo what Switchboard changed for the parked request. Raises NotYours, WrongState."""
    policy.check_may_mend(request, by.id, is_admin=is_admin)
    moved = move(request, Event.ROLL_BACK, now, by=by)
    return replace(moved, attention=None, runs=request.runs + 1)


def rolled_back(request: Request, now: datetime) -> Request:
    """Everything that Switchboard had changed is undone."""
    return move(request, Event.ROLLED_BACK, now, by=None)


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
