"""What the Teams client does when somebody presses a button: checks inputs, and merges them into the data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, time
from typing import Any

from tests.channel.cards import Card, Placed, buttons, inputs, placed

Values = Mapping[str, Any]


class ClientRefuses(AssertionError):
    """The client does not send this: there is no such button, or an input is not filled in properly."""


def button(card: Card, title: str) -> Placed:
    """Return the button with this title; one that sends comes before one that only opens a part of the card.

    Raises ClientRefuses.
    """
    found = [at for at in buttons(card) if at.element.get("title") == title]
    if not found:
        shown = [at.element.get("title") for at in buttons(card)]
        raise ClientRefuses(f"There is no button {title!r} on the card, only {shown}.")
    pressed = next((at for at in found if at.element["type"] != "Action.ShowCard"), found[0])
    if pressed.element.get("isEnabled") is False:
        raise ClientRefuses(f"The button {title!r} cannot be pressed now.")
    return pressed


def filled_data(card: Card, pressed: Placed, values: Values) -> dict[str, Any]:
    """Return the data of a pressed button with the inputs that belong to it. Raises ClientRefuses.

    `values` are by id or label; a choice is given by its value or its title. As in Microsoft's renderer every
    value is sent as a string, an input left empty is not sent, and inputs win over data of the same name.
    """
    data = dict(pressed.element.get("data") or {})
    if pressed.element.get("associatedInputs") == "none":
        return data
    reach = pressed.show_cards
    own = [at.element for at in inputs(card) if reach[: len(at.show_cards)] == at.show_cards]
    unknown = set(values) - {name for one in own for name in (one["id"], one.get("label"))}
    if unknown:
        raise ClientRefuses(f"There is no input {sorted(unknown)}, only {[one['id'] for one in own]}.")
    for one in own:
        given = values.get(one["id"], values.get(one.get("label", ""), one.get("value", "")))
        value = _checked(one, _typed(one, given))
        if value:
            data[one["id"]] = value
    return data


def toggled(card: Card, targets: list[Any]) -> Card:
    """Return the card after an Action.ToggleVisibility with these target elements."""
    changed = deepcopy(card)
    wanted = {
        (target if isinstance(target, str) else target["elementId"]): (
            None if isinstance(target, str) else target.get("isVisible")
        )
        for target in targets
    }
    for at in placed(changed):
        name = at.element.get("id")
        if name in wanted:
            shown = at.element.get("isVisible", True)
            at.element["isVisible"] = not shown if wanted[name] is None else wanted[name]
    return changed


def _typed(one: Card, given: Any) -> str:
    if one["type"] == "Input.Toggle":
        on, off = one.get("valueOn", "true"), one.get("valueOff", "false")
        return str(on if given in (True, on) else off)
    if isinstance(given, list):
        return ",".join(_choice(one, str(item)) for item in given)
    return _choice(one, str(given)) if one["type"] == "Input.ChoiceSet" else str(given)


def _choice(one: Card, given: str) -> str:
    choices = one.get("choices") or []
    if any(choice["value"] == given for choice in choices):
        return given
    return next((str(choice["value"]) for choice in choices if choice["title"] == given), given)


def _checked(one: Card, value: str) -> str:
    name = one.get("label") or one["id"]
    if not value or (one["type"] == "Input.Toggle" and value == one.get("valueOff", "false")):
        if one.get("isRequired"):
            raise ClientRefuses(str(one.get("errorMessage") or f"{name} is required."))
        return value
    problem = _CHECKS[one["type"]](one, value)
    if problem:
        raise ClientRefuses(str(one.get("errorMessage") or f"{name}: {problem}"))
    return value


def _text_problem(one: Card, value: str) -> str:
    if len(value) > one.get("maxLength", len(value)):
        return f"at most {one['maxLength']} characters can be typed"
    if one.get("regex") and not re.search(one["regex"], value):
        return f"{value!r} does not match {one['regex']!r}"
    return ""


def _number_problem(one: Card, value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return f"{value!r} is no number"
    if not one.get("min", number) <= number <= one.get("max", number):
        return f"{value} is out of range"
    return ""


def _date_problem(one: Card, value: str) -> str:
    return _range_problem(one, value, date)


def _time_problem(one: Card, value: str) -> str:
    return _range_problem(one, value, time)


def _range_problem(one: Card, value: str, kind: type[date] | type[time]) -> str:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return f"{value!r} is no {kind.__name__}"
    return "" if one.get("min", value) <= value <= one.get("max", value) else f"{value} is out of range"


def _choice_problem(one: Card, value: str) -> str:
    if "choices.data" in one:
        return ""
    offered = {choice["value"] for choice in one.get("choices") or []}
    chosen = value.split(",") if one.get("isMultiSelect") else [value]
    return "" if set(chosen) <= offered else f"{value!r} is not offered"


def _no_problem(_one: Card, _value: str) -> str:
    return ""


_CHECKS = {
    "Input.Text": _text_problem,
    "Input.Number": _number_problem,
    "Input.Date": _date_problem,
    "Input.Time": _time_problem,
    "Input.ChoiceSet": _choice_problem,
    "Input.Toggle": _no_problem,
}
