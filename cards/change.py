"""What a change of persona gives and takes: the same part on the form and on the request's card."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from cards.elements import Part, TextRun
from cards.parts import banner, bold, fact, line, run, said, subheading
from cards.words import POLICIES, money, phone, readable
from services.domain.location import Cost
from services.domain.persona import ATTRIBUTES
from services.domain.persona_change import Difference, PersonaChange, Thing

WARNINGS_SHOWN = 6
LINES_SHOWN = 12
"""Of each list; more than any persona has in practice."""

LINES_AT_LEAST = 5
TIGHTEST = 16
"""Where longer texts get no more characters than these, lists are cut as well."""

NAMES = MappingProxyType(
    {
        Thing.PERSONA: ("Persona", "Personas"),
        Thing.GROUP: ("Group", "Groups"),
        Thing.LICENCE: ("Licence", "Licences"),
        Thing.QUEUE: ("Call queue", "Call queues"),
        Thing.TEAM: ("Team", "Teams"),
        Thing.NUMBER: ("Number", "Numbers"),
    }
)
"""What each thing is called, one and several. Policies and attributes are called by their kinds."""


def change_parts(change: PersonaChange, room: int, *, is_done: bool = False) -> list[Part]:
    """What is gained, lost and exchanged, what it costs, and what to mind; ``is_done`` looks back on it."""
    parts: list[Part] = [subheading("What changed" if is_done else "What changes")]
    gained = [one for one in change.differences if not one.before]
    lost = [one for one in change.differences if not one.after]
    other = [one for one in change.differences if one.before and one.after]
    parts += _list("+ Gained", gained, room)
    parts += _list("– Lost", lost, room)
    if other:
        parts.append(line(said("→ Exchanged", weight="bolder")))
    parts += [_exchange(one, room) for one in other[: _limit(room)]]
    parts += _left(len(other) - _limit(room))
    if change.keeps:
        parts.append(line(said("Stays: ", is_subtle=True), run(", ".join(change.keeps), room)))
    parts.append(_cost(change, is_done=is_done))
    if change.warnings and not is_done:
        shown = change.warnings[:WARNINGS_SHOWN]
        mind = [line("• ", run(readable(text), room), spacing="small") for text in shown]
        parts.append(banner("warning", line(said("⚠ Please mind", weight="bolder")), *mind))
    return parts


def _limit(room: int) -> int:
    return LINES_SHOWN if room > TIGHTEST else LINES_AT_LEAST


def _cost(change: PersonaChange, *, is_done: bool) -> Part:
    """The cost before and after."""
    before, after = _sum(change.costs_before), _sum(change.costs_after)
    if before == after:
        return fact("Cost", after, " as before")
    return fact("Cost", after, said(f" ({'before' if is_done else 'now'}: {before})", is_subtle=True))


def _sum(costs: Sequence[Cost]) -> str:
    return " + ".join(money(cost) for cost in costs if cost.amount) or "no extra cost"


def _list(title: str, differences: Sequence[Difference], room: int) -> list[Part]:
    """What is gained or lost, one line for each kind of thing."""
    if not differences:
        return []
    lines: list[Part] = [line(said(title, weight="bolder"))]
    groups = list(_by_name(differences).values())
    for several in groups[: _limit(room)]:
        name = _name(several[0], len(several))
        texts = ", ".join(_shown(one) for one in several)
        lines.append(line(_label(name), ": ", run(texts, room), spacing="none"))
    return lines + _left(len(groups) - _limit(room))


def _left(count: int) -> list[Part]:
    return [line(said(f"… and {count} more.", is_subtle=True))] if count > 0 else []


def _by_name(differences: Sequence[Difference]) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    for one in differences:
        found.setdefault(_name(one, 1), []).append(one)
    return found


def _exchange(one: Difference, room: int) -> Part:
    before, after = (_said(one, text) for text in (one.before, one.after))
    return line(_label(_name(one, 1)), ": ", run(before, room), " → ", bold(after, room), spacing="none")


def _label(name: str) -> TextRun:
    """Run as typed: the name of a kind of policy may be the tenant's."""
    return run(name, is_subtle=True)


def _name(one: Difference, count: int) -> str:
    if one.thing in NAMES:
        return NAMES[one.thing][count > 1]
    words = POLICIES if one.thing is Thing.POLICY else ATTRIBUTES
    return words.get(one.kind, one.kind)


def _shown(one: Difference) -> str:
    text = _said(one, one.after or one.before)
    return f"{text} ({one.note})" if one.note else text


def _said(one: Difference, text: str) -> str:
    return phone(text) if one.thing is Thing.NUMBER else text
