"""The part that Entra's membership rules and OData's $filter have in common: or, and, not, parentheses.

Each language brings its words and its comparisons. A parsed expression is a predicate over one JSON object.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

Predicate = Callable[[Mapping[str, Any]], bool]

MAX_DEPTH = 40
"""Deeper nesting is refused, so that no input exhausts the stack."""


class SyntaxFault(ValueError):
    """An expression that cannot be read; the text says where."""


class Token(NamedTuple):
    """A piece of an expression: its kind, its text, and where it begins."""

    kind: str
    text: str
    at: int


def tokenize(pattern: re.Pattern[str], text: str) -> list[Token]:
    """Cut a text into tokens by the named groups of a pattern; a group named `space` is left out."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None or match.end() == at:
            raise SyntaxFault(f"Syntax error at position {at} in '{text}'.")
        if match.lastgroup != "space":
            tokens.append(Token(match.lastgroup or "", match.group(), at))
        at = match.end()
    tokens.append(Token("end", "", len(text)))
    return tokens


class BooleanParser(ABC):
    """Recursive descent over or, and, not and parentheses; `not` binds tightest, `or` least."""

    words: ClassVar[Mapping[str, frozenset[str]]]
    """For `or`, `and`, `not`: the token texts that mean it, in lower case."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self._at = 0
        self._depth = 0

    @abstractmethod
    def comparison(self) -> Predicate:
        """Parse what stands between the boolean words."""

    def parse(self) -> Predicate:
        """Parse the whole text. Raises SyntaxFault."""
        predicate = self._or()
        if self.peek().kind != "end":
            raise self.fault()
        return predicate

    def peek(self) -> Token:
        """Return the next token without taking it."""
        return self.tokens[self._at]

    def take(self, kind: str | None = None) -> Token:
        """Take the next token, which must be of the kind when one is given."""
        token = self.tokens[self._at]
        if token.kind == "end" or (kind is not None and token.kind != kind):
            raise self.fault()
        self._at += 1
        return token

    def fault(self) -> SyntaxFault:
        """Return the error for the next token."""
        return SyntaxFault(f"Syntax error at position {self.peek().at} in '{self.text}'.")

    def _is(self, word: str) -> bool:
        token = self.peek()
        return token.kind in {"word", "operator"} and token.text.lower() in self.words[word]

    def _or(self) -> Predicate:
        parts = [self._and()]
        while self._is("or"):
            self.take()
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _and(self) -> Predicate:
        parts = [self._not()]
        while self._is("and"):
            self.take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def _not(self) -> Predicate:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise SyntaxFault(f"The expression is nested more than {MAX_DEPTH} deep.")
        predicate = self._inner()
        self._depth -= 1
        return predicate

    def _inner(self) -> Predicate:
        if self._is("not"):
            self.take()
            self.refuse_not()
            inner = self._not()
            return lambda row: not inner(row)
        if self.peek().kind == "open":
            self.take()
            inside = self._or()
            self.take("close")
            return inside
        return self.comparison()

    def refuse_not(self) -> None:  # noqa: B027 - most languages allow it
        """Raise when the language does not allow `not` here."""
