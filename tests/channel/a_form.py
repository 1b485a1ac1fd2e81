"""A card with every kind of input and button, and how somebody fills it in."""

from __future__ import annotations

from typing import Any

CARD: dict[str, Any] = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Form", "wrap": True},
        {"type": "TextBlock", "text": "hidden words", "wrap": True, "id": "more", "isVisible": False},
        {"type": "FactSet", "facts": [{"title": "Location", "value": "Manchester"}]},
        {"type": "Input.Text", "id": "why", "label": "Purpose", "isRequired": True, "maxLength": 10,
         "regex": "^[a-z]", "errorMessage": "Say why."},
        {"type": "Input.ChoiceSet", "id": "where", "label": "Place", "value": "m",
         "choices": [{"title": "Manchester", "value": "m"}, {"title": "London", "value": "l"}]},
        {"type": "Input.Number", "id": "count", "label": "How many", "min": 1, "max": 3},
        {"type": "Input.Toggle", "id": "sure", "label": "Sure", "title": "I am sure"},
        {"type": "Input.Date", "id": "day", "label": "Day", "min": "2026-01-01"},
        {"type": "Input.Time", "id": "hour", "label": "Hour"},
    ],
    "actions": [
        {"type": "Action.Execute", "title": "Submit", "verb": "submit", "data": {"id": "7", "why": "old"}},
        {"type": "Action.Execute", "title": "Cancel", "verb": "cancel", "associatedInputs": "none"},
        {"type": "Action.Execute", "title": "Later", "verb": "later", "isEnabled": False},
        {"type": "Action.ToggleVisibility", "title": "More", "targetElements": ["more"]},
        {"type": "Action.ShowCard", "title": "Reject", "card": {
            "type": "AdaptiveCard", "version": "1.5",
            "body": [{"type": "Input.Text", "id": "reason", "label": "Reason", "isRequired": True}],
            "actions": [{"type": "Action.Execute", "title": "Really reject", "verb": "reject"}]}},
    ],
}  # fmt: skip

FILLED_IN = {"Purpose": "calls", "where": "London", "sure": True, "count": 2}
