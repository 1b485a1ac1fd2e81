"""Membership rules of dynamic groups, as Entra writes them: `(user.city -eq "London") -and (...)`.

Comparisons of strings ignore case, and the hyphen before an operator may be left out, as in Entra.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from services.sandbox.grammar import BooleanParser, Predicate, SyntaxFault, tokenize

_TOKENS = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<begin>\[)|(?P<stop>\])|(?P<comma>,)
    |(?P<text>"(?:[^"`]|`.)*"|'(?:[^'`]|`.)*')|(?P<property>user\.[A-Za-z]+)|(?P<operator>-?[A-Za-z]+)""",
    re.VERBOSE,
)
PROPERTIES = {
    "accountEnabled", "city", "companyName", "country", "department", "displayName", "employeeType",
    "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage", "surname",
    "usageLocation", "userPrincipalName", "userType",
}  # fmt: skip
_BY_NAME = {name.lower(): name for name in PROPERTIES} | {"physicaldeliveryofficename": "officeLocation"}
"""The office goes by its directory name in Microsoft's list of properties of rules, by Graph's elsewhere."""


class RuleError(ValueError):
    """A membership rule that Entra would refuse; the text says why."""


def _fold(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _starts(value: Any, wanted: Any) -> bool:
    return isinstance(value, str) and isinstance(wanted, str) and value.startswith(wanted)


def _contains(value: Any, wanted: Any) -> bool:
    return isinstance(value, str) and isinstance(wanted, str) and wanted in value


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: bool(value == wanted),
    "ne": lambda value, wanted: bool(value != wanted),
    "startswith": _starts,
    "notstartswith": lambda value, wanted: not _starts(value, wanted),
    "contains": _contains,
    "notcontains": lambda value, wanted: not _contains(value, wanted),
    "in": lambda value, wanted: value in wanted,
    "notin": lambda value, wanted: value not in wanted,
}


class _RuleParser(BooleanParser):
    words: ClassVar = {
        "or": frozenset({"-or", "or"}),
        "and": frozenset({"-and", "and"}),
        "not": frozenset({"-not", "not"}),
    }

    def comparison(self) -> Predicate:
        spelt = self.take("property").text.removeprefix("user.")
        name = _BY_NAME.get(spelt.lower())
        if name is None:
            raise RuleError(f"The property 'user.{spelt}' cannot be used in a membership rule.")
        spelt = self.take("operator").text
        operator = spelt.lower().removeprefix("-")
        compare = _COMPARE.get(operator)
        if compare is None:
            raise RuleError(f"The operator '{spelt}' cannot be used in a membership rule.")
        wanted = self._list() if operator in {"in", "notin"} else self._value()
        return lambda row: compare(_fold(row.get(name)), wanted)

    def _list(self) -> list[Any]:
        self.take("begin")
        values = [self._value()]
        while self.peek().kind == "comma":
            self.take()
            values.append(self._value())
        self.take("stop")
        return values

    def _value(self) -> Any:
        token = self.take()
        if token.kind == "text":
            return re.sub(r"`(.)", r"\1", token.text[1:-1]).lower()
        constants = {"true": True, "false": False, "null": None}
        if token.kind == "operator" and token.text.lower() in constants:
            return constants[token.text.lower()]
        raise SyntaxFault(f"A value is expected at position {token.at} in '{self.text}'.")


@lru_cache(maxsize=256)
def parse_rule(rule: str) -> Predicate:
    """Return the predicate over a user (JSON in Graph's spelling) that a rule means. Raises RuleError."""
    if len(rule) > 3072:  # Entra's own limit
        raise RuleError("A membership rule has at most 3072 characters.")
    try:
        return _RuleParser(tokenize(_TOKENS, rule), rule).parse()
    except SyntaxFault as fault:
        raise RuleError(str(fault)) from fault
