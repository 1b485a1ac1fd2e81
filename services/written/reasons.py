"""Why something that is written cannot be used, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from services.written.findings import Path

_PATTERNS = {
    "^[A-Z]{2}$": "It must be the ISO code of a country in two capital letters, such as GB.",
    "^[A-Z]{3}$": "It must be the ISO code of a currency in three capital letters, such as GBP.",
}
_SENTENCES = {
    "missing": "It is missing.",
    "too_short": "It is empty.",
    "string_too_long": "It is too long.",
    "too_long": "It is too long.",
    "model_type": "It must be a list of fields with values.",
    "dict_type": "It must be a list of names with values.",
    "tuple_type": "It must be a list.",
    "string_type": "It must be a text.",
    "bool_parsing": "It must be true or false.",
    "bool_type": "It must be true or false.",
    "int_parsing": "It must be a whole number.",
    "int_type": "It must be a whole number.",
    "decimal_parsing": "It must be an amount, such as 6.50.",
    "decimal_type": "It must be an amount, such as 6.50.",
    "decimal_max_places": "It must have at most two digits after the point.",
    "decimal_max_digits": "It is too large.",
    "decimal_whole_digits": "It is too large.",
    "finite_number": "It must be an amount, such as 6.50.",
}


def names_of_fields(*models: type[BaseModel]) -> tuple[str, ...]:
    """All fields of the models, as they are written."""
    return tuple(
        sorted({field.alias or name for model in models for name, field in model.model_fields.items()})
    )


def path_of(detail: ErrorDetails) -> Path:
    """Where the value is that is told of."""
    return tuple(part for part in detail["loc"] if part != "[key]")


def reason(detail: ErrorDetails, fields: Iterable[str]) -> str:
    """The sentence about one thing that the form does not allow; ``fields`` are those that it has."""
    kind, facts = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return f"There is no such field.{perhaps(str(detail['loc'][-1]), fields)}"
    if kind == "enum":
        return f"It is {str(detail['input'])!r}, but must be one of {facts.get('expected')}."
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(str(facts.get("pattern")), "It is not of the right form.")
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"It must be {facts.get('ge', facts.get('le'))} or {'more' if 'ge' in facts else 'less'}."
    return _SENTENCES.get(kind, f"{detail['msg'].rstrip('.')}.")


def perhaps(name: str, known: Iterable[str]) -> str:
    """A guess what was meant, to put behind a sentence; nothing where there is none."""
    near = get_close_matches(name, list(known), n=1)
    return f" Perhaps {near[0]} is meant." if near else ""
