"""The buttons of a request's card: what its viewer may do, its history, and the ways elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

from cards.elements import AdaptiveCard, ShowCard
from cards.inputs import InputText
from cards.parts import Action, button
from cards.verbs import Verb
from cards.words import BUTTONS
from services.domain.request import PURPOSE_LIMIT, RequestState
from services.domain.view import Deed, RequestView

BUTTONS_SHOWN = 6
"""Teams hides further ones; what the viewer may do comes first."""

OVER = frozenset(
    {RequestState.REJECTED, RequestState.EXPIRED, RequestState.CANCELLED, RequestState.ROLLED_BACK}
)
"""Ended without a number, so that the requester may ask again."""

LONGEST_NAME = 256
"""Characters of a name in Entra; a sign-in address has fewer."""

NAME_OR_ADDRESS = "A name, or the address that they sign in with"


def request_actions(view: RequestView, history: Sequence[ShowCard]) -> list[Action]:
    """The buttons of what the viewer may do, then the history, then the ways elsewhere."""
    data = {"id": view.request.id, "version": view.request.version}
    actions = [make(data) for deed, make in _DEEDS.items() if deed in view.deeds]
    return [*actions, *history, *_elsewhere(view)][:BUTTONS_SHOWN]


def reject_action(verb: Verb, data: dict[str, Any]) -> ShowCard:
    """Rejecting, with the reason, of one request or of those that are chosen on the card around it."""
    reason = InputText(
        id="reason",
        label="Why do you reject it? The requester will read this.",
        is_multiline=True,
        is_required=True,
        max_length=PURPOSE_LIMIT,
        error_message="Say why you reject it: the requester will read it.",
    )
    return _asking(verb, reason, data, style="destructive")


def _delegate(data: dict[str, Any]) -> ShowCard:
    to = InputText(
        id="to",
        label="Who decides in your place?",
        placeholder=NAME_OR_ADDRESS,
        is_required=True,
        max_length=LONGEST_NAME,
        error_message="Say who decides in your place.",
    )
    return _asking(Verb.DELEGATE, to, data)


def _ask(data: dict[str, Any]) -> ShowCard:
    question = InputText(
        id="question",
        label="What do you want to know? The requester answers on this card.",
        is_multiline=True,
        is_required=True,
        max_length=PURPOSE_LIMIT,
        error_message="Write what you want to know.",
    )
    return _asking(Verb.ASK, question, data)


def _answer(data: dict[str, Any]) -> ShowCard:
    answer = InputText(
        id="answer",
        label="Your answer",
        is_multiline=True,
        is_required=True,
        max_length=PURPOSE_LIMIT,
        error_message="Write the answer: the approver waits for it.",
    )
    return _asking(Verb.ANSWER, answer, data, style="positive")


def _asking(verb: Verb, text: InputText, data: dict[str, Any], style: str = "default") -> ShowCard:
    """The input has a card of its own: one that is required must not hold up the other buttons."""
    confirm = button(verb, data=data, style=style, takes_inputs=True)
    inner = AdaptiveCard(body=[text], actions=[confirm])
    looks: dict[str, Any] = {} if style == "default" else {"style": style}
    return ShowCard(title=BUTTONS[verb], card=inner.to_inner(), **looks)


def _elsewhere(view: RequestView) -> list[Action]:
    request = view.request
    own = view.viewer_id in {request.requester.id, request.beneficiary.id}
    verbs: list[Verb] = []
    if own and request.state in OVER:
        verbs.append(_again(view))
    if view.viewer_id == request.beneficiary.id and request.state is RequestState.COMPLETED:
        verbs.append(Verb.MY_PHONE)
    verbs += [Verb.MY_REQUESTS if own else Verb.APPROVALS, Verb.MENU]
    return [button(verb) for verb in verbs]


def _again(view: RequestView) -> Verb:
    """What asks for the same again, for oneself or for somebody else."""
    if view.viewer_id != view.request.beneficiary.id:
        return Verb.FOR_SOMEBODY
    return Verb.PERSONA_FORM if view.request.change else Verb.NUMBER_FORM


_DEEDS: MappingProxyType[Deed, Callable[[dict[str, Any]], Action]] = MappingProxyType(
    {
        Deed.ANSWER: _answer,
        Deed.APPROVE: lambda data: button(Verb.APPROVE, data=data, style="positive"),
        Deed.REJECT: lambda data: reject_action(Verb.REJECT, data),
        Deed.DELEGATE: _delegate,
        Deed.ASK: _ask,
        Deed.RETRY: lambda data: button(Verb.RETRY, data=data, style="positive"),
        Deed.ROLL_BACK: lambda data: button(Verb.ROLL_BACK, data=data, style="destructive"),
        Deed.CANCEL: lambda data: button(Verb.CANCEL, data=data),
    }
)
"""The button of each deed, in their order on the card."""
