"""The card of a request: it says what happens now, what it waits for, and who can move it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.request import request_card
from cards.verbs import Verb
from cards.words import STEP_STATUSES
from services.domain.person import PersonRef
from services.domain.request import Attention, Request, RequestState
from services.domain.step import StepStatus
from services.domain.view import Deed, RequestView
from services.storage.documents import Codec
from tests.unit.cards_rules import check, of_type, texts, verbs
from tests.unit.cards_stories import (
    ADMIN_ID,
    CHRISTIE,
    MEGAN,
    NOW,
    NUMBER,
    PLAN,
    STORIES,
    WAITING_PLAN,
    a_request,
    seen_by,
)

VERB_OF = {
    Deed.APPROVE: Verb.APPROVE,
    Deed.REJECT: Verb.REJECT,
    Deed.DELEGATE: Verb.DELEGATE,
    Deed.ASK: Verb.ASK,
    Deed.ANSWER: Verb.ANSWER,
    Deed.CANCEL: Verb.CANCEL,
    Deed.RETRY: Verb.RETRY,
    Deed.ROLL_BACK: Verb.ROLL_BACK,
}
TOGETHER = (
    (Deed.APPROVE, Deed.REJECT, Deed.DELEGATE, Deed.ASK),
    (Deed.ANSWER, Deed.CANCEL),
    (Deed.RETRY, Deed.ROLL_BACK),
)
"""What one person may do at once: more than Teams shows is never among it."""

PEOPLE = (CHRISTIE.id, MEGAN.id, ADMIN_ID)


def words(request: Request, viewer_id: str = CHRISTIE.id, notice: str = "") -> str:
    """What one of the people reads on the card."""
    return texts(request_card(seen_by(request, viewer_id, notice), NOW))


@pytest.mark.parametrize("viewer_id", PEOPLE)
@pytest.mark.parametrize("state", RequestState)
def test_every_state_has_a_card_for_everyone_that_keeps_the_rules(
    state: RequestState, viewer_id: str
) -> None:
    card = request_card(seen_by(STORIES[state](), viewer_id), NOW)
    check(card)
    shown = texts(card)
    assert "SB-000123" in shown
    assert f" {state.value.capitalize()}\n" in shown
    assert state.value.capitalize() in card["speak"]


@given(
    state=st.sampled_from(RequestState),
    deeds=st.sampled_from(TOGETHER).flatmap(lambda deeds: st.frozensets(st.sampled_from(deeds))),
    viewer_id=st.sampled_from(PEOPLE),
)
def test_only_what_the_viewer_may_do_has_a_button(
    state: RequestState, deeds: frozenset[Deed], viewer_id: str
) -> None:
    view = RequestView(request=STORIES[state](), viewer_id=viewer_id, deeds=deeds)
    card = request_card(view, NOW)
    check(card)
    offered = [verb for verb in verbs(card) if verb in VERB_OF.values()]
    assert sorted(offered) == sorted(VERB_OF[deed] for deed in deeds)
    folded = [action["title"] for action in card["actions"] if action["type"] == "Action.ShowCard"]
    assert ("History" in folded) is (state is not RequestState.DRAFT), "whoever looks may see what happened"


@pytest.mark.parametrize("viewer_id", PEOPLE)
@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.PENDING])
def test_a_decided_request_cannot_be_decided_from_its_card(state: RequestState, viewer_id: str) -> None:
    shown = verbs(request_card(seen_by(STORIES[state](), viewer_id), NOW))
    assert Verb.APPROVE not in shown
    assert Verb.REJECT not in shown


def test_buttons_carry_the_request_and_the_version_that_was_seen() -> None:
    request = a_request(version=7)
    actions = of_type(request_card(seen_by(request, MEGAN.id), NOW), "Action.Execute")
    deciding = [action for action in actions if action["verb"] in {Verb.APPROVE, Verb.REJECT}]
    assert [action["data"] for action in deciding] == [{"id": request.id, "version": 7}] * 2


def test_the_approver_sees_who_what_why_how_much_and_the_exact_plan() -> None:
    shown = words(a_request(), MEGAN.id)
    for part in (
        "It waits for your decision.",
        "Christie Cline",
        "+44 161 496 0117  (0161 496 0117 in GB)",
        "Manchester",
        "Customers of the HR helpline call me back",
        "GBP 7.50 a month",
        "Join the group Prov_Teams_Phone_Manchester",
        "Wait for the Teams Phone licence",
        "Assign +44 161 496 0117",
        "ends on 30 Nov 2026, 14:05 UTC",
    ):
        assert part in shown


def test_rejecting_takes_a_reason_and_approving_does_not_wait_for_it() -> None:
    card = request_card(seen_by(a_request(), MEGAN.id), NOW)
    assert [part["type"] for part in card["body"] if part["type"].startswith("Input.")] == []
    (inner,) = [action["card"] for action in card["actions"] if action["title"] == "Reject"]
    (reason,) = of_type(inner, "Input.Text")
    assert reason["id"] == "reason"
    assert reason["isRequired"] is True
    assert [action["verb"] for action in inner["actions"]] == [Verb.REJECT]
    assert "associatedInputs" not in inner["actions"][0], "the reason has to come along"


def test_the_requester_sees_whom_it_waits_for_and_may_cancel() -> None:
    card = request_card(seen_by(a_request()), NOW)
    assert "It waits for Megan Bowen to approve." in texts(card)
    assert Verb.CANCEL in verbs(card)


def test_a_waiting_step_says_why_and_until_when() -> None:
    shown = words(STORIES[RequestState.PROVISIONING]())
    assert "Step 2 of 4, waiting: Wait for the Teams Phone licence" in shown
    assert "Microsoft 365 has not given the licence yet" in shown
    assert "Next look: 23 Nov 2026, 14:07 UTC" in shown


def test_a_look_that_is_due_is_not_promised_for_the_past() -> None:
    late = (WAITING_PLAN[0], replace(WAITING_PLAN[1], next_try=NOW - timedelta(seconds=1)), *WAITING_PLAN[2:])
    assert "Next look: any moment" in words(replace(STORIES[RequestState.PROVISIONING](), plan=late))


def test_the_beneficiary_can_dial_and_the_approver_reads_who_can() -> None:
    done = STORIES[RequestState.COMPLETED]()
    assert "You can dial now:\n+44 161 496 0117" in words(done)
    assert "Christie Cline can dial now:\n+44 161 496 0117" in words(done, MEGAN.id)


def test_a_rejected_request_tells_by_whom_and_why_and_lets_ask_again() -> None:
    card = request_card(seen_by(STORIES[RequestState.REJECTED]()), NOW)
    assert "Rejected by Megan Bowen on 23 Nov 2026, 14:05 UTC." in texts(card)
    assert "Reason: Use the queue number of Manchester HR instead" in texts(card)
    assert Verb.NUMBER_FORM in verbs(card)


def test_a_cancelled_request_tells_who_cancelled_it() -> None:
    assert "Cancelled by Christie Cline on 23 Nov 2026" in words(STORIES[RequestState.CANCELLED]())


@pytest.mark.parametrize("state", [RequestState.REJECTED, RequestState.EXPIRED, RequestState.CANCELLED])
def test_what_will_not_happen_is_not_on_the_card(state: RequestState) -> None:
    shown = words(STORIES[state]())
    assert "Join the group" not in shown
    assert "Planned" not in shown


def test_a_parked_request_says_where_in_whose_words_and_what_to_do() -> None:
    shown = words(STORIES[RequestState.NEEDS_ATTENTION]())
    assert "It stopped at: Assign +44 161 496 0117" in shown
    assert "Microsoft 365 says: User 'christie@contoso.example' lacks appropriate licenses" in shown
    assert "What to do: Give the account a calling plan licence." in shown
    assert "press Retry" in shown


def test_words_of_switchboard_are_not_put_into_microsofts_mouth() -> None:
    parked = STORIES[RequestState.NEEDS_ATTENTION]()
    ours = Attention(step="Look at what is there already", words="No number is free.", what_to_do="Add one.")
    shown = words(replace(parked, attention=ours))
    assert "Why: No number is free." in shown
    assert "Microsoft 365 says" not in shown


def test_a_request_that_was_parked_before_the_words_had_an_author_is_still_read() -> None:
    kept = {"step": "Look at what is there already", "words": "No number is free.", "what_to_do": "Add one."}
    read = Codec(Attention, "requests").decode(kept)
    assert (read.words, read.is_quoted) == ("No number is free.", False)


def test_who_cannot_mend_a_parked_request_reads_who_can() -> None:
    shown = words(STORIES[RequestState.NEEDS_ATTENTION](), MEGAN.id)
    assert "Christie Cline or a telecom admin can retry it or roll it back." in shown


def test_after_a_roll_back_nothing_is_planned_any_more() -> None:
    shown = words(STORIES[RequestState.ROLLED_BACK]())
    assert "Join the group Prov_Teams_Phone_Manchester  Undone" in shown
    assert "Planned" not in shown


@pytest.mark.parametrize("status", StepStatus)
def test_every_status_of_a_step_is_said_in_a_word(status: StepStatus) -> None:
    plan = (replace(PLAN[0], status=status), *PLAN[1:])
    shown = words(replace(STORIES[RequestState.PROVISIONING](), plan=plan))
    assert f"Prov_Teams_Phone_Manchester  {STEP_STATUSES[status][1]}" in shown


def test_a_request_for_somebody_else_names_both() -> None:
    shown = words(a_request(requester=PersonRef(id="adele", name="Adele Vance")), MEGAN.id)
    assert "Christie Cline" in shown
    assert "Adele Vance" in shown


def test_everyone_reads_the_notices_and_the_doer_what_came_of_it() -> None:
    handed = replace(a_request(), notices=(f"{NUMBER} was in use already.",))
    shown = words(handed, notice="This card was out of date, so nothing was changed.")
    assert "ℹ +44 161 496 0117 was in use already." in shown
    assert "ℹ This card was out of date, so nothing was changed." in shown


def test_an_open_request_says_as_of_when_it_is_shown() -> None:
    assert "As of 23 Nov 2026, 14:05 UTC" in words(a_request())
    assert "As of" not in words(STORIES[RequestState.COMPLETED]())


@pytest.mark.parametrize("state", RequestState)
def test_a_card_refreshes_when_it_is_looked_at_until_the_request_has_ended(state: RequestState) -> None:
    request = STORIES[state]()
    card = request_card(seen_by(request), NOW)
    asked_for = card["refresh"]["action"]["data"] if "refresh" in card else None
    assert asked_for == ({"id": request.id} if request.is_open else None)
