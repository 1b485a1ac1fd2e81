"""What a change of persona gives and takes: the same part on the form and on the request's card."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from cards.elements import Part
from cards.parts import banner, bold, fact, line, run, said, subheading
from cards.words import ATTRIBUTES, POLICIES, money, phone, readable
from services.domain.location import Cost
from services.domain.persona_change import Difference, PersonaChange, Thing

WARNINGS_SHOWN = 6
DIFFERENCES_SHOWN = 24
NAMES = MappingProxyType(
    {
        Thing.PERSONA: "Persona",
        Thing.GROUP: "Group",
        Thing.LICENCE: "Licence",
        Thing.QUEUE: "Call queue",
        Thing.TEAM: "Team",
        Thing.NUMBER: "Number",
    }
)


def change_parts(change: PersonaChange, room: int) -> list[Part]:
    """What is gained, exchanged and lost, what it costs, and what to mind."""
    parts: list[Part] = [subheading("What changes")]
    shown = change.differences[:DIFFERENCES_SHOWN]
    parts += [_difference(difference, room) for difference in shown]
    left = len(change.differences) - len(shown)
    if left > 0:
        parts.append(line(said(f"… and {left} more.", is_subtle=True)))
    if not change.differences:
        parts.append(line("Nothing but the name: all that it brings is there already."))
    if change.keeps:
        parts.append(line("Stays: ", run(", ".join(change.keeps), room), spacing="small"))
    parts.append(cost_fact(change))
    if change.warnings:
        mind = [
            line("• ", run(readable(text), room), spacing="small")
            for text in change.warnings[:WARNINGS_SHOWN]
        ]
        parts.append(banner("warning", line(said("⚠ Please mind", weight="bolder")), *mind))
    return parts


def cost_fact(change: PersonaChange) -> Part:
    """The cost before and after."""
    before, after = _sum(change.costs_before), _sum(change.costs_after)
    if before == after:
        return fact("Cost", after, " as before")
    return fact("Cost", after, said(f" (now {before})", is_subtle=True))


def _sum(costs: Sequence[Cost]) -> str:
    return " + ".join(money(cost) for cost in costs if cost.amount) or "no extra cost"


def _difference(difference: Difference, room: int) -> Part:
    """A mark, what it is, and from what to what; the mark only repeats the words."""
    name = NAMES.get(difference.thing) or _kind(difference)
    before, after = (_shown(difference, text) for text in (difference.before, difference.after))
    note = [said(f"  ({difference.note})", is_subtle=True)] if difference.note else []
    if not before:
        return line(
            "＋ ", said(f"{name} gained: ", is_subtle=True), bold(after, room), *note, spacing="small"
        )
    if not after:
        return line("－ ", said(f"{name} lost: ", is_subtle=True), bold(before, room), *note, spacing="small")
    runs = ("⇄ ", said(f"{name}: ", is_subtle=True), run(before, room), " → ", bold(after, room))
    return line(*runs, *note, spacing="small")


def _kind(difference: Difference) -> str:
    words = POLICIES if difference.thing is Thing.POLICY else ATTRIBUTES
    return words.get(difference.kind, difference.kind)


def _shown(difference: Difference, text: str) -> str:
    return phone(text) if difference.thing is Thing.NUMBER else text
