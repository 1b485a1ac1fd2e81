"""What a person has now."""

from __future__ import annotations

from collections.abc import Sequence

from cards.elements import Card, Part, TextRun
from cards.parts import (
    Action,
    banner,
    bold,
    button,
    fact,
    finished,
    fitted,
    heading,
    line,
    run,
    said,
    subheading,
)
from cards.verbs import Verb
from cards.words import POLICIES, STATES, phone, phone_at_home
from services.domain.phone import LicenceHeld, PhoneView, PolicyHeld

POLICIES_SHOWN = 12
LICENCES_SHOWN = 12


def my_phone_card(view: PhoneView) -> Card:
    """Personas, number, licences and policies as the tenant has them, and the request under way."""
    return fitted(lambda room: _card(view, room))


def _card(view: PhoneView, room: int) -> Card:
    body: list[Part] = [heading("My phone"), *_numbers(view), *_personas(view)]
    body.append(
        fact("Calling", "✓ On" if view.voice_enabled else "✕ Off: outside calls are not possible yet")
    )
    body.append(fact("Licence", "✓ Teams Phone" if view.licensed else "✕ No Teams Phone licence"))
    body += _policies(view.policies, room)
    body += _licences(view.licences, room)
    body += _open_request(view)
    return finished(
        "My phone: the persona, number, licences and policies you have now.", body, _actions(view)
    )


def _numbers(view: PhoneView) -> list[Part]:
    if not view.numbers:
        return [line("You have no phone number yet.")]
    parts: list[Part] = []
    for e164 in view.numbers:
        at_home = phone_at_home(e164)
        parts.append(line(run(phone(e164), size="large", weight="bolder")))
        if at_home:
            parts.append(line(said(f"Dial {at_home}", is_subtle=True), spacing="none"))
    return [banner("good", *parts)]


def _personas(view: PhoneView) -> list[Part]:
    if not view.personas:
        return []
    return [fact("Persona" if len(view.personas) == 1 else "Personas", bold(", ".join(view.personas), 300))]


def _licences(licences: Sequence[LicenceHeld], room: int) -> list[Part]:
    """Each with where it comes from; faults first, since they are what somebody looks for."""
    if not licences:
        return []
    ordered = sorted(licences, key=lambda licence: not licence.fault)
    parts: list[Part] = [subheading("Licences")]
    for licence in ordered[:LICENCES_SHOWN]:
        via = f"from {licence.group}" if licence.group else "assigned directly"
        if licence.fault:
            words = run(licence.fault, room)
            parts.append(line("⚠ ", bold(licence.product, room), " ", _via(via, room), ": ", words))
        else:
            parts.append(line(run(licence.product, room), "  ", _via(via, room), spacing="small"))
    return parts + _left(len(ordered) - LICENCES_SHOWN)


def _policies(policies: Sequence[PolicyHeld], room: int) -> list[Part]:
    if not policies:
        return []
    known = sorted(policies, key=lambda policy: (not policy.hides, policy.kind not in POLICIES, policy.kind))
    parts: list[Part] = [subheading("Policies")]
    for policy in known[:POLICIES_SHOWN]:
        name = POLICIES.get(policy.kind, policy.kind)
        if not policy.name:
            parts.append(fact(name, _via("the organisation's default", room)))
            continue
        via = f"from {policy.group}" if policy.group else "assigned directly"
        parts.append(fact(name, run(policy.name, room), "  ", _via(via, room)))
        if policy.hides:
            hidden = line("⚠ It hides ", bold(policy.hides, room), ", which your persona would bring.")
            parts.append(banner("warning", hidden))
    return parts + _left(len(known) - POLICIES_SHOWN)


def _via(text: str, room: int) -> TextRun:
    return run(text, room, is_subtle=True)


def _left(count: int) -> list[Part]:
    return [line(said(f"… and {count} more.", is_subtle=True))] if count > 0 else []


def _open_request(view: PhoneView) -> list[Part]:
    request = view.open_request
    if request is None:
        return []
    mark, word, style = STATES[request.state]
    return [banner(style, line(f"{mark} Your request ", bold(request.ref), f": {word.lower()}"))]


def _actions(view: PhoneView) -> list[Action]:
    actions: list[Action] = []
    request = view.open_request
    if request is not None:
        title = f"Open {request.ref}"
        actions.append(button(Verb.SHOW, title=title, data={"id": request.id, "version": request.version}))
    elif not view.numbers:
        actions.append(button(Verb.NUMBER_FORM, style="positive"))
    else:
        actions.append(button(Verb.PERSONA_FORM))
    return [*actions, button(Verb.MY_REQUESTS), button(Verb.MENU)]
