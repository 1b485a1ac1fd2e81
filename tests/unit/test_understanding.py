"""Typed words: exact, in other wordings, nearly right, and anything at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.verbs import Verb
from dialogs.understand import CHOICES, PHRASES, understand


@pytest.mark.parametrize(
    ("typed", "verb"),
    [
        ("menu", Verb.MENU),
        ("help", Verb.HELP),
        ("request a number", Verb.NUMBER_FORM),
        ("Request a Number!", Verb.NUMBER_FORM),
        ("  request   a number  ", Verb.NUMBER_FORM),
        ("reqest a nubmer", Verb.NUMBER_FORM),
        ("I need a phone number", Verb.NUMBER_FORM),
        ("my phone", Verb.MY_PHONE),
        ("my phne", Verb.MY_PHONE),
        ("my requests", Verb.MY_REQUESTS),
        ("approvals", Verb.APPROVALS),
        ("aprovals", Verb.APPROVALS),
    ],
)
def test_words_and_near_misses_are_understood(typed: str, verb: Verb) -> None:
    assert understand(typed).verb is verb


@pytest.mark.parametrize(
    ("typed", "verb", "ref"),
    [
        ("cancel SB-000123", Verb.CANCEL, "SB-000123"),
        ("cancel sb-123", Verb.CANCEL, "SB-000123"),
        ("Cancel request SB 123", Verb.CANCEL, "SB-000123"),
        ("SB-000007", Verb.SHOW, "SB-000007"),
        ("show SB7", Verb.SHOW, "SB-000007"),
    ],
)
def test_a_request_is_named_by_its_reference(typed: str, verb: Verb, ref: str) -> None:
    meaning = understand(typed)
    assert (meaning.verb, meaning.ref) == (verb, ref)


def test_what_is_only_similar_gets_the_nearest_choices() -> None:
    meaning = understand("release my number")
    assert meaning.verb is None
    assert Verb.MY_PHONE in meaning.choices


def test_what_nobody_understands_gets_everything() -> None:
    assert understand("xyzzy plugh").choices == CHOICES


@given(st.text(max_size=600))
def test_any_text_is_answered(typed: str) -> None:
    meaning = understand(typed)
    assert meaning.verb is not None or meaning.choices
    assert len(meaning.choices) <= len(CHOICES)


@given(st.sampled_from(sorted(PHRASES)), st.booleans())
def test_case_and_blanks_do_not_matter(phrase: str, shout: bool) -> None:
    typed = f"  {phrase.upper() if shout else phrase.title()} . "
    assert understand(typed).verb is PHRASES[phrase]
