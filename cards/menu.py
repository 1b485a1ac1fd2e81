"""The menu, the welcome and the help: where everything starts."""

from __future__ import annotations

from functools import lru_cache

import orjson

from cards.elements import Card, Part, TextRun
from cards.parts import Action, bold, button, buttons, finished, heading, line, run, said, subheading
from cards.verbs import Verb
from cards.words import TYPED, count


def menu_card(name: str, waiting_approvals: int, has_open: str | None) -> Card:
    """What can be done, with what waits for the person. ``has_open`` is the reference of an open request."""
    return _copy(_menu(name, waiting_approvals, has_open))


def welcome_card(name: str, waiting_approvals: int = 0, has_open: str | None = None) -> Card:
    """What somebody sees who has just got the app."""
    body = [
        heading("Welcome to Switchboard"),
        line(*_hello(name), " Ask here for a phone number of your own in Teams."),
        line(
            "Your manager approves it in chat, Switchboard sets it up, and one card shows you how far it is."
        ),
        *_waiting(waiting_approvals, has_open),
        line(said("You can also type: menu, help, request a number.", is_subtle=True)),
    ]
    return finished(
        "Welcome to Switchboard. Type menu or request a number.", body, _buttons(waiting_approvals)
    )


def help_card() -> Card:
    """What can be typed."""
    return _copy(_help())


@lru_cache(maxsize=1024)
def _menu(name: str, waiting_approvals: int, has_open: str | None) -> bytes:
    """The menu as JSON, made once for each variant: it answers most messages, and bytes cannot be changed."""
    body = [
        heading("Switchboard"),
        line(*_hello(name), " What would you like to do?"),
        *_waiting(waiting_approvals, has_open),
    ]
    body.append(buttons(button(Verb.FOR_SOMEBODY)))  # below are as many as Teams shows
    spoken = "Switchboard menu: request a number, change persona, my phone, my requests, approvals, help."
    return orjson.dumps(finished(spoken, body, _buttons(waiting_approvals)))


@lru_cache(maxsize=1)
def _help() -> bytes:
    body: list[Part] = [
        heading("Help"),
        line("Switchboard gives you a phone number in Teams: you ask, your manager approves, you dial."),
        subheading("What you can type"),
    ]
    body += [line(bold(typed), f" – {purpose}", spacing="small") for typed, purpose in TYPED]
    body.append(
        line(
            said(
                "Other wordings are understood too. SB-000123 stands for your request's reference.",
                is_subtle=True,
            )
        )
    )
    spoken = "Switchboard help. You can type: " + ", ".join(typed for typed, _ in TYPED) + "."
    return orjson.dumps(finished(spoken, body, _buttons(0)))


def _hello(name: str) -> list[TextRun | str]:
    """The channel does not tell the name of somebody who has just got the app."""
    return ["Hello ", bold(name), "."] if name else ["Hello."]


def _waiting(waiting_approvals: int, has_open: str | None) -> list[Part]:
    parts: list[Part] = []
    if waiting_approvals:
        verb = "waits" if waiting_approvals == 1 else "wait"
        parts.append(
            line("◔ ", bold(count(waiting_approvals, "request", "requests")), f" {verb} for your decision.")
        )
    if has_open:
        parts.append(line("Your request ", run(has_open, weight="bolder"), " is under way."))
    return parts


def _buttons(waiting_approvals: int) -> list[Action]:
    urgent = "positive" if waiting_approvals else "default"
    return [
        button(Verb.NUMBER_FORM),
        button(Verb.PERSONA_FORM),
        button(Verb.MY_PHONE),
        button(Verb.MY_REQUESTS),
        button(Verb.APPROVALS, style=urgent),
        button(Verb.HELP),
    ]


def _copy(card: bytes) -> Card:
    made: Card = orjson.loads(card)
    return made
