"""Reads an Adaptive Card as a Teams client does, and finds what a client would drop or show badly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

Card = dict[str, Any]

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MAX_CARD_BYTES = 28 * 1024
MAX_PRIMARY_ACTIONS = 6
MAX_REFRESH_USERS = 60

_ELEMENTS = {
    "AdaptiveCard", "TextBlock", "RichTextBlock", "TextRun", "Image", "ImageSet", "Container", "ColumnSet",
    "Column", "FactSet", "Fact", "ActionSet", "Table", "TableRow", "TableCell", "TableColumnDefinition",
    "Icon", "Badge", "ProgressBar", "ProgressRing", "Carousel", "CarouselPage", "CodeBlock",
    "CompoundButton", "Rating", "Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle",
    "Input.ChoiceSet", "Input.Choice", "Action.Execute", "Action.Submit", "Action.OpenUrl",
    "Action.ShowCard", "Action.ToggleVisibility", "Action.ResetInputs", "Data.Query",
}  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """An element and where it stands: whether it is shown, and inside which Action.ShowCard, if any."""

    element: Card
    shown: bool
    show_cards: tuple[int, ...]


def placed(card: Card) -> Iterator[Placed]:
    """Yield every element, action and input of a card, outer ones first."""
    yield from _walk(card, shown=True, show_cards=())


def _walk(node: Any, *, shown: bool, show_cards: tuple[int, ...]) -> Iterator[Placed]:
    if isinstance(node, list):
        for item in node:
            yield from _walk(item, shown=shown, show_cards=show_cards)
    elif isinstance(node, dict):
        shown = shown and node.get("isVisible", True) is not False
        yield Placed(node, shown, show_cards)
        if node.get("type") == "Action.ShowCard":
            show_cards = (*show_cards, id(node))
        for name, child in node.items():
            if name not in {"data", "metadata", "msteams", "choices.data"}:
                yield from _walk(child, shown=shown and name != "refresh", show_cards=show_cards)


def texts(card: Card) -> list[str]:
    """Return what can be read on the card before anything is pressed, from top to bottom."""
    found: list[str] = []
    for at in placed(card):
        if at.shown and not at.show_cards:
            element = at.element
            kind = str(element.get("type", ""))
            if kind.startswith("Input."):
                found.append(str(element.get("label", "")))
            elif kind in {"TextBlock", "TextRun", "Badge", "CodeBlock"}:
                found.append(str(element.get("text", "")))
            elif not kind and {"title", "value"} == element.keys() & {"title", "value"}:
                found += [str(element["title"]), str(element["value"])]
    return found


def buttons(card: Card) -> list[Placed]:
    """Return the buttons a person can press, those behind an Action.ShowCard among them."""
    return [at for at in placed(card) if at.shown and str(at.element.get("type")).startswith("Action.")]


def inputs(card: Card) -> list[Placed]:
    """Return the inputs of a card."""
    return [
        at for at in placed(card) if str(at.element.get("type")).startswith("Input.") and "id" in at.element
    ]


def faults(card: Card) -> list[str]:
    """Return what is wrong with a card, in sentences; nothing for a good one."""
    found: list[str] = []
    if card.get("type") != "AdaptiveCard" or card.get("version") != "1.5":
        found.append("the card is no AdaptiveCard of version 1.5")
    size = len(orjson.dumps(card))
    if size >= MAX_CARD_BYTES:
        found.append(f"the card has {size} bytes, Teams takes less than {MAX_CARD_BYTES}")
    for at in placed(card):
        found += [f"{at.element.get('type')}: {fault}" for fault in _element_faults(at.element)]
    for name, count in Counter(at.element["id"] for at in inputs(card)).items():
        if count > 1:
            found.append(f"{count} inputs have the id {name!r}")
    primary = [action for action in card.get("actions", []) if action.get("mode") != "secondary"]
    if len(primary) > MAX_PRIMARY_ACTIONS:
        found.append(f"{len(primary)} primary actions, Teams shows {MAX_PRIMARY_ACTIONS}")
    return found


def _element_faults(element: Card) -> list[str]:
    kind = str(element.get("type", ""))
    found: list[str] = []
    if "type" in element and kind not in _ELEMENTS and not kind.startswith("Chart."):
        found.append("no client knows this type")
    if kind == "TextBlock":
        found += _text_faults(element)
    elif kind.startswith("Input."):
        found += [f"{name} is missing" for name in ("id", "label") if not element.get(name)]
    elif kind == "Image" and not element.get("altText"):
        found.append("altText is missing")
    elif kind.startswith("Action."):
        found += _action_faults(kind, element)
    if kind == "Input.ChoiceSet":
        found += _choice_faults(element)
    if len((element.get("refresh") or {}).get("userIds") or []) > MAX_REFRESH_USERS:
        found.append(f"refresh names more than {MAX_REFRESH_USERS} people")
    return found


def _text_faults(element: Card) -> list[str]:
    text = element.get("text")
    found = []
    if not isinstance(text, str) or not text:
        found.append("there is no text")
    elif "{{DATE(" in text or "{{TIME(" in text:
        found.append("Teams does not know DATE and TIME functions")
    if element.get("wrap") is not True:
        found.append(f"the text does not wrap: {text!r}")
    return found


def _action_faults(kind: str, element: Card) -> list[str]:
    found = []
    if kind == "Action.Execute" and not element.get("verb"):
        found.append(f"verb is missing: {element.get('title')!r}")
    if not isinstance(element.get("data", {}), dict):
        found.append(f"data is no object: {element.get('title')!r}")
    return found


def _choice_faults(element: Card) -> list[str]:
    choices = element.get("choices") or []
    values = [choice.get("value") for choice in choices]
    found = []
    if not choices and "choices.data" not in element:
        found.append(f"{element.get('id')} offers no choices")
    if len(set(values)) < len(values):
        found.append(f"{element.get('id')} offers a value twice")
    preset = str(element.get("value") or "")
    chosen = preset.split(",") if element.get("isMultiSelect") else [preset]
    if preset and "choices.data" not in element and not set(chosen) <= set(values):
        found.append(f"{element.get('id')} is preset to {preset!r}, which is no choice")
    return found
