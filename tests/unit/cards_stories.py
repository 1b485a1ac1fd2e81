"""Christie asks, Megan decides: requests in every state, made by the same rules as in the product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from services.domain import approving, transitions
from services.domain.course import Course
from services.domain.location import Cost
from services.domain.offer import LocationChoice, NumberForm
from services.domain.person import Person
from services.domain.phone import LicenceHeld, PhoneView, PolicyHeld
from services.domain.request import Attention, Request, RequestKind, RequestState
from services.domain.stage import Stage, asked
from services.domain.step import Step, StepKind, StepStatus
from services.domain.view import RequestView, view_for

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
NUMBER = "+441614960117"
CHRISTIE = Person(
    id="christie", display_name="Christie Cline", user_principal_name="christie@contoso.example"
)
MEGAN = Person(id="megan", display_name="Megan Bowen", user_principal_name="megan@contoso.example")
ADMIN_ID = "admin"
BY_MANAGER = Stage(name="manager", approvers=asked(MEGAN.ref, why="manager"), why="manager")
POUNDS = Cost(amount=Decimal("7.50"), currency="GBP")

PLAN = (
    Step(
        key="join group:g1",
        kind=StepKind.JOIN_GROUP,
        subject="Prov_Teams_Phone_Manchester",
        target="g1",
    ),
    Step(key="wait for licence:p1", kind=StepKind.WAIT_FOR_LICENCE, subject="Teams Phone", target="p1"),
    Step(key="assign number", kind=StepKind.ASSIGN_NUMBER, subject=NUMBER, target=NUMBER),
    Step(key="verify", kind=StepKind.VERIFY, subject=NUMBER, target=NUMBER),
)

WAITING_PLAN = (
    replace(PLAN[0], status=StepStatus.DONE, changed=True),
    replace(
        PLAN[1],
        status=StepStatus.WAITING,
        detail="Microsoft 365 has not given the licence yet; this usually takes a few minutes",
        next_try=NOW + timedelta(minutes=2),
    ),
    *PLAN[2:],
)
DONE_PLAN = tuple(replace(step, status=StepStatus.DONE) for step in PLAN)
FAILED_PLAN = (
    WAITING_PLAN[0],
    replace(PLAN[1], status=StepStatus.NOTHING_TO_DO),
    replace(PLAN[2], status=StepStatus.FAILED, detail="User lacks appropriate licenses"),
    PLAN[3],
)
UNDONE_PLAN = (replace(FAILED_PLAN[0], status=StepStatus.UNDONE), *FAILED_PLAN[1:])

LACKS_LICENCE = Attention(
    step=f"Assign {NUMBER}",
    words="User 'christie@contoso.example' lacks appropriate licenses to assign a 'CallingPlan' number",
    what_to_do="Give the account a calling plan licence.",
    is_quoted=True,
)


def a_request(purpose: str = "Customers of the HR helpline call me back", **changes: object) -> Request:
    """A request that waits for Megan."""
    draft = Request(
        id="5e3d6f0a-8d0e-4f6e-9a52-1f6f6d1f0001",
        ref="SB-000123",
        kind=RequestKind.NUMBER,
        requester=CHRISTIE.ref,
        beneficiary=CHRISTIE.ref,
        purpose=purpose,
        location="Manchester",
        cost=POUNDS,
        created_at=NOW,
        updated_at=NOW,
        expires_at=NOW + timedelta(days=7),
        number=NUMBER,
        stages=(BY_MANAGER,),
        plan=PLAN,
    )
    return replace(transitions.submit(draft, NOW), **changes)  # type: ignore[arg-type]


def _provisioning(plan: tuple[Step, ...] = WAITING_PLAN) -> Request:
    return transitions.start(approving.approve(a_request(), MEGAN.ref, NOW), plan, NOW)


def _parked() -> Request:
    return transitions.park(_provisioning(FAILED_PLAN), LACKS_LICENCE, NOW)


def _rolling_back() -> Request:
    return transitions.roll_back(_parked(), CHRISTIE.ref, NOW, is_admin=False)


def _rolled_back() -> Request:
    return replace(transitions.rolled_back(_rolling_back(), NOW), plan=UNDONE_PLAN)


STORIES: dict[RequestState, Callable[[], Request]] = {
    RequestState.DRAFT: lambda: a_request(state=RequestState.DRAFT, history=()),
    RequestState.PENDING: a_request,
    RequestState.APPROVED: lambda: approving.approve(a_request(), MEGAN.ref, NOW),
    RequestState.PROVISIONING: _provisioning,
    RequestState.COMPLETED: lambda: transitions.complete(_provisioning(DONE_PLAN), NOW),
    RequestState.REJECTED: lambda: approving.reject(
        a_request(), MEGAN.ref, "Use the queue number of Manchester HR instead", NOW
    ),
    RequestState.EXPIRED: lambda: transitions.expire(a_request(), NOW + timedelta(days=7)),
    RequestState.CANCELLED: lambda: transitions.cancel(a_request(), CHRISTIE.ref, NOW),
    RequestState.NEEDS_ATTENTION: _parked,
    RequestState.ROLLING_BACK: _rolling_back,
    RequestState.ROLLED_BACK: _rolled_back,
}
"""One request in each state."""


def seen_by(request: Request, viewer_id: str = CHRISTIE.id, notice: str = "") -> RequestView:
    """The request as one of the people sees it."""
    return view_for(request, viewer_id, is_admin=viewer_id == ADMIN_ID, notice=notice)


def a_form(**changes: object) -> NumberForm:
    """Christie's form for Manchester."""
    form = NumberForm(
        form_id="5e3d6f0a-8d0e-4f6e-9a52-1f6f6d1f0002",
        person=CHRISTIE,
        location="Manchester",
        locations=(
            LocationChoice(name="Manchester", free=112),
            LocationChoice(name="London", free=48),
            LocationChoice(name="Seattle", free=0),
        ),
        numbers=tuple(f"+44161496{digits}" for digits in ("0117", "0118", "0122", "0131", "0144")),
        cost=POUNDS,
        plan=PLAN,
        course=Course(rule="manager", stages=(BY_MANAGER,)),
    )
    return replace(form, **changes)  # type: ignore[arg-type]


def a_phone(**changes: object) -> PhoneView:
    """What Christie has once she has her number."""
    view = PhoneView(
        person=CHRISTIE,
        numbers=(NUMBER,),
        voice_enabled=True,
        licensed=True,
        personas=("UK Standard", "Manchester Calling"),
        licences=(LicenceHeld(product="Teams Phone Standard", group="Prov_Phone"),),
        policies=(
            PolicyHeld(kind="TeamsCallingPolicy", name="AllowCalling_UK"),
            PolicyHeld(kind="TenantDialPlan", name="UK_Manchester", group="Prov_Phone"),
            PolicyHeld(kind="OnlineVoiceRoutingPolicy", name="UK_National", group="Prov_Phone"),
        ),
    )
    return replace(view, **changes)  # type: ignore[arg-type]
