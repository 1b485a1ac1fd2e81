"""Whatever people and the tenant type: it is shown as text, it fits, and every card keeps the rules."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.again import again_card
from cards.approvals import approvals_card
from cards.behalf import behalf_card
from cards.digest import digest_card
from cards.lists import my_requests_card
from cards.menu import menu_card, welcome_card
from cards.my_phone import my_phone_card
from cards.notice import notice_card
from cards.number_form import number_form_card
from cards.parts import plain
from cards.preferences import preferences_card
from cards.request import request_card
from services.domain.offer import LocationChoice
from services.domain.person import PersonRef
from services.domain.phone import PolicyHeld
from services.domain.preferences import PreferencesInput
from services.domain.request import Attention, Question, Request, RequestState
from services.domain.stage import Stage, StageState, asked
from services.domain.step import StepKind, StepStatus
from services.domain.waiting import Outcome, Waiting
from tests.unit.cards_personas import a_course, persona_cards_about
from tests.unit.cards_rules import check, markdown_texts, texts
from tests.unit.cards_stories import CHRISTIE, MEGAN, NOW, PLAN, STORIES, a_form, a_phone, a_request, seen_by

MARK = "¤"
"""Stands in no word of ours, so that typed text is recognised wherever it ends up."""

TYPED = st.text(alphabet=st.characters(), max_size=60).map(lambda text: f"{MARK}*x* [a](b) {text}")
WEIRD = (
    "𝕏" * 500,
    '"\\' * 250,
    "\n" * 500,
    "漢字" * 250,
    "\ud800" * 500,
    "{{DATE(2017-02-14T06:08:39Z)}}" * 16,
    "a" * 500,
    "👩‍💻" * 160,
)


def filled(request: Request, text: str, steps: int = 4, notices: int = 2) -> Request:
    """The request with the text in every place where a person or the tenant has a say."""
    requester = PersonRef(id=request.requester.id, name=text)
    (approver,) = asked(PersonRef(id=MEGAN.id, name=text), why=text)
    history = tuple(replace(entry, by=requester, detail=text) for entry in request.history)
    plan = tuple(
        replace(PLAN[0], key=f"{place}", subject=text, detail=text, status=StepStatus.WAITING, next_try=NOW)
        for place in range(steps)
    )
    return replace(
        request,
        requester=requester,
        beneficiary=PersonRef(id=request.beneficiary.id, name=text),
        purpose=text,
        location=text,
        stages=tuple(
            replace(
                stage,
                name=text,
                approvers=(approver, approver),
                former=(approver.ref,),
                unreached=(approver.ref,),
                why=text,
                decided_by=approver,
                reason=text,
                escalations=1,
            )
            for stage in request.stages
        ),
        plan=plan,
        history=history,
        notices=(text,) * notices,
        attention=Attention(step=text, words=text, what_to_do=text),
        questions=(a_question(text, text or "?"), a_question(text)),
    )


def a_question(text: str, answer: str = "") -> Question:
    """What somebody of that name asked."""
    who = PersonRef(id=MEGAN.id, name=text)
    return Question(by=who, at=NOW, text=text, answer=answer, answered_by=who, answered_at=NOW)


def cards_about(text: str) -> list[dict[str, Any]]:
    """Every card that shows something typed, with the text in all its places."""
    requests = [filled(story(), text) for story in STORIES.values()]
    place = text.encode(errors="ignore").decode() or "?"  # the locations file cannot hold surrogates
    form = a_form(
        person=replace(CHRISTIE, display_name=text),
        location=place,
        locations=(LocationChoice(name=place, free=2), LocationChoice(name="London", free=1)),
        plan=tuple(replace(step, subject=text) for step in PLAN),
        course=a_course(text),
        purpose=text,
        problem=text,
    )
    policies = [PolicyHeld(kind=kind, name=text, group=text) for kind in (text or "?", "TenantDialPlan")]
    return [
        *(
            request_card(seen_by(request, viewer, text), NOW)
            for request in requests
            for viewer in ("christie", "megan")
        ),
        number_form_card(form),
        number_form_card(replace(form, obstacle=text or "?")),
        number_form_card(replace(form, is_for_other=True)),
        my_phone_card(a_phone(policies=policies, numbers=(text,), open_request=requests[1])),
        my_requests_card(requests, CHRISTIE.id),
        my_requests_card(requests, "somebody else"),
        *approvals_about(requests, text),
        menu_card(text, 1, "SB-000123"),
        welcome_card(text),
        notice_card("That did not work", text),
        again_card(text or "?", None),
        *persona_cards_about(text),
    ]


def approvals_about(requests: list[Request], text: str) -> list[dict[str, Any]]:
    """What approvers see of several requests, and their settings."""
    pending = [request for request in requests if request.state is RequestState.PENDING]
    outcomes = tuple(Outcome(ref="SB-000007", is_done=done, words=text) for done in (True, False) * 5)
    many = Waiting(requests=tuple(pending * 10), count=200, page=3, outcomes=outcomes, problem=text)
    settings_ = PreferencesInput(deputy=text, since=text, until=text)
    return [
        approvals_card(many, MEGAN.id),
        digest_card(pending * 12, MEGAN.id, 12),
        preferences_card(settings_, text, text),
        behalf_card(text, text),
    ]


@settings(max_examples=25, deadline=None)
@given(text=TYPED)
def test_typed_text_is_never_where_markdown_is_rendered(text: str) -> None:
    for card in cards_about(text):
        check(card)
        assert not any(MARK in shown for shown in markdown_texts(card))
        assert MARK in texts(card), "the text itself has to be there"


@settings(max_examples=25, deadline=None)
@given(purpose=st.text(alphabet=st.characters(), min_size=1, max_size=500))
def test_the_approver_reads_the_whole_purpose(purpose: str) -> None:
    shown = texts(request_card(seen_by(filled(a_request(), "x" * 500), MEGAN.id), NOW))
    assert "x" * 500 in shown
    whole = texts(request_card(seen_by(a_request(purpose), MEGAN.id), NOW))
    assert plain(purpose, 500) in whole
    assert len(plain(purpose, 500)) <= len(purpose)


@pytest.mark.parametrize("text", WEIRD, ids=lambda text: ascii(text[:6]))
def test_the_longest_and_strangest_text_everywhere_still_fits(text: str) -> None:
    for card in [*cards_about(text), *persona_cards_about(text, 30)]:
        check(card)


@pytest.mark.parametrize("text", WEIRD, ids=lambda text: ascii(text[:6]))
@pytest.mark.parametrize("state", RequestState)
def test_twenty_long_steps_and_three_stages_still_fit(state: RequestState, text: str) -> None:
    request = filled(STORIES[state](), text * 4, steps=25, notices=20)
    stage = Stage(
        name="manager",
        approvers=asked(PersonRef(id=MEGAN.id, name=text), why=text),
        why=text,
        state=StageState.APPROVED,
        decided_by=PersonRef(id=MEGAN.id, name=text),
        decided_at=NOW,
    )
    card = request_card(seen_by(replace(request, purpose=text, stages=(stage, stage, *request.stages))), NOW)
    check(card)
    if state in {RequestState.PENDING, RequestState.PROVISIONING}:
        assert re.search(r"… and \d+ more steps\.", texts(card))


@pytest.mark.parametrize("kind", StepKind)
def test_a_number_that_is_no_number_is_shown_as_it_is(kind: StepKind) -> None:
    step = replace(PLAN[0], kind=kind, subject="not a number")
    card = request_card(seen_by(a_request(number="not a number", plan=(step,))), NOW)
    check(card)
    assert "not a number" in texts(card)


def test_an_empty_text_leaves_no_hole() -> None:
    card = request_card(seen_by(a_request("")), NOW)
    check(card)
    assert "–" in texts(card)


def test_somebody_whose_name_is_not_known_is_greeted_without() -> None:
    card = menu_card("", 0, None)
    check(card)
    assert "Hello. What" in texts(card)
