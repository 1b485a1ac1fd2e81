"""What happens to a stage: it is asked for, decided, handed over, escalated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from services.domain import policy
from services.domain.approval_errors import (
    AnswerMissing,
    CannotDecide,
    NothingAsked,
    QuestionMissing,
    QuestionOpen,
)
from services.domain.errors import NotYours, ReasonMissing, Refused, TextTooLong, WrongState
from services.domain.person import PersonRef
from services.domain.request import PURPOSE_LIMIT, Happening, Nudge, Question, Request, RequestState
from services.domain.stage import Approval, Approver, Need, Stage, StageState
from services.domain.text import is_blank
from services.domain.transitions import ASKED, Event, move


def ask(request: Request, stage: Stage, now: datetime) -> Request:
    """Put the stage, with those who are asked now, in the place of the planned one.

    Nobody is asked twice: an approval that one of them gave at an earlier stage counts here too, and may be
    all that is needed. Raises WrongState.
    """
    planned = _current(request, StageState.PLANNED)
    told = _nobody_for(planned)  # true no longer, now that somebody is asked
    request = replace(request, notices=tuple(notice for notice in request.notices if notice != told))
    given = tuple(_given_before(request, stage, now))
    begun = replace(stage, state=StageState.WAITING, asked_at=now, approvals=given)
    if given and (begun.need is Need.ONE or not begun.undecided):
        decided = replace(
            begun, state=StageState.APPROVED, asked_at=None, decided_by=given[0].by, decided_at=now
        )
        why = f"{policy.names([one.by for one in given])} approved it before"
        return _after_stage(_put(request, planned, decided), None, now, why)
    line = Happening(at=now, what=ASKED, detail=policy.who_and_why(begun.undecided, begun.why))
    return _nudge(_changed(_put(request, planned, begun), now, line), _met(request, begun.undecided))


def _given_before(request: Request, stage: Stage, now: datetime) -> Iterator[Approval]:
    """Approvals of those who are asked now, from earlier stages."""
    before = {one.by.id for done in request.stages for one in done.approvals}
    for who in stage.approvers:
        if who.id in before:
            yield Approval(by=who.ref, at=now, seats=who.fills)


def approve(request: Request, by: PersonRef, now: datetime) -> Request:
    """Approve the current stage. Raises NotYours, WrongState."""
    policy.check_may_decide(request, by.id)
    stage = _current(request, StageState.WAITING)
    approver = stage.approver(by.id)
    given = Approval(by=by, at=now, seats=approver.fills if approver else (by.id,))
    after = replace(stage, approvals=(*stage.approvals, given))
    if stage.need is Need.ALL and after.undecided:
        return move(_put(request, stage, after), Event.APPROVE, now, by=by, to=RequestState.PENDING)
    decided = replace(after, state=StageState.APPROVED, decided_by=by, decided_at=now)
    return _after_stage(_put(request, stage, decided), by, now)


def reject(request: Request, by: PersonRef, reason: str, now: datetime) -> Request:
    """Reject at the current stage. Raises NotYours, WrongState, ReasonMissing, TextTooLong."""
    policy.check_may_decide(request, by.id)
    reason = _checked(reason, "the reason", ReasonMissing())
    stage = _current(request, StageState.WAITING)
    decided = replace(stage, state=StageState.REJECTED, decided_by=by, decided_at=now, reason=reason)
    return move(_put(request, stage, decided), Event.REJECT, now, by=by, detail=reason)


def delegate(request: Request, by: PersonRef, to: Approver, when: Stage, now: datetime) -> Request:
    """Hand the decision over. ``when`` has the new limit and reminders.

    Raises NotYours, WrongState, CannotDecide.
    """
    policy.check_may_decide(request, by.id)
    if to.id in {request.requester.id, request.beneficiary.id}:
        raise CannotDecide(name=to.name, why="the request is their own")
    if to.id == by.id:
        raise CannotDecide(name=to.name, why="that is you")
    stage = _current(request, StageState.WAITING)
    giver = stage.approver(by.id)
    if giver is None:
        raise NotYours(who=policy.names(stage.undecided))
    others = tuple(who for who in stage.approvers if who.id != by.id)
    former = tuple(who for who in stage.former if who.id not in {by.id, to.id})
    after = replace(
        stage,
        approvers=joined(others, [replace(to, seats=giver.fills)]),
        former=(*former, by),
        due_at=when.due_at,
        reminders=when.reminders,
    )
    handed = Happening(at=now, what="delegated", by=by, detail=f"to {to.name}")
    return _nudge(_changed(_put(request, stage, after), now, handed), _met(request, [to]))


def escalate(request: Request, joins: Sequence[Approver], when: Stage, why: str, now: datetime) -> Request:
    """Ask others as well, since nobody decided in time; those asked before may still decide.

    Where nobody is left to ask it counts as no escalation: the card says of each that others were asked.
    ``why`` is a sentence. Raises WrongState when it is too early, or decided.
    """
    stage = _current(request, StageState.WAITING)
    if stage.due_at is None or now < stage.due_at:
        raise WrongState(state=request.state.value)
    after = replace(
        stage,
        approvers=joined(stage.approvers, joins),
        due_at=when.due_at,
        reminders=when.reminders,
        escalations=stage.escalations + bool(joins),
    )
    line = Happening(at=now, what="escalated", detail=why)
    return _nudge(_changed(_put(request, stage, after), now, line), _met(request, joins))


def nobody_to_ask(request: Request, now: datetime) -> Request:
    """Say on the card that nobody can be asked for the stage whose turn it is, once."""
    stage = _current(request, StageState.PLANNED)
    notice = _nobody_for(stage)
    if notice in request.notices:
        return request
    line = Happening(at=now, what="nobody to ask", detail=stage.name)
    return _changed(replace(request, notices=(*request.notices, notice)), now, line)


def remind(request: Request, but: Collection[str], now: datetime) -> Request:
    """Remind those whose decision is waited for, except ``but``, who are told in another way.

    Raises WrongState when no reminder is due.
    """
    stage = _current(request, StageState.WAITING)
    left = tuple(moment for moment in stage.reminders if moment > now)
    if left == stage.reminders:
        raise WrongState(state=request.state.value)
    whom = [who for who in stage.undecided if who.id not in but and who.ref not in stage.unreached]
    told = Happening(at=now, what="reminded", detail=policy.names(whom))
    changed = _put(request, stage, replace(stage, reminders=left))
    return _nudge(_changed(changed, now, *([told] if whom else [])), [who.id for who in whom])


def question(request: Request, by: PersonRef, text: str, now: datetime) -> Request:
    """Ask the requester something before deciding.

    Raises NotYours, WrongState, QuestionMissing, QuestionOpen, TextTooLong.
    """
    policy.check_may_decide(request, by.id)
    if request.awaited_question is not None:
        raise QuestionOpen(who=request.awaited_question.by.name)
    text = _checked(text, "the question", QuestionMissing())
    asked = replace(request, questions=(*request.questions, Question(by=by, at=now, text=text)))
    line = Happening(at=now, what="asked a question", by=by, detail=text)
    return _nudge(_changed(asked, now, line), [request.requester.id])


def answer(request: Request, by: PersonRef, text: str, now: datetime) -> Request:
    """Answer the open question; those who decide by now are told where its asker no longer does.

    Raises NotYours, WrongState, NothingAsked, AnswerMissing, TextTooLong.
    """
    policy.check_may_answer(request, by.id)
    asked = request.open_question
    if asked is None:
        raise NothingAsked
    text = _checked(text, "the answer", AnswerMissing())
    given = replace(asked, answer=text, answered_by=by, answered_at=now)
    line = Happening(at=now, what="answered", by=by, detail=text)
    answered = replace(request, questions=(*request.questions[:-1], given))
    stage = request.current_stage
    told = [asked.by] if request.awaited_question or stage is None else stage.undecided
    return _nudge(_changed(answered, now, line), _met(request, told))


def reach(
    request: Request, unreached: frozenset[str], stand_in: PersonRef | None, why: str, now: datetime
) -> Request:
    """Note whom of the current stage Teams cannot reach, and ask ``stand_in`` as well, who may decide too.

    Nothing changes when nothing is new, or when nobody is asked any more.
    """
    stage = request.current_stage
    if stage is None or stage.state is not StageState.WAITING:
        return request
    extra: list[Approver] = []
    if stand_in is not None and all(who.id != stand_in.id for who in stage.approvers):
        seats = tuple(seat for who in stage.undecided if who.id in unreached for seat in who.fills)
        extra = [Approver(id=stand_in.id, name=stand_in.name, why=why, seats=seats)]
    approvers = joined(stage.approvers, extra)
    lost = tuple(who.ref for who in approvers if who.id in unreached)
    after = replace(stage, approvers=approvers, unreached=lost)
    if after == stage:
        return request
    line = [Happening(at=now, what="asked as well", detail=policy.who_and_why([who])) for who in extra]
    return _changed(_put(request, stage, after), now, *line)


def joined(approvers: Iterable[Approver], joins: Iterable[Approver]) -> tuple[Approver, ...]:
    """All of them, each once: who is there already fills the further seats as well."""
    people = {who.id: who for who in approvers}
    for who in joins:
        known = people.get(who.id)
        if known is None:
            people[who.id] = who
        elif not set(who.fills) <= set(known.fills):
            people[who.id] = replace(known, seats=tuple(dict.fromkeys((*known.fills, *who.fills))))
    return tuple(people.values())


def _nobody_for(stage: Stage) -> str:
    return f'Nobody can be asked for "{stage.name}". A telecom admin has to set a fallback approver.'


def _current(request: Request, state: StageState) -> Stage:
    stage = request.current_stage
    if stage is None or stage.state is not state:
        raise WrongState(state=request.state.value)
    return stage


def _put(request: Request, old: Stage, new: Stage) -> Request:
    return replace(request, stages=tuple(new if stage is old else stage for stage in request.stages))


def _after_stage(request: Request, by: PersonRef | None, now: datetime, detail: str = "") -> Request:
    """One stage is approved: the next one comes, or the request is approved."""
    more = request.current_stage is not None
    return move(request, Event.APPROVE, now, by=by, detail=detail, to=RequestState.PENDING if more else None)


def _changed(request: Request, now: datetime, *lines: Happening) -> Request:
    return replace(request, version=request.version + 1, updated_at=now, history=(*request.history, *lines))


def _nudge(request: Request, ids: Collection[str]) -> Request:
    others = tuple(nudge for nudge in request.nudges if nudge.person_id not in ids)
    new = tuple(Nudge(person_id=person_id, version=request.version) for person_id in ids)
    return replace(request, nudges=(*others, *new))


def _met(request: Request, people: Iterable[PersonRef]) -> list[str]:
    """Those who have a card already, whom a change of it alone would not tell that it is their turn."""
    return [who.id for who in people if who.id in request.people]


def _checked(text: str, what: str, missing: Refused) -> str:
    text = text.strip()
    if is_blank(text):
        raise missing
    if len(text) > PURPOSE_LIMIT:
        raise TextTooLong(what=what, limit=PURPOSE_LIMIT, length=len(text))
    return text
