"""What people fill in on a card: the inputs of Adaptive Cards 1.5 that Switchboard uses, checked."""

from __future__ import annotations

from cards.elements import Checked, Part, Property


class InputPart(Part):
    """What all inputs share. ``errorMessage`` is shown when ``isRequired`` or another check fails."""

    needed: tuple[str, ...] = ("id", "label")
    label = Property(str)
    is_required = Property(bool, "isRequired")
    error_message = Property(str, "errorMessage")
    value = Property(str)
    placeholder = Property(str)


class InputText(InputPart):
    """Input.Text. The client's checks are a courtesy: the server checks again."""

    element_type = "Input.Text"
    is_multiline = Property(bool, "isMultiline")
    max_length = Property(int, "maxLength")


class Choice(Checked):
    """One choice of a ChoiceSet: ``value`` is what the bot receives."""

    needed = ("title", "value")
    title = Property(str)
    value = Property(str)


class InputChoiceSet(InputPart):
    """Input.ChoiceSet: folded (``compact``), to search in (``filtered``), or as radio buttons (``expanded``).

    With ``isMultiSelect`` several can be chosen; the bot receives their values joined by commas.
    """

    element_type = "Input.ChoiceSet"
    choices = Property(list, parts=(Choice,))
    style = Property(str, among=("compact", "expanded", "filtered"))
    wrap = Property(bool)
    is_multi_select = Property(bool, "isMultiSelect")


class InputDate(InputPart):
    """Input.Date. Its value is a day as in ``2026-12-24``, or empty."""

    element_type = "Input.Date"


class InputToggle(InputPart):
    """Input.Toggle, a box to tick: the bot receives ``valueOn`` or ``valueOff``."""

    element_type = "Input.Toggle"
    needed = ("id", "label", "title")
    title = Property(str)
    value_on = Property(str, "valueOn")
    value_off = Property(str, "valueOff")
    wrap = Property(bool)
