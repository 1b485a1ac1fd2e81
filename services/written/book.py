"""YAML, read strictly: every value is text, nothing may stand twice, and each thing knows its line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from services.domain.errors import BadInput
from services.written.findings import FaultyFile, Finding, Locate, twice
from services.written.findings import Path as Spot

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Base: every scalar stays text. The one in C is ten times as fast, and the bot reads while it serves."""


MOST = 300_000
"""Values that are read: a line can repeat another by its name, and a few such lines make billions of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What a file says: texts, lists and mappings. ``locate`` tells the line of each."""

    raw: Any
    source: str
    locate: Locate


def read_text(path: Path, kind: str) -> str:
    """The text of a file; ``kind`` says what it is. Raises BadInput for one that cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(what=f"The {kind} {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(what=f"The {kind} {path} cannot be read: it is no text in UTF-8.") from error


def parse_book(text: str, source: str, kind: str) -> Book:
    """What a text says. Raises FaultyFile for what is no YAML, and BadInput."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
        reading = _Reading(source)
        raw = reading.plain(root, ()) if root is not None else {}
    except yaml.YAMLError as error:
        raise FaultyFile(kind, source, [_no_yaml(error, text, source)]) from error
    except _TooMuch as error:
        much = f"it has more than {MOST:,} values, counting what it repeats by name"
        raise BadInput(what=f"The {kind} {source} cannot be read: {much}.") from error
    except RecursionError as error:
        raise BadInput(what=f"The {kind} {source} cannot be read: it is nested too deeply.") from error
    if reading.twice:
        raise FaultyFile(kind, source, reading.twice)
    return Book(raw=raw, source=source, locate=reading.locate)


class _TooMuch(Exception):
    """There are more than MOST values."""


class _Reading:
    """Plain values out of YAML's nodes, with the line that each stands on."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines: dict[Spot, int] = {}
        self._count = 0
        self.twice: list[Finding] = []

    def locate(self, path: Spot) -> str:
        """The line of the path, or of the nearest thing around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return f"{self._source}:{self._lines.get(path, 1)}"

    def plain(self, node: Node, path: Spot) -> Any:
        """The value of a node: text, list or mapping."""
        self._count += 1
        if self._count > MOST:
            raise _TooMuch
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, SequenceNode):
            return [self.plain(one, (*path, place)) for place, one in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        return node.value

    def _mapping(self, node: MappingNode, path: Spot) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "(no name)"
            here = (*path, name)
            line = key.start_mark.line + 1
            if name in fields:
                self.twice.append(replace(twice(here, name), where=f"{self._source}:{line}"))
            self._lines[here] = line
            fields[name] = self.plain(value, here)
        return fields


def _no_yaml(error: yaml.YAMLError, text: str, source: str) -> Finding:
    if isinstance(error, ReaderError):  # it knows no line, but how many bytes stand before
        line = text.encode()[: error.position].count(b"\n") + 1
        return Finding(
            path=(),
            where=f"{source}:{line}",
            what=f"This is not valid YAML: it has the character U+{error.character:04X}.",
            advice="Take it away: it cannot be seen.",
        )
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error)
    if words.startswith("but "):  # the first half of the sentence says what is wrong
        words = f"{getattr(error, 'context', None) or ''}, {words}".lstrip(", ")
    return Finding(
        path=(),
        where=source if mark is None else f"{source}:{mark.line + 1}",
        what=f"This is not valid YAML: {words}.",
    )
