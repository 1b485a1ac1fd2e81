"""What waits for an approver: the list with its pages, the day's message, the settings; asking for others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cards.approvals import approvals_card
from cards.behalf import behalf_card
from cards.digest import digest_card
from cards.preferences import preferences_card
from cards.verbs import Verb
from services.domain.request import Request
from services.domain.stage import StageState
from services.domain.waiting import Outcome, Waiting
from tests.unit.cards_approvals import DIEGO, LEE, monstrous, questioned, second_stage, some_preferences
from tests.unit.cards_rules import check, of_type, texts, verbs
from tests.unit.cards_stories import CHRISTIE, MEGAN, NOW, STORIES, a_request
from tests.unit.test_cards_safety import WEIRD


def waiting(*requests: Request, **changes: Any) -> Waiting:
    """The one page, unless said otherwise."""
    return replace(Waiting(requests=requests, count=len(requests)), **changes)


def an_id(place: int) -> str:
    """As long as those of the product."""
    return f"5e3d6f0a-8d0e-4f6e-9a52-{place:012d}"


def many(count: int, request: Request | None = None) -> tuple[Request, ...]:
    """That many that wait for Megan."""
    one = request or a_request()
    return tuple(replace(one, id=an_id(place), ref=f"SB-{place:06d}") for place in range(count))


def opened(card: dict[str, Any]) -> list[str]:
    """The titles of the buttons that open a request."""
    return [action["title"] for action in of_type(card, "Action.Execute") if action["verb"] == Verb.SHOW]


def test_approvals_come_oldest_first_with_what_the_decision_rests_on() -> None:
    newer = a_request(ref="SB-000124", created_at=NOW + timedelta(hours=1))
    card = approvals_card(waiting(newer, a_request()), MEGAN.id)
    check(card)
    assert opened(card) == ["Open SB-000123", "Open SB-000124"]
    shown = texts(card)
    assert "2 requests wait for your decision." in shown
    assert "Christie Cline asks for +44 161 496 0117 in Manchester" in shown
    assert "Why: Customers of the HR helpline call me back" in shown
    assert "GBP 7.50 a month. Waiting since 23 Nov 2026, 14:05 UTC, ends 30 Nov" in shown


def test_approvals_leave_out_what_the_viewer_cannot_decide() -> None:
    decided = [story() for state, story in STORIES.items() if state != "pending"]
    card = approvals_card(waiting(*decided, a_request(), count=0), CHRISTIE.id)
    check(card)
    assert "Nothing waits for your decision." in texts(card)
    assert Verb.SHOW not in verbs(card)
    assert verbs(card) == [Verb.PREFERENCES, Verb.MENU]


def test_an_entry_says_the_stage_the_limit_the_question_and_for_whom() -> None:
    shown = texts(approvals_card(waiting(second_stage()), LEE.id))
    assert "Approval 2 of 3, cost centre" in shown
    assert "Waiting since 23 Nov 2026, 16:10 UTC; after 24 Nov 2026, 14:05 UTC others are asked" in shown
    shown = texts(approvals_card(waiting(replace(questioned(), beneficiary=DIEGO)), MEGAN.id))
    assert "Christie Cline asks for +44 161 496 0117 in Manchester for Diego Siciliani" in shown
    assert "Megan Bowen asked, no answer yet: Which queue is it for?" in shown


def test_one_alone_is_decided_on_its_own_card() -> None:
    card = approvals_card(waiting(a_request()), MEGAN.id)
    assert of_type(card, "Input.ChoiceSet") == []
    assert Verb.APPROVE_MANY not in verbs(card)


def test_several_can_be_chosen_and_decided_at_once() -> None:
    card = approvals_card(waiting(*many(3), page=0), MEGAN.id)
    check(card)
    (chosen,) = of_type(card, "Input.ChoiceSet")
    assert (chosen["id"], chosen["isMultiSelect"], chosen["style"]) == ("chosen", True, "expanded")
    assert "isRequired" not in chosen
    assert chosen["choices"][1] == {
        "title": "SB-000001 Christie Cline, number in Manchester",
        "value": f"{an_id(1)}:{a_request().version}",
    }
    approve, reject = card["actions"][:2]
    assert (approve["verb"], approve["data"]) == (Verb.APPROVE_MANY, {"page": 0})
    assert "associatedInputs" not in approve, "what is chosen has to come along"
    assert reject["title"] == "Reject selected"
    assert [field["id"] for field in of_type(reject["card"], "Input.Text")] == ["reason"]
    (confirm,) = reject["card"]["actions"]
    assert (confirm["verb"], confirm["data"]) == (Verb.REJECT_MANY, {"page": 0})
    assert "associatedInputs" not in confirm


@pytest.mark.parametrize(
    ("page", "shown", "ways"),
    [
        (0, "1–10 of 200", {"Next": 1}),
        (7, "71–80 of 200", {"Earlier": 6, "Next": 8}),
        (19, "191–200 of 200", {"Earlier": 18}),
    ],
)
def test_two_hundred_come_in_pages(page: int, shown: str, ways: dict[str, int]) -> None:
    card = approvals_card(waiting(*many(10), count=200, page=page), MEGAN.id)
    check(card)
    assert f"200 requests wait for your decision. {shown}, oldest first:" in texts(card)
    turns = {
        one["title"]: one["data"]["page"] for one in card["actions"] if one.get("verb") == Verb.APPROVALS
    }
    assert turns == ways


def test_a_page_that_is_empty_by_now_leads_back() -> None:
    card = approvals_card(waiting(count=3, page=1), MEGAN.id)
    check(card)
    assert "3 requests wait for your decision. None of them is on this page." in texts(card)
    assert card["actions"][0]["data"] == {"page": 0}


def test_how_it_went_with_each_is_on_top() -> None:
    outcomes = (
        Outcome(ref="SB-000007", is_done=True, words="Approved."),
        Outcome(ref="SB-000008", is_done=False, words="Only Lee Gu can do that."),
    )
    card = approvals_card(waiting(*many(2), outcomes=outcomes, problem="Choose at least one."), MEGAN.id)
    check(card)
    assert "✓ SB-000007: Approved.\n✕ SB-000008: Only Lee Gu can do that.\n" in texts(card)
    assert "⚠ Please correct: Choose at least one." in texts(card)


def test_a_choice_of_somebody_with_marks_in_the_name_shows_no_markdown() -> None:
    named = replace(a_request(), beneficiary=replace(CHRISTIE.ref, name="*C* [x](https://x.example)"))
    (chosen,) = of_type(approvals_card(waiting(*many(2, named)), MEGAN.id), "Input.ChoiceSet")
    assert chosen["choices"][0]["title"] == "SB-000000 C x(https://x.example), number in Manchester"


@pytest.mark.parametrize("text", WEIRD, ids=lambda text: ascii(text[:6]))
def test_a_full_page_of_the_longest_and_strangest_fits(text: str) -> None:
    page = many(10, monstrous(text, StageState.WAITING))
    outcomes = (Outcome(ref="SB-000007", is_done=False, words=text),) * 10
    card = approvals_card(waiting(*page, count=200, page=4, outcomes=outcomes, problem=text), MEGAN.id)
    check(card)
    assert len(opened(card)) == 10
    day = digest_card(page, MEGAN.id, 200)
    check(day)
    assert len(opened(day)) == 10


def test_the_message_of_the_day_says_how_many_wait_and_opens_the_oldest() -> None:
    newer = a_request(ref="SB-000124", created_at=NOW + timedelta(hours=1))
    card = digest_card([newer, a_request()], MEGAN.id, 3)
    check(card)
    assert texts(card).startswith(
        "Your approvals today: 3 requests wait for your decision\nSB-000123  Christie Cline"
    )
    assert "Waiting since 23 Nov 2026, 14:05 UTC, ends 30 Nov 2026, 14:05 UTC." in texts(card)
    assert opened(card) == ["Open SB-000123", "Open SB-000124"]
    assert "… and 1 more under Approvals." in texts(card)
    assert [action["verb"] for action in card["actions"]] == [Verb.APPROVALS, Verb.PREFERENCES, Verb.MENU]
    assert "1 request waits for your decision" in texts(digest_card([a_request()], MEGAN.id, 1))


def test_the_settings_show_what_was_chosen() -> None:
    card = preferences_card(some_preferences().as_entered, notice="Saved.")
    check(card)
    values = {node["id"]: node["value"] for node in card["body"] if "id" in node}
    assert values == {"deputy": "Lee Gu", "since": "2026-12-24", "until": "2027-01-02", "digest": "true"}
    assert "ℹ Saved." in texts(card)
    save = card["actions"][0]
    assert (save["title"], save["verb"], save["data"]) == ("Save", Verb.PREFERENCES_SUBMIT, {})
    assert "associatedInputs" not in save


def test_settings_of_somebody_who_has_none_can_be_left_empty() -> None:
    none = some_preferences(deputy=None, deputy_from=None, deputy_until=None, wants_digest=False)
    card = preferences_card(none.as_entered, problem="Write both days.")
    check(card)
    assert "⚠ Please correct: Write both days." in texts(card)
    fields = [node for node in card["body"] if "id" in node]
    assert [node.get("value", "") for node in fields] == ["", "", "", "false"]
    assert not any(node.get("isRequired") for node in fields)


def test_asking_for_somebody_else_starts_with_for_whom() -> None:
    card = behalf_card("Diego", 'Nobody in the organisation is called "Diego".')
    check(card)
    (who,) = of_type(card, "Input.Text")
    assert (who["id"], who["value"], who["isRequired"]) == ("who", "Diego", True)
    assert "never opened Teams" in texts(card)
    assert '⚠ Please correct: Nobody in the organisation is called "Diego".' in texts(card)
    ways = [(one["title"], one["verb"], "associatedInputs" in one) for one in card["actions"]]
    assert ways == [
        ("Request a number", Verb.NUMBER_FOR, False),
        ("Change persona", Verb.PERSONA_FOR, False),
        ("Menu", Verb.MENU, True),
    ]
