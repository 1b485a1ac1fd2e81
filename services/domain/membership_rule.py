"""Membership rules of dynamic groups, as far as they can be understood with certainty.

Entra's grammar is larger than this (learn.microsoft.com/entra/identity/users/groups-dynamic-membership): a
rule with anything that is not here is not understood, and then nothing is concluded from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from services.domain.person import Person
from services.domain.persona import ATTRIBUTES, attributes_of

Value = str | bool | None
Attributes = Mapping[str, Value]

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()\[\],])|(?P<text>"(?:[^"`]|`.)*"|'(?:[^'`]|`.)*')
    |user\.(?P<property>\w+)|-?(?P<word>[A-Za-z]+))""",
    re.VERBOSE,
)
KNOWN = {
    name.lower(): name
    for name in (
        "accountEnabled", "city", "country", "department", "displayName", "employeeType", "jobTitle", "mail",
        "officeLocation", "usageLocation", "userPrincipalName", "userType",
    )
} | {"physicaldeliveryofficename": "officeLocation"}  # fmt: skip
"""Properties that a person is known by, in Graph's spelling. A rule about any other is not understood."""
_CONSTANTS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_COMPARISONS = frozenset(
    {"eq", "ne", "startswith", "notstartswith", "contains", "notcontains", "in", "notin"}
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One property compared with one value, or with several for ``in`` and ``notin``."""

    name: str
    operator: str
    values: tuple[Value, ...]

    def admits(self, attributes: Attributes) -> bool:
        """Whether it holds. Texts are compared without regard to case."""
        has = _folded(attributes.get(self.name))
        wanted = tuple(_folded(value) for value in self.values)
        operator = self.operator.removeprefix("not")
        if operator == "ne":
            return has != wanted[0]
        if operator in {"eq", "in"}:
            return (has in wanted) is not self.operator.startswith("not")
        text, part = has if isinstance(has, str) else "", str(wanted[0])
        holds = text.startswith(part) if operator == "startswith" else part in text
        return holds is not self.operator.startswith("not")


@dataclass(frozen=True, slots=True)
class Both:
    """Every part must hold."""

    parts: tuple[Rule, ...]

    def admits(self, attributes: Attributes) -> bool:
        """Whether it holds."""
        return all(part.admits(attributes) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """One part must hold."""

    parts: tuple[Rule, ...]

    def admits(self, attributes: Attributes) -> bool:
        """Whether it holds."""
        return any(part.admits(attributes) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Rule

    def admits(self, attributes: Attributes) -> bool:
        """Whether it holds."""
        return not self.part.admits(attributes)


Rule = Comparison | Both | Either | Not


def known_of(person: Person) -> dict[str, Value]:
    """What rules may ask about a person."""
    return {
        **attributes_of(person),
        "accountEnabled": person.account_enabled,
        "displayName": person.display_name,
        "mail": person.mail,
        "usageLocation": person.usage_location,
        "userPrincipalName": person.user_principal_name,
        "userType": person.user_type,
    }


def demands(rule: Rule, attributes: Attributes) -> dict[str, str] | None:
    """What somebody with these attributes must have set so that the rule surely admits them.

    Only texts that the rule compares for equality are found; the first way of several is taken. None when
    there is no such way.
    """
    wanted = _demands(rule, attributes)
    if wanted is None or not rule.admits({**attributes, **wanted}):
        return None
    return wanted


def _demands(rule: Rule, attributes: Attributes) -> dict[str, str] | None:
    if rule.admits(attributes):
        return {}
    match rule:
        case Comparison(name=name, operator="eq" | "in", values=(str() as value, *_)) if name in ATTRIBUTES:
            return {name: value}
        case Both(parts=parts):
            wanted: dict[str, str] = {}
            for part in parts:
                more = _demands(part, {**attributes, **wanted})
                if more is None:
                    return None
                wanted |= more
            return wanted
        case Either(parts=parts):
            ways = (_demands(part, attributes) for part in parts)
            return next((way for way in ways if way is not None), None)
    return None


@lru_cache(maxsize=512)
def understood(text: str) -> Rule | None:
    """The rule that a text means, or None when it is not certain what it means."""
    try:
        return _Reading(text).whole()
    except _NotUnderstood:
        return None


class _NotUnderstood(Exception):
    pass


class _Reading:
    """One pass over a rule: ``-and`` binds closer than ``-or``, ``-not`` closest."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise _NotUnderstood
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def whole(self) -> Rule:
        rule = self._either()
        if self._at < len(self._tokens):
            raise _NotUnderstood
        return rule

    def _either(self) -> Rule:
        parts = [self._both()]
        while self._skip("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Rule:
        parts = [self._one()]
        while self._skip("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self) -> Rule:
        if self._skip("not"):
            return Not(self._one())
        kind, text = self._take()
        if (kind, text) == ("mark", "("):
            inner = self._either()
            self._expect(")")
            return inner
        if kind != "property" or text.lower() not in KNOWN:
            raise _NotUnderstood
        name = KNOWN[text.lower()]
        kind, operator = self._take()
        if kind != "word" or operator.lower() not in _COMPARISONS:
            raise _NotUnderstood
        is_list = operator.lower() in {"in", "notin"}
        return Comparison(name, operator.lower(), self._list() if is_list else (self._value(),))

    def _list(self) -> tuple[Value, ...]:
        self._expect("[")
        values = [self._value()]
        while self._peek() == ("mark", ","):
            self._at += 1
            values.append(self._value())
        self._expect("]")
        return tuple(values)

    def _value(self) -> Value:
        kind, text = self._take()
        if kind == "text":
            return re.sub(r"`(.)", r"\1", text[1:-1])
        if kind == "word" and text.lower() in _CONSTANTS:
            return _CONSTANTS[text.lower()]
        raise _NotUnderstood

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _skip(self, word: str) -> bool:
        kind, text = self._peek()
        found = kind == "word" and text.lower() == word
        self._at += found
        return found

    def _expect(self, mark: str) -> None:
        if self._take() != ("mark", mark):
            raise _NotUnderstood


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value
