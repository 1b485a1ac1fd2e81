"""What may stand in a field. All values are text: nobody gets to guess that ``NO`` is a truth value."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

LONGEST = 1000
_INVISIBLE = "\u200b\ufeff "
_SIGN_IN = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")


class Strict(BaseModel):
    """Fields with values; others than those are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def clean(text: str) -> str:
    """Text without what nobody sees: spaces of any kind at the ends, more than one between words."""
    return " ".join(text.split()).strip(_INVISIBLE)


def as_text(value: object) -> object:
    """A text cleaned; anything else as it is, for the next to refuse."""
    return clean(value) if isinstance(value, str) else value


def _is_visible(text: str) -> str:
    if not text:
        raise PydanticCustomError("blank", "It is empty.")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} or sign in "\ufffe\uffff" for sign in text):
        raise PydanticCustomError("unprintable", "It has a sign that cannot be printed.")
    return text


def _is_sign_in_name(text: str) -> str:
    if not _SIGN_IN.fullmatch(text):
        raise PydanticCustomError(
            "sign_in_name",
            "{text} is no name that somebody signs in with, such as megan.bowen@contoso.com.",
            {"text": text},
        )
    return text


Text = Annotated[str, BeforeValidator(as_text), AfterValidator(_is_visible), Field(max_length=LONGEST)]
MaybeText = Annotated[str, BeforeValidator(as_text), AfterValidator(lambda text: text and _is_visible(text))]
SignInName = Annotated[Text, AfterValidator(_is_sign_in_name)]
MaybeSignInName = Annotated[MaybeText, AfterValidator(lambda text: text and _is_sign_in_name(text))]
Country = Annotated[str, BeforeValidator(as_text), Field(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, BeforeValidator(as_text), Field(pattern=r"^[A-Z]{3}$")]
