"""Menu, welcome, help, notices, my phone, my requests, approvals."""

from __future__ import annotations

import pytest

from cards.again import wait_card
from cards.lists import SHOWN, my_requests_card
from cards.menu import help_card, menu_card, welcome_card
from cards.my_phone import my_phone_card
from cards.notice import notice_card
from cards.verbs import Verb
from cards.words import TYPED
from services.domain import approving
from services.domain.person import PersonRef
from services.domain.phone import LicenceHeld, PolicyHeld
from tests.unit.cards_rules import check, texts, verbs
from tests.unit.cards_stories import CHRISTIE, MEGAN, NOW, STORIES, a_phone, a_request

DIEGO = PersonRef(id="diego", name="Diego Siciliani")
MAIN = [Verb.NUMBER_FORM, Verb.PERSONA_FORM, Verb.MY_PHONE, Verb.MY_REQUESTS, Verb.APPROVALS, Verb.HELP]


def test_the_menu_greets_and_offers_what_exists() -> None:
    card = menu_card("Christie Cline", 0, None)
    check(card)
    assert "Hello Christie Cline." in texts(card)
    assert verbs(card) == [Verb.FOR_SOMEBODY, *MAIN]
    titles = [action["title"] for action in card["actions"]]
    assert titles == ["Request a number", "Change persona", "My phone", "My requests", "Approvals", "Help"]


@pytest.mark.parametrize(
    ("waiting", "sentence"),
    [(1, "1 request waits for your decision."), (12, "12 requests wait for your decision.")],
)
def test_the_menu_says_what_waits_for_the_person(waiting: int, sentence: str) -> None:
    card = menu_card("Megan Bowen", waiting, "SB-000123")
    check(card)
    assert sentence in texts(card)
    assert "Your request SB-000123 is under way." in texts(card)


def test_who_changes_a_menu_changes_nobody_elses() -> None:
    menu_card("Christie Cline", 0, None)["body"].clear()
    check(menu_card("Christie Cline", 0, None))


def test_the_welcome_says_what_switchboard_does_and_what_waits() -> None:
    card = welcome_card("Megan Bowen", 1, None)
    check(card)
    assert "Ask here for a phone number of your own in Teams." in texts(card)
    assert "1 request waits for your decision." in texts(card)
    assert verbs(card) == MAIN


def test_help_lists_everything_that_can_be_typed() -> None:
    card = help_card()
    check(card)
    for typed, purpose in TYPED:
        assert f"{typed} – {purpose}" in texts(card)


def test_a_notice_offers_the_next_steps() -> None:
    card = notice_card(
        "Did you mean one of these?", "I did not understand that.", [("My phone", Verb.MY_PHONE)]
    )
    check(card)
    assert [(action["title"], action["verb"]) for action in card["actions"]] == [("My phone", Verb.MY_PHONE)]


def test_something_that_takes_a_moment_says_so() -> None:
    card = wait_card((Verb.MY_PHONE, {}))
    check(card)
    assert "Looking at your account …" in texts(card)
    assert verbs(card) == [Verb.MY_PHONE, Verb.MENU], "and is no dead end if the answer never comes"


def test_my_phone_shows_the_number_and_what_belongs_to_it() -> None:
    card = my_phone_card(a_phone())
    check(card)
    shown = texts(card)
    for part in ("+44 161 496 0117", "Dial 0161 496 0117 in GB", "✓ On", "✓ Teams Phone", "UK_National"):
        assert part in shown
    assert Verb.NUMBER_FORM not in verbs(card)


def test_my_phone_says_where_everything_comes_from_and_what_hides_what() -> None:
    faulty = LicenceHeld(product="Domestic Calling Plan", group="Prov_US", fault="No unit of it is left.")
    direct = LicenceHeld(product="Office 365 E5")
    hiding = PolicyHeld(kind="CallingLineIdentity", name="Mine", hides="UK HR Manchester")
    default = PolicyHeld(kind="TeamsMeetingPolicy")
    view = a_phone()
    card = my_phone_card(
        a_phone(licences=(*view.licences, direct, faulty), policies=(*view.policies, default, hiding))
    )
    check(card)
    shown = " ".join(texts(card).split())
    for part in (
        "UK Standard, Manchester Calling",
        "Dial plan UK_Manchester from Prov_Phone",
        "Calling policy AllowCalling_UK assigned directly",
        "Caller ID Mine assigned directly ⚠ It hides UK HR Manchester, which your persona would bring.",
        "Meeting policy the organisation's default",
        "Teams Phone Standard from Prov_Phone",
        "Office 365 E5 assigned directly",
        "⚠ Domestic Calling Plan from Prov_US: No unit of it is left.",
    ):
        assert part in shown, part
    assert shown.index("It hides") < shown.index("Calling policy"), "what is wrong comes first"


def test_the_most_that_somebody_can_have_fits_into_a_card() -> None:
    long = "Ж" * 256
    card = my_phone_card(
        a_phone(
            personas=(long,) * 20,
            licences=[LicenceHeld(product=long, group=long, fault=long)] * 40,
            policies=[
                PolicyHeld(kind=f"Teams{n}{long}", name=long, group=long, hides=long) for n in range(40)
            ],
        )
    )
    check(card)


def test_without_a_number_my_phone_leads_to_one() -> None:
    card = my_phone_card(a_phone(numbers=(), voice_enabled=False, licensed=False, policies=()))
    check(card)
    assert "You have no phone number yet." in texts(card)
    assert "✕ No Teams Phone licence" in texts(card)
    assert Verb.NUMBER_FORM in verbs(card)


def test_while_a_request_is_under_way_my_phone_leads_to_it() -> None:
    request = a_request()
    card = my_phone_card(a_phone(numbers=(), open_request=request))
    check(card)
    assert "Your request SB-000123: pending" in texts(card)
    (show,) = [action for action in card["actions"] if action["verb"] == Verb.SHOW]
    assert show["data"] == {"id": request.id, "version": request.version}
    assert Verb.NUMBER_FORM not in verbs(card)


def test_many_policies_are_counted_not_cut_silently() -> None:
    card = my_phone_card(
        a_phone(policies=[PolicyHeld(kind=f"Teams{n}Policy", name="Global") for n in range(30)])
    )
    check(card)
    assert "… and 18 more." in texts(card)


def test_my_requests_lists_each_with_its_state_and_whom_it_waits_for() -> None:
    card = my_requests_card([story() for story in STORIES.values()], CHRISTIE.id)
    check(card)
    assert "SB-000123  ◔ Pending\n" in texts(card)
    assert "+44 161 496 0117 in Manchester, waiting for Megan Bowen. Asked on 23 Nov 2026" in texts(card)
    assert verbs(card).count(Verb.SHOW) == SHOWN
    assert f"… and {len(STORIES) - SHOWN} more" in texts(card)


def test_a_request_that_somebody_made_for_me_says_so() -> None:
    card = my_requests_card([a_request(requester=PersonRef(id="adele", name="Adele Vance"))], CHRISTIE.id)
    assert "asked for you by Adele Vance" in texts(card)


def test_who_has_no_requests_can_make_one() -> None:
    card = my_requests_card([], CHRISTIE.id)
    check(card)
    assert "You have not asked for anything yet." in texts(card)
    assert Verb.NUMBER_FORM in verbs(card)


def test_a_request_for_somebody_else_says_for_whom_and_what_is_asked() -> None:
    request = approving.question(a_request(beneficiary=DIEGO), MEGAN.ref, "Which queue?", NOW)
    card = my_requests_card([request], CHRISTIE.id)
    check(card)
    assert "in Manchester, for Diego Siciliani, waiting for Megan Bowen." in texts(card)
    assert "⚠ Megan Bowen asks you something." in texts(card)
    assert "asks you something" not in texts(my_requests_card([request], DIEGO.id))
