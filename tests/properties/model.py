"""Who may do what, said once more in the plainest words: the product must come to the same verdicts."""

from __future__ import annotations

from datetime import datetime

from services.domain.number import Number, NumberStatus
from services.domain.offer import NEXT_AVAILABLE
from services.domain.person import Person
from services.domain.request import Request
from services.domain.stage import StageState
from tests.fakes.tenant import FakeTenant
from tests.properties.company import ADMIN, FALLBACK, LOCATIONS, MANAGERS, PHONE_SKU
from tests.properties.system import System

OPEN = {"pending", "approved", "provisioning", "needs attention", "rolling back"}


def is_free(number: Number, now: datetime) -> bool:
    rested = (
        number.status is NumberStatus.RESTING
        and number.resting_until is not None
        and number.resting_until <= now
    )
    return number.discrepancy is None and (number.status is NumberStatus.FREE or rested)


def free_numbers(system: System, office: str) -> set[str]:
    """What somebody of the office may be given."""
    types, now = LOCATIONS.named(office).number_types, system.clock.now()
    numbers = [n for n in system.seen.numbers.values() if n.location == office and n.type in types]
    return {number.e164 for number in numbers if is_free(number, now)}


def may_press(button: str, request: Request, version: int, person_id: str) -> bool:
    if version != request.version:
        return False
    if button in {"approve", "reject"}:
        return _may_decide(request, person_id)
    if button == "cancel":
        untouched = request.state.value in {"pending", "approved"} and not request.runs
        return untouched and person_id == request.requester.id
    return request.state.value == "needs attention" and person_id in {request.requester.id, ADMIN.id}


def _may_decide(request: Request, person_id: str) -> bool:
    to_come = [s for s in request.stages if s.state in {StageState.PLANNED, StageState.WAITING}]
    waiting = [stage for stage in to_come[:1] if stage.state is StageState.WAITING]
    asked = {approver.id for approver in waiting[0].approvers} if waiting else set()
    own = {request.requester.id, request.beneficiary.id}
    return request.state.value == "pending" and person_id in asked - own


def may_talk(what: str, request: Request, person_id: str, heir_id: str) -> bool:
    """Whether the person may hand over to the heir, ask back, or answer."""
    asks = [question for question in request.questions if not question.answer]
    if what == "answer":
        is_theirs = person_id == request.requester.id
        return request.state.value == "pending" and is_theirs and bool(asks)
    if what == "ask":
        return _may_decide(request, person_id) and not asks
    parties = {request.requester.id, request.beneficiary.id, person_id}
    return _may_decide(request, person_id) and heir_id not in parties


def may_submit(system: System, person: Person, form: str, office: str, choice: str) -> bool:
    """Whether the form is taken in, or was and is shown again."""
    requests, free = system.seen.requests, free_numbers(system, office)
    if form in requests:
        return person.id in {*requests[form].people, ADMIN.id}
    if choice == NEXT_AVAILABLE:
        is_given = bool(free)
    else:
        is_given = choice in free and system.tenant.numbers[choice].target is None
    return (
        is_given
        and not any(r.beneficiary.id == person.id and r.state.value in OPEN for r in requests.values())
        and not system.tenant.numbers_of(person.id)
        and (person.id in MANAGERS or person.id != FALLBACK.id)
        and _has_licence(system.tenant, person.id)
    )


def _has_licence(tenant: FakeTenant, person_id: str) -> bool:
    holders = tenant.holders(PHONE_SKU)
    return person_id in holders or tenant.skus[PHONE_SKU].enabled != len(holders)
