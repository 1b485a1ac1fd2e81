"""Requests on their way through approvals: three stages, all of several, handed over, escalated, asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from services.domain import approving, transitions
from services.domain.person import PersonRef
from services.domain.preferences import ApproverPreferences
from services.domain.request import Happening, Question, Request
from services.domain.stage import Approval, Approver, Need, OnSilence, Stage, StageState, Timing, asked
from tests.unit.cards_stories import BY_MANAGER, CHRISTIE, MEGAN, NOW, a_request

LEE = PersonRef(id="lee", name="Lee Gu")
DEBRA = PersonRef(id="debra", name="Debra Berger")
DIEGO = PersonRef(id="diego", name="Diego Siciliani")
LATER = NOW + timedelta(hours=2, minutes=5)
DUE = NOW + timedelta(days=1)

COST_CENTRE = Stage(
    name="cost centre",
    approvers=asked(LEE, why="owner of the cost centre"),
    why="owner of the cost centre",
)
QUEUES = Stage(
    name="queues",
    approvers=(*asked(LEE, why="owner of HR Helpline"), *asked(DEBRA, why="owner of Front Desk")),
    why="owners of the queues",
    need=Need.ALL,
)


def through(*stages: Stage, **changes: object) -> Request:
    """A request handed in with these stages."""
    draft = a_request(stages=stages, state="draft", history=(), version=0)
    return replace(transitions.submit(draft, NOW), **changes)  # type: ignore[arg-type]


def three_stages() -> Request:
    """Megan waits to decide; two more come later."""
    return through(BY_MANAGER, COST_CENTRE, QUEUES)


def next_is_planned() -> Request:
    """Megan has approved; who comes next is not asked yet."""
    return approving.approve(three_stages(), MEGAN.ref, LATER)


def second_stage() -> Request:
    """Lee is asked, who has a day before others are asked as well."""
    request = next_is_planned()
    timing = Timing(limit_hours=8, on_silence=OnSilence.ESCALATE)
    return approving.ask(request, replace(COST_CENTRE, timing=timing, due_at=DUE), LATER)


def half_approved() -> Request:
    """Of two who must both approve, Lee has."""
    return approving.approve(through(QUEUES), LEE, LATER)


def delegated() -> Request:
    """Megan has handed it over to Lee."""
    to = Approver(id=LEE.id, name=LEE.name, why="in place of Megan Bowen")
    return approving.delegate(a_request(), MEGAN.ref, to, BY_MANAGER, LATER)


def escalated() -> Request:
    """Megan was silent for a day, so Debra is asked as well."""
    joins = [Approver(id=DEBRA.id, name=DEBRA.name, why="manager of Megan Bowen")]
    request = through(replace(BY_MANAGER, due_at=DUE, timing=Timing(limit_hours=8)))
    return approving.escalate(request, joins, BY_MANAGER, "Megan Bowen did not decide in time", DUE)


def questioned() -> Request:
    """Megan wants to know something, and Lee could decide too."""
    both = replace(BY_MANAGER, approvers=asked(MEGAN.ref, LEE, why="manager"))
    return approving.question(through(both), MEGAN.ref, "Which queue is it for?", LATER)


def answered() -> Request:
    """Christie has answered."""
    return approving.answer(questioned(), CHRISTIE.ref, "HR Helpline", LATER)


def unasked() -> Request:
    """The rule says that nobody need approve."""
    return transitions.approve_unasked(through(), "it costs at most 10 a month", NOW)


WAYS: dict[str, Callable[[], Request]] = {
    "three stages": three_stages,
    "next is planned": next_is_planned,
    "second stage": second_stage,
    "half approved": half_approved,
    "delegated": delegated,
    "escalated": escalated,
    "questioned": questioned,
    "answered": answered,
    "unasked": unasked,
}


def monstrous(text: str, state: StageState = StageState.WAITING) -> Request:
    """Everything about approvals at its most: many stages, people, questions and lines, with one text."""
    who = PersonRef(id=MEGAN.id, name=text)
    many = asked(*(PersonRef(id=f"a{place}", name=text) for place in range(30)), who, why=text)
    stage = Stage(
        name=text,
        approvers=many,
        why=text,
        need=Need.ALL,
        state=state,
        approvals=tuple(Approval(by=one.ref, at=NOW, seats=(one.id,)) for one in many[:20]),
        former=(who,) * 10,
        unreached=(who,) * 10,
        asked_at=NOW,
        due_at=DUE,
        escalations=3,
        decided_by=who if state in {StageState.APPROVED, StageState.REJECTED} else None,
        decided_at=NOW if state in {StageState.APPROVED, StageState.REJECTED} else None,
        reason=text[:500] if state is StageState.REJECTED else "",
    )
    before = replace(stage, state=StageState.APPROVED, decided_by=who, decided_at=NOW, reason="")
    after = replace(stage, state=StageState.PLANNED, approvals=())
    asks = Question(by=who, at=NOW, text=text[:500])
    done = replace(asks, answer=text[:500], answered_by=who, answered_at=NOW)
    return a_request(
        text[:500],
        requester=PersonRef(id="adele", name=text),
        beneficiary=PersonRef(id=CHRISTIE.id, name=text),
        location=text,
        stages=(*(before,) * 6, stage, *(after,) * 6),
        questions=(*(done,) * 9, asks),
        history=tuple(Happening(at=NOW, what=text, by=who, detail=text) for _ in range(60)),
    )


def some_preferences(**changes: object) -> ApproverPreferences:
    """Megan's: Lee stands in for her around Christmas."""
    chosen = ApproverPreferences(
        person_id=MEGAN.id,
        deputy=LEE,
        deputy_from=(NOW + timedelta(days=31)).date(),
        deputy_until=(NOW + timedelta(days=40)).date(),
        wants_digest=True,
    )
    return replace(chosen, **changes)  # type: ignore[arg-type]
