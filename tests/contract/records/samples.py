"""Requests, numbers and messages for the stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from services.domain import transitions
from services.domain.location import Cost
from services.domain.number import Number, NumberStatus, NumberType
from services.domain.person import PersonRef
from services.domain.request import Attention, Nudge, Question, Request, RequestKind
from services.domain.stage import Stage, asked
from services.domain.step import Step, StepKind, StepStatus
from services.ports import Place, Post, Records

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
TYPES = (NumberType.CALLING_PLAN, NumberType.DIRECT_ROUTING)

CHRISTIE = PersonRef(id="00000000-0000-4000-8000-000000000001", name="Christie Cline")
DEBRA = PersonRef(id="00000000-0000-4000-8000-000000000002", name="Debra Berger")
MIRIAM = PersonRef(id="00000000-0000-4000-8000-000000000003", name="Miriam Graham")
PATTI = PersonRef(id="00000000-0000-4000-8000-000000000004", name="Patti Fernandez")


def employee(number: int) -> PersonRef:
    return PersonRef(id=f"00000000-0000-4000-9000-{number:012}", name=f"Employee {number}")


def a_draft(number: int = 1, by: PersonRef = CHRISTIE, at: datetime = START) -> Request:
    """A request of one stage that Miriam decides."""
    return Request(
        id=f"request-{number}",
        ref=f"SB-{number:06}",
        kind=RequestKind.NUMBER,
        requester=by,
        beneficiary=by,
        purpose="Suppliers must be able to call me back.",
        location="Manchester",
        cost=Cost(amount=Decimal("12.50"), currency="GBP"),
        created_at=at,
        updated_at=at,
        expires_at=at + WEEK,
        stages=(Stage(name="manager", approvers=asked(MIRIAM), why="manager"),),
    )


def a_request(number: int = 1, by: PersonRef = CHRISTIE, at: datetime = START) -> Request:
    """The same, handed in."""
    return transitions.submit(a_draft(number, by, at), at)


def a_full_request() -> Request:
    """A request with something in every field."""
    step = Step(
        key="assign number:+441615550123",
        kind=StepKind.ASSIGN_NUMBER,
        subject="+441615550123",
        target="+441615550123",
        status=StepStatus.WAITING,
        detail='the tenant says: "busy"\n\tand more \u2028 ü 🙂',
        next_try=START + timedelta(microseconds=1),
        changed=True,
        facts={"operation": "https://graph.example/operations('1')"},
    )
    return replace(
        a_request(),
        cost=Cost(amount=Decimal("0.10"), currency="EUR"),
        number="+441615550123",
        plan=(step,),
        notices=("Asked the fallback approver.",),
        attention=Attention(step="assign number", words="refused", what_to_do="buy a licence"),
        runs=2,
        questions=(Question(by=MIRIAM, at=START, text="For how long?", answer="Ein Jahr; länger nicht."),),
        nudges=(Nudge(person_id=MIRIAM.id, version=2),),
    )


def a_number(number: int = 1, **fields: object) -> Number:
    plain = Number(
        e164=f"+44161555{number:04}",
        type=NumberType.DIRECT_ROUTING,
        location="Manchester",
        country="GB",
        status=NumberStatus.FREE,
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # what replace takes


def a_post(request_id: str = "request-1", activity: int = 1, version: int = 1, born: int = 1) -> Post:
    return Post(
        request_id=request_id,
        person_id=CHRISTIE.id,
        conversation_id="a:1chat\tof|Christie",
        activity_id=f"activity-{activity}",
        version=version,
        born=born,
    )


def a_place(service_url: str = "https://smba.example/emea/") -> Place:
    return Place(
        person_id=CHRISTIE.id,
        service_url=service_url,
        conversation_id="a:1chat",
        tenant_id="tenant",
        bot_id="28:bot",
        channel_id="msteams",
    )


async def add_numbers(records: Records, count: int) -> list[Number]:
    numbers = [a_number(number) for number in range(1, count + 1)]
    async with records.transaction() as tx:
        await tx.numbers.put(numbers)
    return numbers


async def add_request(records: Records, request: Request) -> Request:
    async with records.transaction() as tx:
        await tx.requests.add(request)
    return request


async def get_request(records: Records, request_id: str) -> Request:
    async with records.transaction() as tx:
        return await tx.requests.get(request_id)
