"""The parts of cards refuse what the library underneath would drop silently."""

from __future__ import annotations

import json

import pytest

from cards.elements import (
    AdaptiveCard,
    Column,
    ColumnSet,
    Container,
    Execute,
    Refresh,
    RichTextBlock,
    ShowCard,
    TextBlock,
    TextRun,
)
from cards.inputs import Choice, InputChoiceSet, InputDate, InputText, InputToggle
from tests.unit.cards_rules import check


def test_a_misspelt_property_raises_instead_of_vanishing() -> None:
    with pytest.raises(AttributeError, match="TextBlock has no property txet"):
        TextBlock(text="Hello", txet="Hello")


def test_a_property_that_is_misspelt_later_raises_too() -> None:
    block = TextBlock(text="Hello")
    with pytest.raises(AttributeError, match="wrapp"):
        block.wrapp = True


def test_a_property_of_the_library_that_is_not_checked_here_is_refused() -> None:
    with pytest.raises(AttributeError, match="isSubtle"):
        TextBlock(text="Hello", isSubtle=True)


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_a_value_of_the_wrong_type_raises(value: object) -> None:
    with pytest.raises(TypeError, match="wrap must be a bool"):
        TextBlock(text="Hello", wrap=value)


def test_yes_is_not_a_number() -> None:
    with pytest.raises(TypeError, match="maxLength"):
        InputText(id="purpose", label="Why", max_length=True)


def test_an_unknown_colour_raises() -> None:
    with pytest.raises(ValueError, match="color must be one of"):
        TextRun(text="Hello", color="red")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Container(items=[TextRun(text="a run outside of a paragraph")]),
        lambda: RichTextBlock(inlines=[TextBlock(text="a block within a paragraph")]),
        lambda: ColumnSet(columns=[Container(items=[])]),
        lambda: AdaptiveCard(body=[Execute(title="Menu", verb="menu")]),
        lambda: AdaptiveCard(body=[{"type": "TextBlock", "text": "an unchecked dict"}]),
    ],
)
def test_a_part_in_the_wrong_place_raises(build: object) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match="does not take a"):
        build()


@pytest.mark.parametrize(
    "build",
    [
        lambda: InputText(id="purpose"),
        lambda: InputText(label="Why"),
        lambda: InputChoiceSet(id="location", label=""),
        lambda: InputDate(id="since"),
        lambda: InputToggle(id="digest", label="Reminders"),
        lambda: Execute(title="Menu"),
        lambda: Execute(verb="menu"),
        lambda: ShowCard(title="Reject"),
        lambda: Choice(title="Manchester"),
        lambda: Refresh(),
    ],
)
def test_what_makes_no_sense_alone_is_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match="needs"):
        build()


@pytest.mark.parametrize(
    "build",
    [
        lambda: AdaptiveCard(refresh={"action": {"type": "Action.Execute", "verb": "request.show"}}),
        lambda: AdaptiveCard(refresh=Execute(title="Refresh", verb="request.show")),
        lambda: Refresh(action=ShowCard(title="Reject", card={"type": "AdaptiveCard"})),
    ],
)
def test_only_a_checked_action_refreshes_a_card(build: object) -> None:
    assert callable(build)
    with pytest.raises(TypeError, match="must be a"):
        build()


def test_a_whole_card_is_plain_json_that_keeps_the_rules() -> None:
    inner = AdaptiveCard(
        body=[InputText(id="reason", label="Why?", error_message="Say why.")],
        actions=[Execute(title="Reject", verb="request.reject", data={"id": "1", "version": 2})],
    )
    look = Execute(title="Refresh", verb="request.show", data={"id": "1"}, associated_inputs="none")
    card = AdaptiveCard(
        fallback_text="A card",
        speak="A card",
        body=[
            TextBlock(text="Title", style="heading", wrap=True),
            ColumnSet(columns=[Column(width="auto", items=[RichTextBlock(inlines=[TextRun(text="Hello")])])]),
        ],
        actions=[ShowCard(title="Reject", card=inner.to_inner())],
        refresh=Refresh(action=look),
    ).as_data()
    check(card)
    assert json.loads(json.dumps(card)) == card
    assert card["actions"][0]["card"]["body"][0]["errorMessage"] == "Say why."
    assert card["refresh"]["action"]["data"] == {"id": "1"}
