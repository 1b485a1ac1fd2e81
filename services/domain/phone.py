"""What a person has now, read from the tenant: a model between use case and card."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.person import Person
from services.domain.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceHeld:
    """A licence by its product's name. ``group`` brings it; None means that it is assigned directly.

    ``fault`` says why it cannot be given, or nothing.
    """

    product: str
    group: str | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHeld:
    """The policy of a type that holds. No ``name`` means the organisation's default.

    ``group`` brings it; None means that it is assigned directly, or is the default. ``hides`` is what a group
    of a persona would bring if nothing were assigned directly.
    """

    kind: str
    name: str = ""
    group: str | None = None
    hides: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneView:
    """A person's personas, numbers, licences and policies. ``licensed`` is whether they have Teams Phone."""

    person: Person
    numbers: tuple[str, ...]
    voice_enabled: bool
    licensed: bool
    personas: tuple[str, ...] = ()
    licences: tuple[LicenceHeld, ...] = ()
    policies: tuple[PolicyHeld, ...] = ()
    open_request: Request | None = None
