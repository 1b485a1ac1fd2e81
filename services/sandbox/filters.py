"""OData `$filter`, as far as the directory and Teams administration offer it, and not further."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from services.sandbox.errors import GraphError, no_such_property, unsupported_query
from services.sandbox.grammar import BooleanParser, Predicate, SyntaxFault, tokenize

_TOKENS = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<colon>:)|(?P<text>'(?:[^']|'')*')
    |(?P<guid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})|(?P<number>-?\d+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:/[A-Za-z_][A-Za-z0-9_]*)*)""",
    re.VERBOSE,
)
PLAIN = frozenset({"eq", "in", "startswith"})
ADVANCED = frozenset({"ne", "not", "endswith"})
"""Need ConsistencyLevel: eventual and $count=true on directory objects [doc aad-advanced-queries]."""


@dataclass(frozen=True)
class Schema:
    """A type that can be queried: its properties, and which operators each can be filtered with."""

    name: str
    properties: frozenset[str]
    filters: Mapping[str, frozenset[str]]
    lists: Mapping[str, frozenset[str]]
    """Collections for any(): the names of the members' fields; an empty set means plain values."""
    directory: bool = True
    enums: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Members of the properties, and of the collections, whose type is an enumeration."""


_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda value, wanted: wanted in value,
}


def _fold(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class _FilterParser(BooleanParser):
    words: ClassVar = {word: frozenset({word}) for word in ("or", "and", "not")}

    def __init__(self, text: str, schema: Schema, *, advanced: bool) -> None:
        super().__init__(tokenize(_TOKENS, text), text)
        self.schema = schema
        self.advanced = advanced
        self.variable: str | None = None
        self.collection = ""
        self.fields: frozenset[str] = frozenset()

    def refuse_not(self) -> None:
        if self.schema.directory and not self.advanced:
            raise unsupported_query(
                "Operator 'not' is not supported without ConsistencyLevel:eventual and $count."
            )

    def comparison(self) -> Predicate:
        word = self.take("word").text
        if word in _FUNCTIONS and self.peek().kind == "open":
            return self._function(word)
        if word.endswith("/any") and self.peek().kind == "open":
            return self._any(word.removesuffix("/any"))
        operator = self.take("word").text
        self._allow(word, operator)
        read = self._reader(word)
        if operator == "in":
            among = self._values(word)
            return lambda row: _fold(read(row)) in among
        wanted = self._value(word)
        if operator == "eq":
            return lambda row: bool(_fold(read(row)) == wanted)
        return lambda row: bool(_fold(read(row)) != wanted)

    def _function(self, name: str) -> Predicate:
        self.take("open")
        word = self.take("word").text
        self._allow(word, name)
        self.take("comma")
        wanted = self._value(word)
        self.take("close")
        if not isinstance(wanted, str):
            raise self.fault()
        read, holds = self._reader(word), _FUNCTIONS[name]
        return lambda row: isinstance(read(row), str) and holds(read(row).lower(), wanted)

    def _any(self, name: str) -> Predicate:
        if name not in self.schema.properties or self.variable is not None:
            raise no_such_property(name, self.schema.name, "Invalid filter clause: ")
        if name not in self.schema.lists:
            raise self._unsupported(name)
        self.take("open")
        self.collection, self.fields = name, self.schema.lists[name]
        self.variable = self.take("word").text
        self.take("colon")
        inside = self._or()
        self.take("close")
        self.variable = None
        return lambda row: any(inside(x if isinstance(x, dict) else {"": x}) for x in row.get(name) or [])

    def _reader(self, word: str) -> Callable[[Mapping[str, Any]], Any]:
        name = "" if word == self.variable else word.rpartition("/")[2] if self.variable else word
        return lambda row: row.get(name)

    def _allow(self, word: str, operator: str) -> None:
        if self.variable is not None:
            head, _, field = word.partition("/")
            if head != self.variable or (field not in self.fields if self.fields else field != ""):
                raise no_such_property(word, self.schema.name, "Invalid filter clause: ")
            if operator != "eq":
                raise self._unsupported(word)
            return
        if word not in self.schema.properties:
            raise no_such_property(word, self.schema.name, "Invalid filter clause: ")
        if operator not in self.schema.filters.get(word, frozenset()):
            raise self._unsupported(word)
        if operator in ADVANCED and self.schema.directory and not self.advanced:
            raise self._unsupported(word)

    def _unsupported(self, word: str) -> GraphError:
        kind = self.schema.name[0].upper() + self.schema.name[1:]
        return unsupported_query(
            f"Unsupported or invalid query filter clause specified for property '{word}' "
            f"of resource '{kind}'."
        )

    def _values(self, word: str) -> list[Any]:
        self.take("open")
        values = [self._value(word)]
        while self.peek().kind == "comma":
            self.take()
            values.append(self._value(word))
        self.take("close")
        return values

    def _value(self, word: str) -> Any:
        """Take the value that a property is compared with; OData knows an enumeration's members alone."""
        token = self.peek()
        value = self._constant()
        members = self.schema.enums.get(self.collection if self.variable is not None else word)
        if members is not None and value is not None and value not in map(str.lower, members):
            shown = token.text.strip("'")
            raise SyntaxFault(f"The string '{shown}' is not a valid enumeration type constant.")
        return value

    def _constant(self) -> Any:
        token = self.take()
        if token.kind == "text":
            return token.text[1:-1].replace("''", "'").lower()
        if token.kind == "guid":
            return token.text.lower()
        constants = {"true": True, "false": False, "null": None}
        if token.kind == "word" and token.text in constants:
            return constants[token.text]
        raise SyntaxFault(f"Syntax error at position {token.at} in '{self.text}'.")


def parse_filter(text: str, schema: Schema, *, advanced: bool = False) -> Predicate:
    """Return the predicate that a `$filter` means for a type. Raises GraphError 400 as Graph does."""
    try:
        return _FilterParser(text, schema, advanced=advanced).parse()
    except SyntaxFault as fault:
        raise GraphError(400, "BadRequest", f"Invalid filter clause: {fault}") from fault
