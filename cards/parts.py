"""Building blocks of the cards: text that is never markdown, facts, banners, buttons, the finished card."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import orjson

from cards.elements import (
    ActionSet,
    AdaptiveCard,
    Card,
    Column,
    ColumnSet,
    Container,
    Execute,
    Part,
    Refresh,
    RichTextBlock,
    ShowCard,
    TextBlock,
    TextRun,
)
from cards.verbs import Verb
from cards.words import BUTTONS

Action = Execute | ShowCard
Size = TypeVar("Size")

LIMIT = 27 * 1024
"""Bytes of UTF-8 that a card may have: with its message around it, under the 28 KB that Teams takes."""

NAME = 80
"""Characters of a name that a card shows; longer ones end with an ellipsis."""

ROOM = (600, 200, 80, 24)
"""Characters granted to each longer text of a card, tried from left to right until the card fits."""

_DATE_MACRO = re.compile(r"\{\{(?=(DATE|TIME)\()")
_KEPT = frozenset("\n\u200c\u200d")
"""The joiners are spelling in some scripts and hold emoji together."""
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})


@lru_cache(maxsize=2048)
def plain(text: str, limit: int = NAME) -> str:
    """Text of a person or of the tenant, made safe to show, and shortened to ``limit`` characters.

    Invisible characters go: they can reverse the order of what stands around them, or cannot be sent at all.
    A date macro, the one thing that Teams would still expand in a text run, is broken up.
    """
    flat = text.replace("\r\n", "\n").replace("\t", " ")
    if not flat.isascii() or not flat.isprintable():
        kept = (c for c in flat if c in _KEPT or unicodedata.category(c) not in _INVISIBLE)
        flat = "".join(kept)
    flat = _DATE_MACRO.sub("{ {", flat.strip())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def unmarked(text: str, limit: int = NAME) -> str:
    """Text for the titles of choices that stand open, where some clients render markdown: without its marks.

    An escaped mark would be shown with its backslash by all others.
    """
    return plain(_MARKS.sub("", text).replace("\n", " "), limit)


def run(text: str, limit: int = NAME, **looks: object) -> TextRun:
    """Text as it was typed. ``looks`` are properties of TextRun (``color``, ``weight``, ``size`` …)."""
    return TextRun(text=plain(text, limit) or "–", **looks)


def said(text: str, **looks: object) -> TextRun:
    """Our own words, spaces included."""
    return TextRun(text=text, **looks)


def bold(text: str, limit: int = NAME) -> TextRun:
    """A name or a value that the eye should find."""
    return run(text, limit, weight="bolder")


def line(*runs: TextRun | str, spacing: str = "default") -> RichTextBlock:
    """A paragraph of runs; a bare string is our own words."""
    inlines = [said(part) if isinstance(part, str) else part for part in runs]
    return RichTextBlock(inlines=inlines, spacing=spacing)


def heading(text: str) -> TextBlock:
    """The title of a card: fixed words only, since it is read as markdown."""
    return TextBlock(text=text, style="heading", size="large", weight="bolder", wrap=True)


def heading_for(text: str, name: str) -> RichTextBlock:
    """The title of a card that names somebody, who may be called anything: so it is no TextBlock."""
    looks: dict[str, Any] = {"size": "large", "weight": "bolder"}
    return RichTextBlock(inlines=[said(f"{text} ", **looks), run(name, **looks)])


def subheading(text: str) -> TextBlock:
    """The title of a section: fixed words only."""
    return TextBlock(text=text, style="heading", weight="bolder", wrap=True, spacing="medium")


def fact(label: str, *runs: TextRun | str) -> ColumnSet:
    """A label and its value side by side. A FactSet would render markdown in the value."""
    return ColumnSet(
        spacing="small",
        columns=[
            Column(width="92px", items=[line(run(label, is_subtle=True))]),
            Column(width="stretch", items=[line(*runs)], spacing="small"),
        ],
    )


def banner(style: str, *parts: Part) -> Container:
    """Parts on a coloured ground. The colour only repeats what the words say."""
    return Container(style=style, items=list(parts), spacing="medium")


def button(
    verb: Verb,
    *,
    title: str = "",
    data: dict[str, Any] | None = None,
    style: str = "default",
    takes_inputs: bool = False,
) -> Execute:
    """A button of a verb. Only one that takes the inputs of its card waits for them to be filled in."""
    looks: dict[str, Any] = {} if style == "default" else {"style": style}
    if not takes_inputs:
        looks["associated_inputs"] = "none"
    return Execute(title=title or BUTTONS[verb], verb=verb.value, data=data or {}, **looks)


def buttons(*actions: Action) -> ActionSet:
    """Buttons in the middle of a card."""
    return ActionSet(actions=list(actions), spacing="small")


def finished(
    spoken: str, body: Sequence[Part], actions: Sequence[Action] = (), refresh: Execute | None = None
) -> Card:
    """The card. ``spoken`` is our own summary, for screen readers and for clients that cannot show it.

    ``refresh`` is what a client asks for by itself when somebody looks at the card.
    """
    card = AdaptiveCard(body=list(body), fallback_text=spoken, speak=spoken, lang="en")
    if actions:
        card.actions = list(actions)
    if refresh is not None:
        card.refresh = Refresh(action=refresh)
    return card.as_data()


def fitted(build: Callable[[int], Card]) -> Card:
    """The card with as much of its longer texts as fits into ``LIMIT``. ``build`` gets their length."""
    return first_that_fits(build, ROOM)


def first_that_fits(build: Callable[[Size], Card], sizes: Sequence[Size]) -> Card:
    """The card in the first of the sizes in which it fits into ``LIMIT``, or else in the last."""
    for size in sizes[:-1]:
        card = build(size)
        if len(orjson.dumps(card)) <= LIMIT:
            return card
    return build(sizes[-1])
