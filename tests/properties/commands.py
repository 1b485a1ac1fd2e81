"""What people, clocks and runs do.

A command is drawn without a look at the records and gets its meaning from them only when it is given, so that
whatever is drawn has the same shape in each replay, also when two commands at once end differently.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from services.domain.offer import NEXT_AVAILABLE
from services.domain.person import Person
from services.domain.request import Request
from services.domain.stage import StageState
from services.number_requests import FormInput
from services.provisioning import flows
from tests.properties.company import ADMIN, NUMBERS, OFFICES, PEOPLE, actor, disturb
from tests.properties.faults import Killed
from tests.properties.model import may_press, may_submit, may_talk
from tests.properties.system import System

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A command with its meaning. ``about`` is the id of its request.

    ``is_allowed`` is what the model expects; None when that is not for the model to say. ``is_atomic`` when
    it is one change, which a refusal must leave undone; ``is_idle`` when it must change nothing in any case.
    """

    call: Callable[[], Awaitable[object]]
    about: str = ""
    is_allowed: bool | None = None
    is_atomic: bool = False
    is_idle: bool = False
    is_run: bool = False


class Command(Protocol):
    def operation(self, system: System) -> Operation | None:
        """What it means as things stand; None when there is nothing that it could be about."""
        ...


@dataclass(frozen=True)
class Submit:
    """Somebody hands a form in: a new one, or the latest of all once more."""

    person: int
    office: int
    choice: int | None = None
    again: bool = False

    def operation(self, system: System) -> Operation:
        if not (self.again and system.forms):
            system.new_form()
        form, person, office = system.forms[-1], PEOPLE[self.person], OFFICES[self.office]
        choice = NEXT_AVAILABLE if self.choice is None else NUMBERS[self.choice]
        entered = FormInput(form_id=form, location=office, number=choice, purpose="Suppliers call me.")
        allowed = may_submit(system, person, form, office, choice)
        return Operation(
            call=lambda: system.number_requests.submit(actor(person), entered),
            about=form,
            is_allowed=None if system.tenant.outage else allowed,
            is_atomic=True,
            is_idle=form in system.seen.requests,
        )


FITTING = {
    "approve": {"pending"},
    "reject": {"pending"},
    "cancel": {"pending", "approved"},
    "retry": {"needs attention"},
    "roll back": {"needs attention"},
    "work": {"approved", "provisioning", "rolling back"},
}
"""In which states a command is to the point. Most of the time it is about a request in one of them."""

ROLES = ("requester", "beneficiary", "approver", "next approver", "admin", "stranger")
USUAL_ROLE = {
    "approve": "approver",
    "reject": "approver",
    "cancel": "requester",
    "retry": "admin",
    "roll back": "requester",
}


@dataclass(frozen=True)
class Press:
    """A button on a card that may be as many versions old as ``age`` says, or come from the future."""

    button: str
    which: int = 0
    role: str = ""
    age: int = 0
    about: str = ""

    def operation(self, system: System) -> Operation | None:
        request = _pick(system, self.button, self.which, self.about)
        if request is None:
            return None
        who = actor(_in_role(request, self.role or USUAL_ROLE[self.button]))
        version = request.version - self.age
        buttons: dict[str, Callable[[], Awaitable[object]]] = {
            "approve": lambda: system.approvals.approve(who, request.id, version),
            "reject": lambda: system.approvals.reject(who, request.id, version, "No budget."),
            "cancel": lambda: system.requests.cancel(who, request.id, version),
            "retry": lambda: system.requests.retry(who, request.id, version),
            "roll back": lambda: system.requests.roll_back(who, request.id, version),
        }
        return Operation(
            call=buttons[self.button],
            about=request.id,
            is_allowed=may_press(self.button, request, version, who.id),
            is_atomic=True,
        )


@dataclass(frozen=True)
class Work:
    """A run begins, or goes on from its beginning, for so many checkpoints; then its process is killed."""

    which: int = 0
    parts: int = 9
    is_late: bool = False
    mood: str = ""
    about: str = ""

    def operation(self, system: System) -> Operation | None:
        request = _pick(system, "work", self.which, self.about)
        if request is None:
            return None
        if self.mood:
            disturb(system.tenant, self.mood, request.number or "")
        begins = request.state.value == "approved"
        run = system.conductor.run(request.id, request.runs + begins - self.is_late)
        flow = flows.roll_back if request.state.value == "rolling back" else flows.provision
        return Operation(
            call=lambda: flow(system.conductor, run, _Checkpoints(self.parts)),
            about=request.id,
            is_idle=self.is_late or request.state.value not in FITTING["work"],
            is_run=True,
        )


class _Checkpoints:
    def __init__(self, left: int) -> None:
        self._left = left

    async def __call__(self, name: str, call: Callable[[], Coroutine[Any, Any, T | None]]) -> T | None:
        if not self._left:
            raise Killed
        self._left -= 1
        return await call()


@dataclass(frozen=True)
class Forward:
    """What a request waits for happens: the right person decides, its run goes on, or somebody mends it."""

    which: int
    parts: int
    back: bool
    mood: str

    def operation(self, system: System) -> Operation | None:
        opened = [request for request in system.seen.requests.values() if request.is_open]
        if not opened:
            return None
        request = opened[self.which % len(opened)]
        command: Command = Work(parts=self.parts, mood=self.mood, about=request.id)
        stage = request.current_stage
        if stage is not None and stage.state is StageState.PLANNED:
            command = Chase()
        elif stage is not None:
            command = Press("approve", about=request.id)
        elif request.state.value == "needs attention":
            command = Press("roll back" if self.back else "retry", about=request.id)
        return command.operation(system)


@dataclass(frozen=True)
class Chase:
    """The product does what is due: it asks for the next stage, reminds, escalates, ends."""

    def operation(self, system: System) -> Operation:
        return Operation(call=system.chaser.once)


@dataclass(frozen=True)
class Talk:
    """An approver hands over or asks back, or the requester answers; or somebody tries who may not."""

    what: str
    which: int = 0
    role: str = "approver"
    person: int = 0
    about: str = ""

    def operation(self, system: System) -> Operation | None:
        request = _pick(system, "approve", self.which, self.about)
        if request is None:
            return None
        who, heir = actor(_in_role(request, self.role)), PEOPLE[self.person]
        approvals, version = system.approvals, request.version
        words: dict[str, Callable[[], Awaitable[object]]] = {
            "delegate": lambda: approvals.delegate(who, request.id, version, heir.user_principal_name),
            "ask": lambda: approvals.ask(who, request.id, version, "For which customers?"),
            "answer": lambda: approvals.answer(who, request.id, version, "For suppliers."),
        }
        return Operation(
            call=words[self.what],
            about=request.id,
            is_allowed=None if system.tenant.outage else may_talk(self.what, request, who.id, heir.id),
            is_atomic=True,
        )


@dataclass(frozen=True)
class StandIn:
    """Teams cannot reach whoever is asked, so somebody is asked as well, be it the requester."""

    which: int = 0
    role: str = "requester"
    about: str = ""

    def operation(self, system: System) -> Operation | None:
        request = _pick(system, "approve", self.which, self.about)
        if request is None:
            return None
        stage, stand_in = request.current_stage, _in_role(request, self.role)
        lost = frozenset({stage.approvers[0].id} if stage else ())
        return Operation(call=lambda: system.approvals.note_reach(request, lost, stand_in), about=request.id)


@dataclass(frozen=True)
class Refresh:
    """Cards are brought up to date, and the notes about them cleared."""

    def operation(self, system: System) -> Operation:
        return Operation(call=lambda: _refresh(system))


async def _refresh(system: System) -> None:
    async with system.records.transaction() as tx:
        notes = await tx.posts.take_stale(len(system.forms))
    for note in notes:
        async with system.records.transaction() as tx:
            request = await tx.requests.get(note.request_id)
        system.shown[request.id] = max(request.version, system.shown.get(request.id, 0))
        async with system.records.transaction() as tx:
            await tx.posts.clear_stale(note)


def _pick(system: System, what: str, which: int, about: str) -> Request | None:
    if about:
        return system.seen.requests[about]
    requests = list(system.seen.requests.values())
    fitting = [request for request in requests if request.state.value in FITTING[what]]
    others = [request for request in requests if request not in fitting]
    choice: Sequence[Request] = (fitting + others[-1:]) or others
    return choice[which % len(choice)] if choice else None


def _in_role(request: Request, role: str) -> Person:
    waiting = [stage for stage in request.stages if stage.state is StageState.WAITING]
    ids = {
        "requester": request.requester.id,
        "beneficiary": request.beneficiary.id,
        "approver": (waiting or request.stages)[0].approvers[0].id,
        "next approver": request.stages[-1].approvers[-1].id,
        "admin": ADMIN.id,
        "stranger": next((one.id for one in reversed(PEOPLE) if one.id not in request.people), ADMIN.id),
    }
    return next(person for person in PEOPLE if person.id == ids[role])
