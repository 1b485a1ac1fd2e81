"""Text that people typed: what of it can be seen."""

from __future__ import annotations

import sys
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import StringConstraints, TypeAdapter

from services.domain.text import is_blank

NOT_IGNORABLE = TypeAdapter(Annotated[str, StringConstraints(pattern=r"^\P{Default_Ignorable_Code_Point}*$")])
"""The Unicode property, which pydantic's expressions know and the standard library does not."""

SHOWS_NOTHING = (
    " \t\n\u00a0\u00ad\u200b\u2060\u2800\u3000\u3164\u115f\u1160\uffa0\ufe0f\u034f\u180b\U000e0100"
)


@pytest.mark.parametrize("character", SHOWS_NOTHING, ids=lambda character: f"U+{ord(character):04X}")
def test_what_shows_nothing_is_blank(character: str) -> None:
    assert is_blank(character)
    assert is_blank(f"  {character * 3} {character}")


def test_every_character_that_unicode_lets_be_ignored_is_blank() -> None:
    sendable = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    NOT_IGNORABLE.validate_python("".join(character for character in sendable if not is_blank(character)))


@given(st.text(alphabet=st.sampled_from(SHOWS_NOTHING)))
def test_any_mixture_of_them_is_blank_until_something_can_be_seen(nothing: str) -> None:
    assert is_blank(nothing)
    for seen in ("a", "é", "電", "👩‍💻", "❤\ufe0f", "1\ufe0f\u20e3", "⠁", "한"):
        assert not is_blank(f"{nothing}{seen}{nothing}")
