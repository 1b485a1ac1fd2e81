"""The life of a request: who may move it, from where to where, whatever anybody tries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain import approving, transitions
from services.domain.errors import NotYours, ReasonMissing, Refused, TextTooLong, WrongState
from services.domain.location import Cost
from services.domain.person import PersonRef
from services.domain.request import Attention, Request, RequestKind, RequestState
from services.domain.stage import Stage, StageState, Timing, asked
from services.domain.transitions import TABLE, Event
from services.domain.view import Deed, view_for

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CHRISTIE = PersonRef(id="christie", name="Christie Cline")
MEGAN = PersonRef(id="megan", name="Megan Bowen")
MIRIAM = PersonRef(id="miriam", name="Miriam Graham")
ALLAN = PersonRef(id="allan", name="Allan Deyoung")
EVERYBODY = (CHRISTIE, MEGAN, MIRIAM, ALLAN)
ATTENTION = Attention(step="Assign the number", words="It is taken", what_to_do="Ask an admin")


def draft(*approvers: PersonRef) -> Request:
    stages = tuple(
        Stage(name=who.name, approvers=asked(who, why="manager"), why="manager")
        for who in approvers or (MEGAN,)
    )
    return Request(
        id="r",
        ref="SB-000001",
        kind=RequestKind.NUMBER,
        requester=CHRISTIE,
        beneficiary=CHRISTIE,
        purpose="Suppliers call me",
        location="Manchester",
        cost=Cost(amount=Decimal("6.50"), currency="GBP"),
        created_at=NOW,
        updated_at=NOW,
        expires_at=NOW + timedelta(days=14),
        stages=stages,
    )


def pending(*approvers: PersonRef) -> Request:
    return transitions.submit(draft(*approvers), NOW)


def asked_next(request: Request) -> Request:
    """The stage that comes next, asked for."""
    stage = request.current_stage
    if stage is None:
        raise WrongState(state=request.state.value)
    return approving.ask(request, stage, NOW)


def handed_over(request: Request, who: PersonRef) -> Request:
    """The decision, handed to another."""
    (to,) = asked(MIRIAM if who is ALLAN else ALLAN, why="deputy")
    return approving.delegate(request, who, to, draft().stages[0], NOW)


Move = Callable[[Request, PersonRef], Request]
MOVES: dict[str, Move] = {
    "submit": lambda r, _: transitions.submit(r, NOW),
    "approve": lambda r, who: approving.approve(r, who, NOW),
    "reject": lambda r, who: approving.reject(r, who, "no", NOW),
    "ask next": lambda r, _: asked_next(r),
    "delegate": handed_over,
    "question": lambda r, who: approving.question(r, who, "Which queue?", NOW),
    "answer": lambda r, who: approving.answer(r, who, "HR", NOW),
    "cancel": lambda r, who: transitions.cancel(r, who, NOW),
    "expire": lambda r, _: transitions.expire(r, NOW + timedelta(days=15)),
    "start": lambda r, _: transitions.start(r, (), NOW),
    "complete": lambda r, _: transitions.complete(r, NOW),
    "park": lambda r, _: transitions.park(r, ATTENTION, NOW),
    "retry": lambda r, who: transitions.retry(r, who, NOW, is_admin=who is ALLAN),
    "roll back": lambda r, who: transitions.roll_back(r, who, NOW, is_admin=who is ALLAN),
    "rolled back": lambda r, _: transitions.rolled_back(r, NOW),
}


def test_christie_asks_megan_approves_and_it_is_provisioned() -> None:
    approved = approving.approve(pending(), MEGAN, NOW)
    assert approved.state is RequestState.APPROVED
    assert approved.stages[0].decided_by == MEGAN
    done = transitions.complete(transitions.start(approved, (), NOW), NOW)
    assert done.state is RequestState.COMPLETED
    assert [line.what for line in done.history] == [
        "submitted",
        "asked",
        "approved",
        "provisioning started",
        "completed",
    ]


def test_two_stages_are_asked_one_after_the_other() -> None:
    first = approving.approve(pending(MEGAN, MIRIAM), MEGAN, NOW)
    assert first.state is RequestState.PENDING
    with pytest.raises(NotYours):
        approving.approve(first, MEGAN, NOW)
    with pytest.raises(NotYours):
        approving.approve(first, MIRIAM, NOW)
    second = asked_next(first)
    assert approving.approve(second, MIRIAM, NOW).state is RequestState.APPROVED


def test_once_somebody_is_asked_the_card_says_no_more_that_nobody_can_be() -> None:
    first = replace(approving.approve(pending(MEGAN, MIRIAM), MEGAN, NOW), notices=("Another number.",))
    told = approving.nobody_to_ask(first, NOW)
    assert told.notices[1:] == (
        'Nobody can be asked for "Miriam Graham". A telecom admin has to set a fallback approver.',
    )
    assert asked_next(told).notices == ("Another number.",)
    assert approving.nobody_to_ask(told, NOW) == told, "it is said once"


def test_who_has_a_card_already_is_told_anew_when_it_is_their_turn() -> None:
    both = replace(
        draft().stages[0], approvers=asked(MEGAN, MIRIAM), timing=Timing(limit_hours=1), due_at=NOW
    )
    to_come = draft(MIRIAM, ALLAN).stages
    first = transitions.submit(replace(draft(), stages=(both, *to_come)), NOW)
    assert first.nudges == (), "a first card is news by itself"
    second = asked_next(approving.approve(first, MEGAN, NOW))
    assert second.nudged(MIRIAM.id) == second.version
    third = asked_next(approving.approve(second, MIRIAM, NOW))
    assert third.nudged(ALLAN.id) == 0
    (allan, miriam, megan) = asked(ALLAN, MIRIAM, MEGAN)
    handed = approving.delegate(third, ALLAN, megan, both, NOW)
    assert handed.nudged(MEGAN.id) == handed.version
    back = approving.delegate(handed, MEGAN, allan, both, NOW)
    assert back.nudged(ALLAN.id) == back.version
    more = approving.escalate(back, [miriam], both, "nobody decided", NOW)
    assert more.nudged(MIRIAM.id) == more.version


def test_the_second_approver_cannot_go_first() -> None:
    with pytest.raises(NotYours, match="Megan Bowen"):
        approving.approve(pending(MEGAN, MIRIAM), MIRIAM, NOW)


def test_nobody_approves_what_they_asked_for_even_when_they_are_named_as_approver() -> None:
    with pytest.raises(NotYours):
        approving.approve(pending(CHRISTIE), CHRISTIE, NOW)


def test_a_rejection_says_why() -> None:
    with pytest.raises(ReasonMissing):
        approving.reject(pending(), MEGAN, "   ", NOW)
    with pytest.raises(TextTooLong):
        approving.reject(pending(), MEGAN, "x" * 501, NOW)
    assert approving.reject(pending(), MEGAN, " Not now ", NOW).stages[0].reason == "Not now"


def test_it_is_too_late_to_cancel_once_provisioning_has_started() -> None:
    started = transitions.start(approving.approve(pending(), MEGAN, NOW), (), NOW)
    with pytest.raises(WrongState, match="provisioning"):
        transitions.cancel(started, CHRISTIE, NOW)


def test_it_is_too_late_to_cancel_what_is_tried_again() -> None:
    started = transitions.start(approving.approve(pending(), MEGAN, NOW), (), NOW)
    parked = transitions.park(started, Attention(step="verify", words="refused", what_to_do="ask"), NOW)
    retried = transitions.retry(parked, CHRISTIE, NOW, is_admin=False)
    with pytest.raises(WrongState, match="provisioning"):
        transitions.cancel(retried, CHRISTIE, NOW)


def test_a_request_does_not_expire_early() -> None:
    with pytest.raises(WrongState):
        transitions.expire(pending(), NOW + timedelta(days=13))


def test_an_admin_or_the_requester_mends_a_parked_request_and_the_approver_does_not() -> None:
    started = transitions.start(approving.approve(pending(), MEGAN, NOW), (), NOW)
    parked = transitions.park(started, ATTENTION, NOW)
    assert transitions.retry(parked, CHRISTIE, NOW, is_admin=False).state is RequestState.APPROVED
    assert transitions.roll_back(parked, ALLAN, NOW, is_admin=True).state is RequestState.ROLLING_BACK
    with pytest.raises(NotYours):
        transitions.retry(parked, MEGAN, NOW, is_admin=False)


def test_when_an_approver_cannot_be_reached_the_stand_in_may_decide_too() -> None:
    lost = frozenset({MEGAN.id})
    asked = approving.reach(pending(), lost, ALLAN, "manager, and the fallback approver", NOW)
    assert asked.stages[0].unreached == (MEGAN,)
    assert approving.approve(asked, ALLAN, NOW).state is RequestState.APPROVED
    assert approving.approve(asked, MEGAN, NOW).state is RequestState.APPROVED
    again = approving.reach(asked, lost, ALLAN, "manager, and the fallback approver", NOW)
    assert again == asked, "the same news is no news"
    assert approving.reach(asked, frozenset(), None, "", NOW).stages[0].unreached == ()


@pytest.mark.parametrize("reason", ["\u200b \u2060", "\u2800", "\u3164\ufe0f"])
def test_a_reason_that_nobody_can_see_is_none(reason: str) -> None:
    with pytest.raises(ReasonMissing):
        approving.reject(pending(), MEGAN, reason, NOW)


@given(st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from(EVERYBODY)), max_size=12))
def test_whatever_is_tried_the_table_and_the_versions_hold(tries: list[tuple[str, PersonRef]]) -> None:
    request = draft(MEGAN, MIRIAM)
    for name, who in tries:
        before = request
        try:
            request = MOVES[name](before, who)
        except Refused:
            continue
        ways = {to for (state, _), to in TABLE.items() if state is before.state} | {RequestState.PENDING}
        assert request.state in ways
        assert request.version == before.version + 1
        assert request.history[: len(before.history)] == before.history, "history only grows"
        for stage in request.stages:
            if stage.state in {StageState.APPROVED, StageState.REJECTED}:
                assert stage.decided_by is not None
                assert stage.decided_by.id in {who.id for who in stage.approvers}
                assert stage.decided_by not in {request.requester, request.beneficiary}


@given(
    st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.sampled_from(EVERYBODY)), max_size=12),
    st.sampled_from(EVERYBODY),
)
def test_a_card_offers_exactly_what_the_rules_allow(
    tries: list[tuple[str, PersonRef]], viewer: PersonRef
) -> None:
    request = draft(MEGAN, MIRIAM)
    for name, who in tries:
        try:
            request = MOVES[name](request, who)
        except Refused:
            continue
    deeds = view_for(request, viewer.id, is_admin=viewer is ALLAN).deeds
    named = {
        Deed.APPROVE: "approve",
        Deed.REJECT: "reject",
        Deed.DELEGATE: "delegate",
        Deed.ASK: "question",
        Deed.ANSWER: "answer",
        Deed.CANCEL: "cancel",
        Deed.RETRY: "retry",
        Deed.ROLL_BACK: "roll back",
    }
    for deed, name in named.items():
        try:
            MOVES[name](request, viewer)
        except Refused:
            assert deed not in deeds
        else:
            assert deed in deeds


def test_every_state_that_is_not_an_end_has_a_way_out() -> None:
    ends = {
        RequestState.COMPLETED,
        RequestState.REJECTED,
        RequestState.EXPIRED,
        RequestState.CANCELLED,
        RequestState.ROLLED_BACK,
    }
    assert {state for state, _ in TABLE} == set(RequestState) - ends
    assert all(isinstance(event, Event) for _, event in TABLE)


def test_progress_of_a_request_that_is_not_under_way_is_refused() -> None:
    with pytest.raises(WrongState):
        transitions.progress(replace(pending()), None, NOW)  # type: ignore[arg-type]
