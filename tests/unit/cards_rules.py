"""The rules of Adaptive Cards 1.5 and of Teams that cards must keep, written down without our own classes.

Source: https://adaptivecards.io/explorer/ and Microsoft's pages on cards in Teams: at most six buttons in a
row, no markdown outside TextBlock and FactSet, a label on every input.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from cards.verbs import Verb

LIMIT = 28 * 1024

COMMON = {"type", "id", "spacing", "separator"}
COLOURS = {"default", "dark", "light", "accent", "good", "warning", "attention"}
STYLES = {"default", "emphasis", "good", "attention", "warning", "accent"}
SIZES = {"default", "small", "medium", "large", "extraLarge"}
SPACINGS = {"default", "none", "small", "medium", "large", "extraLarge", "padding"}
INPUT = COMMON | {"label", "isRequired", "errorMessage", "value"}

PROPERTIES: dict[str, set[str]] = {
    "AdaptiveCard": {"type", "version", "$schema", "body", "actions", "fallbackText", "speak", "lang"}
    | {"refresh"},
    "TextBlock": COMMON | {"text", "wrap", "style", "size", "weight", "color"},
    "RichTextBlock": COMMON | {"inlines"},
    "TextRun": {"type", "text", "color", "size", "weight", "isSubtle"},
    "Container": COMMON | {"items", "style"},
    "ColumnSet": COMMON | {"columns"},
    "Column": COMMON | {"items", "width"},
    "ActionSet": COMMON | {"actions"},
    "Input.Text": INPUT | {"placeholder", "isMultiline", "maxLength"},
    "Input.ChoiceSet": INPUT | {"choices", "style", "wrap", "placeholder", "isMultiSelect"},
    "Input.Date": INPUT | {"placeholder"},
    "Input.Toggle": INPUT | {"title", "valueOn", "valueOff", "wrap"},
    "Action.Execute": {"type", "title", "verb", "data", "style", "associatedInputs"},
    "Action.ShowCard": {"type", "title", "card", "style"},
}

CHILDREN: dict[str, dict[str, set[str]]] = {
    "body": {
        "AdaptiveCard": {
            "TextBlock",
            "RichTextBlock",
            "Container",
            "ColumnSet",
            "ActionSet",
            "Input.Text",
            "Input.ChoiceSet",
            "Input.Date",
            "Input.Toggle",
        }
    },
    "items": {"*": {"TextBlock", "RichTextBlock", "Container", "ColumnSet", "ActionSet"}},
    "columns": {"ColumnSet": {"Column"}},
    "inlines": {"RichTextBlock": {"TextRun"}},
    "actions": {"*": {"Action.Execute", "Action.ShowCard"}},
}

WORDS: dict[str, set[str]] = {
    "color": COLOURS,
    "size": SIZES,
    "weight": {"lighter", "default", "bolder"},
    "spacing": SPACINGS,
    "associatedInputs": {"auto", "none"},
}

STYLE_WORDS: dict[str, set[str]] = {
    "TextBlock": {"default", "heading"},
    "Container": STYLES,
    "Input.ChoiceSet": {"compact", "expanded", "filtered"},
    "Action.Execute": {"default", "positive", "destructive"},
    "Action.ShowCard": {"default", "positive", "destructive"},
}

ABOUT_ONE = {
    Verb.NUMBER_SUBMIT,
    Verb.SHOW,
    Verb.APPROVE,
    Verb.REJECT,
    Verb.DELEGATE,
    Verb.ASK,
    Verb.ANSWER,
    Verb.CANCEL,
    Verb.RETRY,
    Verb.ROLL_BACK,
}
"""Verbs that say which thing they are about, and in which version it was seen."""


ABOUT_A_PAGE = {Verb.APPROVE_MANY, Verb.REJECT_MANY, Verb.APPROVALS}
"""Verbs that say which page they are about; the last of them may leave it out."""

FORMS = {Verb.NUMBER_FORM, Verb.NUMBER_SUBMIT, Verb.PERSONA_FORM, Verb.PERSONA_SUBMIT}
"""Verbs of forms, which may be about somebody else."""


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every typed part of a card that can be seen, from the outside in."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for name, value in node.items():
            if name != "refresh":
                yield from nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from nodes(value)


def of_type(card: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """All parts of one type."""
    return [node for node in nodes(card) if node["type"] == kind]


def verbs(card: dict[str, Any]) -> list[Verb]:
    """What the card's buttons ask for."""
    return [Verb(action["verb"]) for action in of_type(card, "Action.Execute")]


def texts(card: dict[str, Any]) -> str:
    """What a person reads, one paragraph a line."""
    lines = []
    for node in nodes(card):
        if node["type"] == "TextBlock":
            lines.append(node["text"])
        elif node["type"] == "RichTextBlock":
            lines.append("".join(run["text"] for run in node["inlines"]))
    return "\n".join(lines)


def markdown_texts(card: dict[str, Any]) -> list[str]:
    """Every text in which some client of Teams renders markdown."""
    found = [card["fallbackText"], card["speak"]]
    for node in nodes(card):
        if node["type"] == "TextBlock":
            found.append(node["text"])
        found += [node[name] for name in ("label", "errorMessage", "placeholder", "title") if name in node]
    return found


def check(card: dict[str, Any]) -> None:
    """Fail with the first rule that the card breaks."""
    assert card["type"] == "AdaptiveCard"
    assert card["version"] == "1.5"
    assert card["body"]
    assert card["fallbackText"]
    assert len(orjson.dumps(card)) < LIMIT
    for node in nodes(card):
        check_node(node)
    check_title(card["body"][0])
    ids = [node["id"] for node in nodes(card) if "id" in node]
    assert len(ids) == len(set(ids)), "an id is used twice"
    for inner in of_type(card, "AdaptiveCard")[1:]:
        assert "version" not in inner
        assert "refresh" not in inner
    if "refresh" in card:
        check_refresh(card["refresh"])


def check_title(first: dict[str, Any]) -> None:
    """Fail unless a card starts with its title; one that names somebody is no TextBlock, only as large."""
    if first["type"] == "TextBlock":
        assert first["style"] == "heading"
    elif first["type"] == "RichTextBlock" and "size" in first["inlines"][0]:
        assert {(run["size"], run["weight"]) for run in first["inlines"]} == {("large", "bolder")}


def check_node(node: dict[str, Any]) -> None:
    """Fail when a part has unknown properties, words or children, or lacks what it needs."""
    kind = node["type"]
    assert set(node) <= PROPERTIES[kind], f"{kind} has {set(node) - PROPERTIES[kind]}"
    for name, allowed in WORDS.items():
        assert node.get(name, next(iter(allowed))) in allowed
    if "style" in node:
        assert node["style"] in STYLE_WORDS[kind]
    for name, parents in CHILDREN.items():
        for child in node.get(name, []):
            assert child["type"] in parents.get(kind, parents.get("*", set())), f"{child['type']} in {kind}"
    assert len(node.get("actions", [])) <= 6
    if kind == "TextBlock":
        assert node["wrap"] is True
    if kind in {"RichTextBlock", "ColumnSet", "Container", "Column", "ActionSet"}:
        assert any(node.get(name) for name in ("inlines", "columns", "items", "actions"))
    if kind == "Input.ChoiceSet":
        may_be_open = node["style"] == "filtered" or node.get("isMultiSelect")
        is_open = may_be_open and "value" not in node  # nothing is chosen yet
        assert is_open or node["value"] in [choice["value"] for choice in node["choices"]]
    if kind.startswith("Input."):
        assert node["label"]
        assert node.get("errorMessage") or not node.get("isRequired")
    if kind == "Action.Execute":
        check_execute(node)


def check_execute(action: dict[str, Any]) -> None:
    """Fail when a button asks for something unknown, or does not say about what."""
    verb = Verb(action["verb"])
    assert action["title"]
    data = dict(action["data"])
    if verb in FORMS:
        assert data.pop("beneficiary", "somebody")
    if verb in ABOUT_A_PAGE:
        assert data.pop("page", 0 if verb is Verb.APPROVALS else -1) >= 0
    if verb in {Verb.PERSONA_FORM, Verb.PERSONA_SUBMIT} and data:
        assert set(data) == {"id", "version", "shown", "seen"}
        return
    form_refresh = verb is Verb.NUMBER_FORM and data
    if verb in ABOUT_ONE or form_refresh:
        assert set(data) == {"id", "version"}
        assert isinstance(data["version"], int)
    else:
        assert data == {}


def check_refresh(refresh: dict[str, Any]) -> None:
    """Fail unless the client asks, for anybody who looks, for the request as it is then."""
    assert set(refresh) == {"action"}, "userIds would leave people out"
    action = refresh["action"]
    assert set(action) <= PROPERTIES["Action.Execute"]
    assert (action["type"], action["verb"]) == ("Action.Execute", Verb.SHOW)
    assert set(action["data"]) == {"id"}
    assert action["associatedInputs"] == "none", "what somebody is typing does not belong to it"
