"""The form in which a catalogue is written, in a file or a workbook: fields, and what may stand in them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from services.domain.number import NumberType
from services.domain.persona import (
    ATTRIBUTES,
    CALLER_ID,
    DIAL_PLAN,
    EMERGENCY_CALLING,
    EMERGENCY_ROUTING,
    VOICE_ROUTING,
    Layer,
)
from services.written.texts import Country, Currency, MaybeSignInName, MaybeText, Strict, Text, as_text, clean

OWN_FIELDS = {
    DIAL_PLAN: ("dial_plan",),
    VOICE_ROUTING: ("voice_routing_policy",),
    CALLER_ID: ("caller_id_policy",),
    EMERGENCY_CALLING: ("emergency", "calling_policy"),
    EMERGENCY_ROUTING: ("emergency", "routing_policy"),
}
"""Types of policies that have a field of their own; all others stand under ``policies``."""

NAME = 80
_TYPE = re.compile(r"[A-Z][A-Za-z0-9]*")


def _is_type(text: str) -> str:
    if not _TYPE.fullmatch(text):
        raise PydanticCustomError(
            "policy_type", "{text} is no type of policy: write it as in TeamsCallingPolicy.", {"text": text}
        )
    if text in OWN_FIELDS:
        own = ".".join(OWN_FIELDS[text])
        raise PydanticCustomError(
            "own_field", "{text} has a field of its own, {own}.", {"text": text, "own": own}
        )
    return text


def _is_attribute(text: str) -> str:
    if text not in ATTRIBUTES:
        known = ", ".join(sorted(ATTRIBUTES))
        raise PydanticCustomError(
            "attribute",
            "{text} is no attribute that personas can use: they are {known}.",
            {"text": text, "known": known},
        )
    return text


def _or_none(value: object) -> object:
    return None if isinstance(value, str) and clean(value).casefold() in {"", "none"} else value


PolicyType = Annotated[Text, AfterValidator(_is_type)]
Attribute = Annotated[Text, AfterValidator(_is_attribute)]


class Cost(Strict):
    """What the persona costs a month."""

    amount: Decimal = Field(ge=0, max_digits=10, decimal_places=2)
    currency: Currency


class Number(Strict):
    """Which number it brings."""

    location: Text
    types: tuple[NumberType, ...] = ()
    tag: MaybeText = ""


class Emergency(Strict):
    """Where help is sent, and how emergency calls go."""

    location: MaybeText = ""
    calling_policy: MaybeText = ""
    routing_policy: MaybeText = ""


class Persona(Strict):
    """One persona as it is written. Its name fits on a button's data and into a list to choose from."""

    name: Annotated[Text, Field(max_length=NAME)]
    description: Text
    country: Country
    layer: Annotated[Layer, BeforeValidator(as_text)]
    groups: tuple[Text, ...] = Field(min_length=1)
    licences: tuple[Text, ...] = ()
    number: Annotated[Number | None, BeforeValidator(_or_none)] = None
    dial_plan: MaybeText = ""
    voice_routing_policy: MaybeText = ""
    caller_id_policy: MaybeText = ""
    emergency: Emergency = Emergency()
    policies: dict[PolicyType, Text] = Field(default_factory=dict)
    assigned_directly: tuple[Text, ...] = ()
    call_queues: tuple[Text, ...] = ()
    teams: tuple[Text, ...] = ()
    attributes: dict[Attribute, Text] = Field(default_factory=dict)
    eligible: dict[Attribute, Annotated[tuple[Text, ...], Field(min_length=1)]] = Field(default_factory=dict)
    requires: tuple[Text, ...] = ()
    excludes: tuple[Text, ...] = ()
    approval: Text = "manager"
    owner: MaybeSignInName = ""
    cost: Cost


class Rule(Strict):
    """One rule of a dial plan as it is written."""

    name: Text
    pattern: Text
    translation: Text
    sample: MaybeText = ""
    becomes: MaybeText = ""


class File(Strict):
    """All of it."""

    version: int = Field(ge=1, le=1_000_000_000)
    personas: tuple[Persona, ...] = Field(min_length=1)
    dial_plans: dict[Text, Annotated[tuple[Rule, ...], Field(min_length=1)]] = Field(default_factory=dict)
