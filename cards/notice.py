"""One sentence and what to do next: refusals, errors, near misses."""

from __future__ import annotations

from collections.abc import Sequence

from cards.elements import Card
from cards.parts import button, finished, heading, line, run
from cards.verbs import Verb
from cards.words import readable


def notice_card(title: str, sentence: str, choices: Sequence[tuple[str, Verb]] = ()) -> Card:
    """A sentence with buttons. ``title`` is fixed words of ours; what was typed belongs in ``sentence``."""
    body = [heading(title), line(run(readable(sentence), 600))]
    return finished(f"Switchboard: {title}", body, [button(verb, title=words) for words, verb in choices])
