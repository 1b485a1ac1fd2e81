"""What a change of persona gives and takes: the difference that is approved, kept with its request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from services.domain.location import Cost
from services.domain.number import NumberType
from services.domain.persona import Persona


class Thing(StrEnum):
    """What a persona can bring or take."""

    PERSONA = "persona"
    GROUP = "group"
    LICENCE = "licence"
    POLICY = "policy"
    QUEUE = "call queue"
    TEAM = "team"
    NUMBER = "number"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that changes: from ``before`` to ``after``, each empty where there is nothing.

    ``kind`` says more closely what it is (a policy's type, an attribute's name). ``note`` is what else there
    is to know about it, such as how many licences are left.
    """

    thing: Thing
    before: str = ""
    after: str = ""
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaChange:
    """The change of a request of kind persona, as it was approved.

    ``takes`` are the chosen persona, last, and what it requires; ``drops`` those that end, ``keeps`` those
    that are held and stay, required ones too, all by name. ``number_types`` are the types that a promised
    number may have, and ``number_tag`` the tag that it must have, if one is named. ``old_number`` is the
    number that ends once the new one works. ``costs_before`` and ``costs_after`` are a month's, one for each
    currency.
    """

    takes: tuple[str, ...]
    drops: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    number_types: tuple[NumberType, ...] = ()
    number_tag: str = ""
    old_number: str | None = None
    differences: tuple[Difference, ...] = ()
    warnings: tuple[str, ...] = ()
    costs_before: tuple[Cost, ...] = ()
    costs_after: tuple[Cost, ...] = ()

    @property
    def mark(self) -> str:
        """Stands for what the change gives and takes, to tell later whether that is still the same."""
        seen = (self.takes, self.drops, self.keeps, self.costs_after, self.old_number, self.number_tag)
        lines = [
            f"{d.thing} {d.kind} {d.before} {'' if d.thing is Thing.NUMBER else d.after}"
            for d in self.differences
        ]
        return sha256("\n".join((repr(seen), *lines)).encode(errors="replace")).hexdigest()[:16]

    @property
    def persona(self) -> str:
        """The persona that was asked for."""
        return self.takes[-1]


def costs(personas: Iterable[Persona]) -> tuple[Cost, ...]:
    """What the personas cost together, one sum for each currency."""
    sums: dict[str, Decimal] = {}
    for persona in personas:
        sums[persona.cost.currency] = sums.get(persona.cost.currency, Decimal(0)) + persona.cost.amount
    return tuple(Cost(amount=amount, currency=currency) for currency, amount in sums.items())
