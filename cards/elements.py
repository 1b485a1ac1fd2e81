"""The parts of Adaptive Cards 1.5 that Switchboard uses, checked; the only importer of ``adaptivecards``.

The library has no inputs and no actions, accepts any value where it takes text, and drops misspelt names
silently. The classes here add what is missing and refuse the rest: an unknown property raises
AttributeError, a value of the wrong type TypeError, an unknown word or a part in the wrong place ValueError.
A part that was put into another is rendered there and then, so that a finished card is plain JSON data.

Schema: https://adaptivecards.io/explorer/ (1.5 is the newest that Teams takes from bots).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from adaptivecards.adaptivecard import AdaptiveCard as _AdaptiveCard
from adaptivecards.baseobject import BareObject, PropertyType
from adaptivecards.baseobject import Element as _Element
from adaptivecards.containers import Column as _Column
from adaptivecards.containers import ColumnSet as _ColumnSet
from adaptivecards.containers import Container as _Container
from adaptivecards.elements import RichTextBlock as _RichTextBlock
from adaptivecards.elements import TextBlock as _TextBlock
from adaptivecards.elements import TextRun as _TextRun

Card = dict[str, Any]
"""A finished card: JSON data, ready to be an attachment or the value of an invoke reply."""

COLOURS = ("default", "dark", "light", "accent", "good", "warning", "attention")
SIZES = ("small", "default", "medium", "large", "extraLarge")
SPACINGS = ("none", *SIZES, "padding")
STYLES = ("default", "emphasis", "good", "attention", "warning", "accent")
WEIGHTS = ("lighter", "default", "bolder")


class Property(PropertyType):
    """A checked property: ``among`` are the words a text may be, ``parts`` the classes a list holds."""

    def __init__(
        self, kind: type, key: str | None = None, *, among: tuple[str, ...] = (), parts: tuple[type, ...] = ()
    ) -> None:
        super().__init__(type=kind, key_name=key)  # type: ignore[no-untyped-call]  # the library has no types
        self.among = among
        self.parts = parts

    def __set__(self, instance: BareObject, value: object) -> None:
        instance.set_data(self.key_name, self.checked(value))  # type: ignore[no-untyped-call]

    def checked(self, value: object) -> object:
        """The value as it goes into the card. Raises TypeError, ValueError."""
        if type(value) is not self.type:
            raise TypeError(f"{self.key_name} must be a {self.type.__name__} (got {value!r})")
        if self.among and value not in self.among:
            raise ValueError(f"{self.key_name} must be one of {', '.join(self.among)} (got {value!r})")
        if isinstance(value, Checked):
            return value.as_data()
        if not isinstance(value, list) or not self.parts:
            return value
        return [self._rendered(part) for part in value]

    def _rendered(self, part: object) -> dict[str, Any]:
        if isinstance(part, Checked) and isinstance(part, self.parts):
            return part.as_data()
        raise ValueError(f"{self.key_name} does not take a {type(part).__name__}")


class Checked(BareObject):
    """Sets the properties that are declared with ``Property``, and raises AttributeError for any other name.

    What the library declares itself is unchecked, so it counts as unknown until it is declared here again.
    ``needed`` are properties without which the part makes no sense; one that is missing raises ValueError.
    """

    needed: tuple[str, ...] = ()
    _known: Mapping[str, Property] = MappingProxyType({})
    _data: dict[str, Any]

    def __init_subclass__(cls) -> None:
        declared = (item for base in reversed(cls.__mro__) for item in vars(base).items())
        cls._known = {name: value for name, value in declared if isinstance(value, Property)}

    def __init__(self, **properties: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        for name in self.needed:
            if not properties.get(name):
                raise ValueError(f"{type(self).__name__} needs {name}")
        data = self._data
        for name, value in properties.items():
            declared = self._known.get(name) or self._property(name)
            data[declared.key_name] = declared.checked(value)

    def as_data(self) -> dict[str, Any]:
        """The part as JSON data."""
        return self._data

    def __setattr__(self, name: str, value: object) -> None:
        if name != "_data" and name not in self._known:
            self._property(name)
        object.__setattr__(self, name, value)

    def _property(self, name: str) -> Property:
        try:
            return self._known[name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no property {name}") from None


class Part(Checked, _Element):
    """Something that a card's body can hold."""

    id = Property(str)
    separator = Property(bool)
    spacing = Property(str, among=SPACINGS)


class TextBlock(Part, _TextBlock):
    """Text in which Teams renders markdown: for our own fixed words only, in practice headings."""

    needed = ("text",)
    text = Property(str)
    wrap = Property(bool)
    color = Property(str, among=COLOURS)
    size = Property(str, among=SIZES)
    weight = Property(str, among=WEIGHTS)
    style = Property(str, among=("default", "heading"))


class TextRun(Checked, _TextRun):
    """A piece of text in which nothing is rendered as markdown. A run has none of an element's properties."""

    text = Property(str)
    is_subtle = Property(bool, "isSubtle")
    color = Property(str, among=COLOURS)
    size = Property(str, among=SIZES)
    weight = Property(str, among=WEIGHTS)


class RichTextBlock(Part, _RichTextBlock):
    """Runs of text; it always wraps."""

    inlines = Property(list, parts=(TextRun,))


class Execute(Checked, _Element):
    """Action.Execute, a button whose verb and data the bot receives in an invoke.

    ``data`` is merged with the inputs unless ``associatedInputs`` is ``none``, which also skips their checks.
    """

    element_type = "Action.Execute"
    needed = ("title", "verb")
    title = Property(str)
    verb = Property(str)
    data = Property(dict)
    style = Property(str, among=("default", "positive", "destructive"))
    associated_inputs = Property(str, "associatedInputs", among=("auto", "none"))


class ShowCard(Checked, _Element):
    """Action.ShowCard, a button that unfolds a smaller card; that card's inputs are its own."""

    element_type = "Action.ShowCard"
    needed = ("title", "card")
    title = Property(str)
    card = Property(dict)
    style = Property(str, among=("default", "positive", "destructive"))


class ActionSet(Part):
    """Buttons within the body."""

    element_type = "ActionSet"
    actions = Property(list, parts=(Execute, ShowCard))


class Column(Checked, _Column):
    """A column. ``width`` is ``auto``, ``stretch``, a weight or ``"24px"``."""

    width = Property(str)
    items = Property(list, parts=(Part,))
    style = Property(str, among=STYLES)
    spacing = Property(str, among=SPACINGS)


class ColumnSet(Part, _ColumnSet):
    """Columns side by side: few, since a phone is narrow."""

    columns = Property(list, parts=(Column,))
    style = Property(str, among=STYLES)


class Container(Part, _Container):
    """Parts that belong together, with a background."""

    items = Property(list, parts=(Part,))
    style = Property(str, among=STYLES)


class Refresh(Checked):
    """What the client asks for by itself when somebody looks at the card.

    It does so for everyone in the chat: ``userIds`` is left out, as a personal chat has one person.
    """

    needed = ("action",)
    action = Property(Execute)


class AdaptiveCard(Checked, _AdaptiveCard):
    """The card itself."""

    refresh = Property(Refresh)
    body = Property(list, parts=(Part,))
    actions = Property(list, parts=(Execute, ShowCard))
    fallback_text = Property(str, "fallbackText")
    speak = Property(str)
    lang = Property(str)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self._data["version"] = "1.5"

    def to_inner(self) -> Card:
        """The card as JSON data for a ``ShowCard``, where the version does not belong."""
        return {key: value for key, value in self._data.items() if key not in {"version", "$schema"}}
