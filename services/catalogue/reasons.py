"""Why something that is written cannot be used, in plain sentences."""

from __future__ import annotations

from difflib import get_close_matches

from pydantic_core import ErrorDetails

from services.catalogue.shape import File, Number, Persona, Rule

_FIELDS = sorted(
    {name for model in (File, Persona, Number, Rule) for name in model.model_fields} | {"cost", "emergency"}
)
_OWN = frozenset({"blank", "unprintable", "policy_type", "own_field", "attribute"})
_PATTERNS = {
    "country": "It must be the ISO code of a country in two capital letters, such as GB.",
    "currency": "It must be the ISO code of a currency in three capital letters, such as GBP.",
}
_SENTENCES = {
    "missing": "It is missing.",
    "too_short": "It is empty.",
    "string_too_long": "It is too long.",
    "model_type": "It must be a list of fields with values.",
    "dict_type": "It must be a list of names with values.",
    "tuple_type": "It must be a list.",
    "string_type": "It must be a text.",
    "int_parsing": "It must be a whole number.",
    "int_type": "It must be a whole number.",
    "decimal_parsing": "It must be an amount, such as 6.50.",
    "decimal_type": "It must be an amount, such as 6.50.",
    "decimal_max_places": "It must have at most two digits after the point.",
    "decimal_max_digits": "It is too large.",
    "decimal_whole_digits": "It is too large.",
    "finite_number": "It must be an amount, such as 6.50.",
}


def reason(detail: ErrorDetails) -> str:
    """The sentence about one thing that the form does not allow."""
    kind, facts = detail["type"], detail.get("ctx", {})
    if kind in _OWN:
        return detail["msg"]
    if kind == "extra_forbidden":
        return _no_field(str(detail["loc"][-1]))
    if kind == "enum":
        return f"It is {str(detail['input'])!r}, but must be one of {facts.get('expected')}."
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(str(detail["loc"][-1]), "It is not of the right form.")
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"It must be {facts.get('ge', facts.get('le'))} or {'more' if 'ge' in facts else 'less'}."
    return _SENTENCES.get(kind, f"{detail['msg'].rstrip('.')}.")


def _no_field(name: str) -> str:
    near = get_close_matches(name, _FIELDS, n=1)
    return f"There is no such field. Perhaps {near[0]} is meant." if near else "There is no such field."
