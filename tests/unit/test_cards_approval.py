"""A request on its way through approvals: everybody reads where it is, who is asked, and what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cards.request import request_card
from cards.verbs import Verb
from services.domain import approving, transitions
from services.domain.request import Happening, Request, RequestKind
from services.domain.stage import OnSilence, StageState, Timing, asked
from tests.unit.cards_approvals import (
    COST_CENTRE,
    DEBRA,
    DUE,
    LATER,
    LEE,
    QUEUES,
    WAYS,
    answered,
    delegated,
    escalated,
    half_approved,
    monstrous,
    next_is_planned,
    questioned,
    second_stage,
    three_stages,
    through,
    unasked,
)
from tests.unit.cards_personas import a_change
from tests.unit.cards_rules import check, of_type, texts, verbs
from tests.unit.cards_stories import ADMIN_ID, BY_MANAGER, CHRISTIE, MEGAN, NOW, a_request, seen_by
from tests.unit.test_cards_safety import WEIRD

PEOPLE = (CHRISTIE.id, MEGAN.id, LEE.id, DEBRA.id, ADMIN_ID)


def card_of(request: Request, viewer_id: str = CHRISTIE.id) -> dict[str, Any]:
    """The card of one of the people, which keeps the rules."""
    card = request_card(seen_by(request, viewer_id), LATER)
    check(card)
    return card


def words(request: Request, viewer_id: str = CHRISTIE.id) -> str:
    """What one of the people reads."""
    return texts(card_of(request, viewer_id))


def unfolded(card: dict[str, Any], title: str) -> dict[str, Any]:
    """The card behind one of the buttons."""
    (inner,) = [action["card"] for action in card["actions"] if action["title"] == title]
    assert isinstance(inner, dict)
    return inner


@pytest.mark.parametrize("viewer_id", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_has_a_card_for_everyone(way: str, viewer_id: str) -> None:
    card = card_of(WAYS[way](), viewer_id)
    assert "History" in [action["title"] for action in card["actions"]]


def test_the_stages_to_come_are_foreseen() -> None:
    shown = words(three_stages())
    assert "Approval 1 of 3, manager.\nIt waits for Megan Bowen to approve." in shown
    assert "1. ◔ Waiting for Megan Bowen (manager)" in shown
    assert "2. ○ Then: Lee Gu (owner of the cost centre)" in shown
    assert "3. ○ Then: Lee Gu (owner of HR Helpline) and Debra Berger (owner of Front Desk)" in shown
    assert "Asked so far" not in shown, "nobody but who is waited for"


def test_between_two_stages_somebody_is_looked_for() -> None:
    shown = words(next_is_planned())
    assert "Approval 2 of 3, cost centre.\nSwitchboard is finding out who approves next." in shown
    assert "1. ✓ Approved by Megan Bowen (manager), 23 Nov 2026, 16:10 UTC" in shown
    assert "2. ○ Next: Lee Gu (owner of the cost centre)" in shown


@pytest.mark.parametrize(
    ("silence", "sentence"),
    [
        (OnSilence.ESCALATE, "by 24 Nov 2026, 14:05 UTC, others are asked as well; it ends on 30 Nov 2026"),
        (OnSilence.FALLBACK, "by 24 Nov 2026, 14:05 UTC, the fallback approver is asked as well; it ends"),
        (OnSilence.EXPIRE, "Without a decision it ends on 24 Nov 2026, 14:05 UTC."),
    ],
)
def test_it_says_until_when_and_what_then(silence: OnSilence, sentence: str) -> None:
    request = through(replace(BY_MANAGER, due_at=DUE, timing=Timing(limit_hours=8, on_silence=silence)))
    assert sentence in words(request)
    assert sentence in words(request, MEGAN.id)


def test_a_limit_after_the_end_of_the_request_is_none() -> None:
    late = replace(BY_MANAGER, due_at=NOW + timedelta(days=8), timing=Timing(limit_hours=99))
    assert "Without a decision it ends on 30 Nov 2026" in words(through(late))


def test_what_ended_at_a_limit_names_the_limit_and_not_a_day_that_is_to_come() -> None:
    timing = Timing(limit_hours=8, on_silence=OnSilence.EXPIRE)
    expired = transitions.expire(through(replace(BY_MANAGER, due_at=DUE, timing=timing)), DUE)
    assert "Nobody decided by 24 Nov 2026, 14:05 UTC" in words(expired)


def test_the_requester_sees_who_was_asked_so_far_and_the_approver_does_not() -> None:
    assert "Asked so far: Megan Bowen and Lee Gu" in words(second_stage())
    assert "Asked so far" not in words(second_stage(), LEE.id)


def test_where_all_must_approve_it_says_who_has_and_who_is_missing() -> None:
    shown = words(half_approved())
    assert "It waits for Debra Berger to approve." in shown
    assert "✓ Approved by Lee Gu (owner of HR Helpline), 23 Nov 2026, 16:10 UTC" in shown
    assert "◔ Waiting for Debra Berger (owner of Front Desk)" in shown
    assert "All of them must approve." in shown
    assert "It waits for Lee Gu and Debra Berger to approve." in words(through(QUEUES))


def test_once_all_have_approved_each_of_them_is_named() -> None:
    shown = words(approving.approve(half_approved(), DEBRA, LATER))
    assert "✓ Approved by Lee Gu (owner of HR Helpline)" in shown
    assert "✓ Approved by Debra Berger (owner of Front Desk)" in shown


def test_handing_over_is_said_with_who_did() -> None:
    shown = words(delegated())
    assert "◔ Waiting for Lee Gu (in place of Megan Bowen)\nHanded over by Megan Bowen" in shown
    assert "Megan Bowen handed the decision over: to Lee Gu" in shown


def test_escalation_is_said_in_words() -> None:
    shown = words(escalated())
    assert "It waits for Megan Bowen or Debra Berger to approve." in shown
    assert "Waiting for Megan Bowen (manager) or Debra Berger (manager of Megan Bowen)" in shown
    assert "Nobody decided in time, so others were asked as well." in shown


def test_who_decided_before_counts_with_the_reason_of_the_stage() -> None:
    waits = next_is_planned()
    planned = waits.current_stage
    assert planned is not None
    also_megan = replace(planned, approvers=asked(MEGAN.ref, why="owner of the cost centre"))
    passed = approving.ask(waits, also_megan, LATER)
    assert "2. ✓ Approved by Megan Bowen (owner of the cost centre), 23 Nov" in words(passed)


def test_what_was_not_asked_any_more_is_not_promised() -> None:
    shown = words(approving.reject(three_stages(), MEGAN.ref, "Use the queue", LATER))
    assert "1. ✕ Rejected by Megan Bowen (manager), 23 Nov 2026, 16:10 UTC" in shown
    assert "2. ○ Not asked: Lee Gu (owner of the cost centre)" in shown
    cancelled = words(transitions.cancel(three_stages(), CHRISTIE.ref, LATER))
    assert "1. ○ Not decided: Megan Bowen (manager)" in cancelled


def test_that_no_approval_was_needed_is_said_with_the_reason() -> None:
    assert "✓ No approval needed: it costs at most 10 a month" in words(unasked())
    assert "Switchboard is finding out who approves." in words(through())


def test_a_stage_of_before_says_the_reason_of_the_stage() -> None:
    old = replace(BY_MANAGER, approvers=(replace(BY_MANAGER.approvers[0], why=""),))
    assert "◔ Waiting for Megan Bowen (manager)" in words(through(old))


def test_of_many_who_are_asked_a_few_are_named() -> None:
    many = replace(BY_MANAGER, approvers=tuple(replace(BY_MANAGER.approvers[0], id=f"{n}") for n in range(9)))
    assert "Megan Bowen, Megan Bowen or 4 more to approve." in words(through(many))
    assert "Megan Bowen or 4 more (manager)" in words(through(many))


def test_the_requester_answers_and_the_others_read_that_they_need_not_wait() -> None:
    asked = card_of(questioned())
    assert "⚠ Megan Bowen asks you something before deciding: press Answer." in texts(asked)
    assert "Megan Bowen asked on 23 Nov 2026, 16:10 UTC: Which queue is it for?" in texts(asked)
    answer = unfolded(asked, "Answer")
    assert [node["id"] for node in of_type(answer, "Input.Text")] == ["answer"]
    assert [action["verb"] for action in answer["actions"]] == [Verb.ANSWER]
    seen = card_of(questioned(), LEE.id)
    assert "It waits for Christie Cline's answer. You can decide all the same." in texts(seen)
    assert Verb.APPROVE in verbs(seen)
    assert Verb.ASK not in verbs(seen), "one question at a time"


def test_an_answer_stays_on_the_card() -> None:
    card = card_of(answered(), MEGAN.id)
    assert "→ Christie Cline answered on 23 Nov 2026, 16:10 UTC: HR Helpline" in texts(card)
    assert Verb.ASK in verbs(card)


def test_a_question_that_was_decided_without_waits_for_nobody() -> None:
    shown = words(approving.approve(questioned(), LEE, LATER))
    assert "It was not answered." in shown
    assert "It waits for" not in shown


@pytest.mark.parametrize(
    ("title", "name", "verb"),
    [("Delegate", "to", Verb.DELEGATE), ("Ask a question", "question", Verb.ASK)],
)
def test_an_approver_can_hand_over_and_ask(title: str, name: str, verb: Verb) -> None:
    request = a_request(version=7)
    inner = unfolded(card_of(request, MEGAN.id), title)
    (field,) = of_type(inner, "Input.Text")
    assert (field["id"], field["isRequired"]) == (name, True)
    (button,) = inner["actions"]
    assert (button["verb"], button["data"]) == (verb, {"id": request.id, "version": 7})
    assert "associatedInputs" not in button


def test_what_the_approver_may_do_comes_first_and_fits() -> None:
    titles = [action["title"] for action in card_of(a_request(), MEGAN.id)["actions"]]
    assert titles == ["Approve", "Reject", "Delegate", "Ask a question", "History", "Approvals"]


def test_the_history_says_who_did_what_when_and_how_long_it_took() -> None:
    inner = unfolded(card_of(second_stage()), "History")
    assert texts(inner).split("\n") == [
        "23 Nov 2026, 14:05 UTC  Christie Cline handed it in",
        "23 Nov 2026, 14:05 UTC  Switchboard asked: Megan Bowen (manager)",
        "23 Nov 2026, 16:10 UTC  Megan Bowen approved",
        "23 Nov 2026, 16:10 UTC  Switchboard asked: Lee Gu (owner of the cost centre)",
        "How long approvals took",
        "manager: 2 h 5 min",
        "cost centre: less than a minute so far",
    ]
    assert verbs(inner) == []


def test_the_newest_of_a_long_history_are_shown_and_the_others_counted() -> None:
    history = tuple(Happening(at=NOW, what="reminded", detail=f"no. {place}") for place in range(40))
    shown = texts(unfolded(card_of(a_request(history=history)), "History")).split("\n")
    assert shown[0] == "15 earlier lines are not shown."
    assert [one.rpartition(" ")[2] for one in shown[1:26]] == [f"{place}" for place in range(15, 40)]


def test_history_shrinks_before_anything_else() -> None:
    long = "x" * 500
    history = tuple(Happening(at=NOW, what="asked", by=MEGAN.ref, detail=long) for _ in range(25))
    steps = tuple(replace(step, detail=long) for step in a_request().plan * 2)
    card = card_of(a_request(long, history=history, plan=steps, location=long))
    assert texts(card).count(long) == 2 + len(steps), "what the decision rests on stays whole"
    assert long not in texts(unfolded(card, "History"))


@pytest.mark.parametrize("text", WEIRD, ids=lambda text: ascii(text[:6]))
@pytest.mark.parametrize("state", StageState)
def test_the_most_of_everything_still_fits(state: StageState, text: str) -> None:
    for viewer_id in ("adele", CHRISTIE.id, MEGAN.id):
        request = monstrous(text, state)
        card_of(request, viewer_id)
        card_of(replace(request, kind=RequestKind.PERSONA, change=a_change(text, 9)), viewer_id)
        card_of(replace(request, stages=(COST_CENTRE, *request.stages), notices=(text,) * 9), viewer_id)
