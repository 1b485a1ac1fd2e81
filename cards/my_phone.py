"""What a person has now."""

from __future__ import annotations

from cards.elements import Card, Part
from cards.parts import Action, banner, bold, button, fact, finished, heading, line, run, said, subheading
from cards.verbs import Verb
from cards.words import POLICIES, STATES, phone, phone_at_home
from services.domain.offer import PhoneView

POLICIES_SHOWN = 12


def my_phone_card(view: PhoneView) -> Card:
    """Number, licence and policies as the tenant has them, and the request under way if there is one."""
    body: list[Part] = [heading("My phone"), *_numbers(view)]
    body.append(
        fact("Calling", "✓ On" if view.voice_enabled else "✕ Off: outside calls are not possible yet")
    )
    body.append(fact("Licence", "✓ Teams Phone" if view.licensed else "✕ No Teams Phone licence"))
    body += _policies(view.policies)
    body += _open_request(view)
    return finished("My phone: the number, licence and policies you have now.", body, _actions(view))


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


def _policies(policies: dict[str, str]) -> list[Part]:
    if not policies:
        return []
    known = sorted(policies, key=lambda kind: (kind not in POLICIES, kind))
    facts: list[Part] = [
        fact(POLICIES.get(kind, kind), run(policies[kind])) for kind in known[:POLICIES_SHOWN]
    ]
    left = len(known) - POLICIES_SHOWN
    more = [line(said(f"… and {left} more.", is_subtle=True))] if left > 0 else []
    return [subheading("Policies"), *facts, *more]


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
    return [*actions, button(Verb.MY_REQUESTS), button(Verb.MENU)]
