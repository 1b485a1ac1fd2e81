"""Dial plans as Teams applies them: the first rule that matches says what a dialled string becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.domain.persona import Rule

_LEFT_OUT = re.compile(r"[\s()\-‐‑‒–—]")
"""What people write between digits, and Teams leaves out before it looks at the rules."""
_NAMED = re.compile(r"\(\?<(?![=!])")
_REFERENCE = re.compile(r"\$(?:(\$)|(\d+)|\{(\w+)\})")


class BadPattern(ValueError):
    """A rule that cannot be applied; the message says why, as the end of a sentence."""


def stripped(dialled: str) -> str:
    """What Teams looks at: without spaces, hyphens and parentheses."""
    return _LEFT_OUT.sub("", dialled)


def translate(rules: Iterable[Rule], dialled: str) -> tuple[str, Rule] | None:
    """What the dialled string becomes, and the rule that did it; None when no rule matches.

    A rule that cannot be applied raises BadPattern.
    """
    digits = stripped(dialled)
    for rule in rules:
        pattern = compiled(rule.pattern)
        if pattern.search(digits):
            template = rule.translation
            return pattern.sub(lambda match: _filled(template, match), digits), rule  # noqa: B023 - used here
    return None


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, which is in .NET's spelling. Raises BadPattern."""
    try:
        return re.compile(_NAMED.sub("(?P<", pattern))
    except (re.error, RecursionError, OverflowError) as error:
        raise BadPattern(str(error)) from error


def unknown_references(rule: Rule) -> list[str]:
    """References of the translation, such as ``$2``, to groups that the pattern does not have."""
    pattern = compiled(rule.pattern)
    return [
        found[0]
        for found in _REFERENCE.finditer(rule.translation)
        if not found[1] and not _is_group(pattern, found[2] or found[3])
    ]


def _is_group(pattern: re.Pattern[str], name: str) -> bool:
    return int(name) <= pattern.groups if name.isdecimal() else name in pattern.groupindex


def _filled(template: str, match: re.Match[str]) -> str:
    """The translation with the groups put in; a reference to no group stays as it is, as in .NET."""

    def value(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        name = found[2] or found[3]
        if not _is_group(match.re, name):
            return found[0]
        return match[int(name) if name.isdecimal() else name] or ""

    return _REFERENCE.sub(value, template)
