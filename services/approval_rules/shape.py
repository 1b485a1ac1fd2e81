"""The form in which approval rules are written: the fields of the file, and what may stand in them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from services.domain.approval_rule import MANAGER_RULE
from services.domain.request import RequestKind
from services.domain.stage import Need, OnSilence, Role
from services.domain.working_time import LONGEST_HOURS
from services.written.reasons import perhaps
from services.written.texts import Country, SignInName, Strict, Text, as_text, clean

NAME = 80
_HOURS = re.compile(r"(\d+(?:\.\d+)?) hours?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

NAMED_ROLES = {Role.GROUP_OWNERS: "[owners]", Role.GROUP_MEMBERS: "[members]", Role.PEOPLE: "[people]"}
"""Roles that say whom by a name, with the tags that pydantic puts into the path of a fault."""

PLAIN_ROLES = tuple(role.value for role in Role if role not in NAMED_ROLES)
PLAIN = "[role]"
_FORMS = "{owners of: GROUP}, {members of: GROUP} or {people: [NAME]}"


def _hours(value: object) -> object:
    """Working hours, as in ``16 hours``: one way to write them, since how long a day is depends on whose."""
    found = _HOURS.fullmatch(clean(value)) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("hours", "It must be working hours, such as 16 hours.")
    if not 0 < float(found[1]) <= LONGEST_HOURS:
        raise PydanticCustomError(
            "hours_range", "It must be more than 0 and at most {most} hours.", {"most": LONGEST_HOURS}
        )
    return float(found[1])


def _day(value: object) -> object:
    text = clean(value) if isinstance(value, str) else ""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise PydanticCustomError("day", "It must be a day that there is, such as 2026-12-24.")


def _is_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError):
        guess = perhaps(text, available_timezones())
        raise PydanticCustomError(
            "zone",
            "There is no time zone {text}.{guess} They are called as in Europe/London.",
            {"text": text, "guess": guess},
        ) from None
    return text


def _role(text: str) -> str:
    if text.casefold() in PLAIN_ROLES:
        return text.casefold()
    raise PydanticCustomError(
        "role",
        "{text} cannot be asked.{guess} It must be {plain}, or {forms}.",
        {
            "text": text,
            "guess": perhaps(text.casefold(), PLAIN_ROLES),
            "plain": ", ".join(PLAIN_ROLES),
            "forms": _FORMS,
        },
    )


def _which(value: Any) -> str | None:
    """Which form of whom to ask it is. Something else is told with the name of the field that it has."""
    if isinstance(value, str):
        return PLAIN
    if isinstance(value, dict) and len(value) == 1:
        return next((tag for role, tag in NAMED_ROLES.items() if role.value in value), None)
    return None


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Hours = Annotated[float, BeforeValidator(_hours)]
Day = Annotated[date, BeforeValidator(_day)]
Zone = Annotated[Text, AfterValidator(_is_zone)]
Name = Annotated[Text, Field(max_length=NAME)]
Values = Annotated[tuple[Text, ...], Field(min_length=1)]
People = Annotated[tuple[SignInName, ...], Field(min_length=1)]


class OwnersOf(Strict):
    """The owners of a group."""

    group: Text = Field(alias="owners of")


class MembersOf(Strict):
    """The members of a group."""

    group: Text = Field(alias="members of")


class ThesePeople(Strict):
    """People by the names that they sign in with."""

    people: People


Ask = Annotated[
    Annotated[str, BeforeValidator(as_text), AfterValidator(_role), Tag(PLAIN)]
    | Annotated[OwnersOf, Tag("[owners]")]
    | Annotated[MembersOf, Tag("[members]")]
    | Annotated[ThesePeople, Tag("[people]")],
    Discriminator(
        _which,
        custom_error_type="asks",
        custom_error_message=f"It must be one of {', '.join(PLAIN_ROLES)}, or {_FORMS}.",
    ),
]


class Condition(Strict):
    """When no approval is needed. Attributes stand beside the rest, in Graph's spelling."""

    cost_at_most: Decimal | None = Field(None, ge=0, max_digits=10, decimal_places=2)
    uses_licence: bool | None = None
    licences_left: int | None = Field(None, ge=1, le=1_000_000)
    city: Values | None = None
    country: Values | None = None
    department: Values | None = None
    employee_type: Values | None = Field(None, alias="employeeType")
    job_title: Values | None = Field(None, alias="jobTitle")
    office_location: Values | None = Field(None, alias="officeLocation")

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if not self.model_fields_set:
            raise PydanticCustomError("no_condition", "It is empty, so that it would never hold.")
        return self


class Stage(Strict):
    """One stage as it is written."""

    name: Name
    asks: Annotated[tuple[Ask, ...], BeforeValidator(_listed), Field(min_length=1)]
    need: Annotated[Need, BeforeValidator(as_text)] = Need.ONE
    limit: Hours | None = None
    remind: tuple[Hours, ...] = ()
    on_silence: Annotated[OnSilence | None, BeforeValidator(as_text)] = None
    not_needed: tuple[Condition, ...] = ()


class Rule(Strict):
    """One rule as it is written."""

    name: Name
    stages: tuple[Stage, ...] = Field(min_length=1)
    not_needed: tuple[Condition, ...] = ()


class File(Strict):
    """All of it."""

    zone: Zone = "UTC"
    holidays: dict[Country, tuple[Day, ...]] = Field(default_factory=dict)
    assistants: tuple[Text, ...] = ()
    cost_centres: dict[Text, People] = Field(default_factory=dict)
    queues: dict[Text, People] = Field(default_factory=dict)
    kinds: dict[RequestKind, Text] = Field(default_factory=lambda: dict.fromkeys(RequestKind, MANAGER_RULE))
    rules: tuple[Rule, ...] = ()
