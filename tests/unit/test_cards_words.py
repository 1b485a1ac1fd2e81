"""Words: every verb, state and step has its words, and text of people is shown as it was typed."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.parts import NAME, plain, unmarked
from cards.verbs import Verb
from cards.words import (
    BUTTONS,
    STATES,
    STEP_STATUSES,
    TYPED,
    lasted,
    money,
    phone,
    phone_at_home,
    readable,
    step_title,
    when,
)
from dialogs.understand import understand
from services.domain.location import Cost
from services.domain.request import RequestState
from services.domain.step import StepKind, StepStatus
from tests.unit.cards_stories import PLAN

ANYTHING = st.text(alphabet=st.characters())
"""With lone surrogates too, which JSON can carry and UTF-8 cannot."""


def test_every_verb_state_and_status_has_words() -> None:
    assert set(BUTTONS) == set(Verb)
    assert set(STATES) == set(RequestState)
    assert set(STEP_STATUSES) == set(StepStatus)


@pytest.mark.parametrize("typed", [typed for typed, _ in TYPED])
def test_what_help_tells_people_to_type_is_understood(typed: str) -> None:
    assert understand(typed).verb is not None


@pytest.mark.parametrize("kind", StepKind)
def test_every_step_says_what_it_does_before_and_after_a_number_is_chosen(kind: StepKind) -> None:
    step = replace(PLAN[2], kind=kind)
    assert step_title(step)
    assert "+44" not in step_title(replace(step, subject="Teams Phone", target=""), before_choice=True)


def test_a_number_that_is_not_promised_yet_is_not_named_in_the_plan() -> None:
    assert step_title(PLAN[2]) == "Assign +44 161 496 0117"
    assert step_title(PLAN[2], before_choice=True) == "Assign the number"


def test_times_are_said_in_utc_whatever_zone_they_come_in() -> None:
    there = datetime(2026, 11, 23, 9, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert when(there) == "23 Nov 2026, 14:05 UTC"
    assert when(there.replace(day=3)) == "3 Nov 2026, 14:05 UTC"


def test_costs_are_said_a_month() -> None:
    assert money(Cost(amount=Decimal("7.5"), currency="GBP")) == "GBP 7.50 a month"
    assert money(Cost(amount=Decimal(0), currency="GBP")) == "no extra cost"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "less than a minute"),
        (-5, "less than a minute"),
        (5, "5 min"),
        (125, "2 h 5 min"),
        (120, "2 h"),
        (1440 * 3 + 61, "3 d 1 h"),
        (1440 + 5, "1 d"),
    ],
)
def test_how_long_something_took_is_said_in_its_two_largest_units(minutes: int, said: str) -> None:
    assert lasted(timedelta(minutes=minutes)) == said


def test_titles_of_choices_lose_the_marks_that_some_clients_render() -> None:
    assert (
        unmarked("*Christie* [Cline](https://x.example) `SB`\n<b>")
        == "Christie Cline(https://x.example) SB b"
    )


def test_numbers_are_written_as_people_write_them() -> None:
    assert phone("+441614960117") == "+44 161 496 0117"
    assert phone_at_home("+442079460123") == "020 7946 0123 in GB"
    assert phone("unknown") == "unknown"
    assert phone_at_home("unknown") == ""
    assert readable("+441614960117 has just been taken.") == "+44 161 496 0117 has just been taken."
    assert readable("Use 1+1 or +44.") == "Use 1+1 or +44."


def test_ordinary_text_is_shown_as_typed() -> None:
    typed = "*Bold* _claims_ [link](https://x.example) # <b>Müller & Søn</b> 電話 👩‍💻"
    assert plain(typed) == typed


def test_text_cannot_turn_around_what_stands_beside_it() -> None:
    assert plain("Christie\u202e enilC\u200b\x07") == "Christie enilC"


def test_long_names_end_with_an_ellipsis() -> None:
    assert plain("x" * 200) == "x" * (NAME - 1) + "…"


@given(text=ANYTHING, limit=st.integers(min_value=1, max_value=500))
def test_any_text_can_be_sent_and_keeps_to_its_room(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert orjson.loads(orjson.dumps(shown)) == shown
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in shown.replace("\n", ""))


@given(
    before=ANYTHING, macro=st.sampled_from(["DATE", "TIME"]), hidden=st.sampled_from(["", "\u200b", "\x00"])
)
def test_a_date_that_somebody_typed_stays_what_they_typed(before: str, macro: str, hidden: str) -> None:
    shown = plain(f"{before}{{{hidden}{{{macro}(2017-02-14T06:08:39Z)}}}}", 5000)
    assert f"{{{{{macro}(" not in shown
