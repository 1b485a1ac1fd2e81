"""The naming convention: no hyphens, and the persona's name in each of its policies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.catalogue.mapping import policy_path
from services.domain.persona import Persona
from services.written.findings import Finding, Level, Path

_HYPHEN = re.compile("[-‐‑‒–—―−]")
"""Dashes too: Excel makes them out of hyphens, and PowerShell takes them for such."""
_USE_OTHERS = "Use a space or an underscore: scripts take a hyphen for an operator."


def names(at: Path, persona: Persona) -> Iterator[Finding]:
    """Findings about hyphens in any name of a persona."""
    named: list[tuple[str, Path, str]] = [("persona", (*at, "name"), persona.name)]
    named += [("group", (*at, "groups", place), group) for place, group in enumerate(persona.groups)]
    named += [("policy", (*at, *policy_path(kind)), name) for kind, name in persona.policies.items()]
    for what, path, name in named:
        yield from hyphens(what, path, name)


def hyphens(what: str, path: Path, name: str) -> Iterator[Finding]:
    """A finding for a name that has a hyphen."""
    if _HYPHEN.search(name):
        yield Finding(path=path, what=f"The {what} {name} has a hyphen.", advice=_USE_OTHERS)


def names_of_policies(at: Path, persona: Persona) -> Iterator[Finding]:
    """A warning when policies do not say whose they are."""
    wanted = _words(persona)
    other = [
        kind for kind, name in persona.policies.items() if any(one not in _letters(name) for one in wanted)
    ]
    if other:
        names = ", ".join(dict.fromkeys(persona.policies[kind] for kind in other))
        yield Finding(
            path=(*at, *policy_path(other[0])),
            level=Level.WARNING,
            what=f"The name of the persona is not in the names of its policies: {names}.",
            advice="With it there, everybody sees which policy belongs to whom.",
        )


def _words(persona: Persona) -> list[str]:
    """The words of the name that its policies should have: all but the one that names the layer.

    The order does not count: the guide has ``UK HR Manchester`` for HR in Manchester.
    """
    words = [_letters(word) for word in re.split(r"[\s_]+", persona.name)]
    return [word for word in words if word != persona.layer.value] or words


def _letters(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
