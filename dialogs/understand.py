"""From typed words to what is meant: exact words, other wordings, near misses, references."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from cards.verbs import Verb

PHRASES: dict[str, Verb] = {
    "menu": Verb.MENU,
    "start": Verb.MENU,
    "home": Verb.MENU,
    "hi": Verb.MENU,
    "hello": Verb.MENU,
    "help": Verb.HELP,
    "what can you do": Verb.HELP,
    "request a number": Verb.NUMBER_FORM,
    "request number": Verb.NUMBER_FORM,
    "request a phone number": Verb.NUMBER_FORM,
    "get a number": Verb.NUMBER_FORM,
    "new number": Verb.NUMBER_FORM,
    "new phone number": Verb.NUMBER_FORM,
    "i need a number": Verb.NUMBER_FORM,
    "i need a phone number": Verb.NUMBER_FORM,
    "i want a phone number": Verb.NUMBER_FORM,
    "ask for a number": Verb.NUMBER_FORM,
    "number please": Verb.NUMBER_FORM,
    "change persona": Verb.PERSONA_FORM,
    "change my persona": Verb.PERSONA_FORM,
    "new persona": Verb.PERSONA_FORM,
    "request a persona": Verb.PERSONA_FORM,
    "persona": Verb.PERSONA_FORM,
    "change job": Verb.PERSONA_FORM,
    "i am moving": Verb.PERSONA_FORM,
    "drift": Verb.DRIFT,
    "personas drift": Verb.DRIFT,
    "roll outs": Verb.ROLLOUTS,
    "rollouts": Verb.ROLLOUTS,
    "rollout": Verb.ROLLOUTS,
    "my phone": Verb.MY_PHONE,
    "my number": Verb.MY_PHONE,
    "what is my number": Verb.MY_PHONE,
    "my phone number": Verb.MY_PHONE,
    "my requests": Verb.MY_REQUESTS,
    "requests": Verb.MY_REQUESTS,
    "status": Verb.MY_REQUESTS,
    "where is my number": Verb.MY_REQUESTS,
    "cancel": Verb.MY_REQUESTS,
    "cancel my request": Verb.MY_REQUESTS,
    "approvals": Verb.APPROVALS,
    "my approvals": Verb.APPROVALS,
    "what waits for me": Verb.APPROVALS,
    "approval settings": Verb.PREFERENCES,
    "my approval settings": Verb.PREFERENCES,
    "deputy": Verb.PREFERENCES,
    "digest": Verb.PREFERENCES,
    "out of office": Verb.PREFERENCES,
    "for somebody else": Verb.FOR_SOMEBODY,
    "for someone else": Verb.FOR_SOMEBODY,
    "request for somebody else": Verb.FOR_SOMEBODY,
    "on behalf of": Verb.FOR_SOMEBODY,
}
"""Every wording that is understood; the first of each verb is the one that help and buttons use."""

CHOICES = (Verb.NUMBER_FORM, Verb.PERSONA_FORM, Verb.MY_PHONE, Verb.MY_REQUESTS, Verb.APPROVALS)
"""What is offered to somebody who was not understood at all."""

UNDERSTOOD = 86.0
"""Likeness in percent from which a near miss is taken for what it resembles."""

SIMILAR = 55.0
"""Likeness in percent from which a near miss is offered as a choice."""

LONGEST = 200
"""Characters of a message that are looked at."""

_REFERENCE = re.compile(r"^(?:(?P<word>cancel|show)\s+)?(?:request\s+)?sb[-\s]?0*(?P<digits>\d{1,9})\.?$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message means: a verb (with a reference where it names a request), or the nearest choices."""

    verb: Verb | None
    ref: str = ""
    choices: tuple[Verb, ...] = ()


def understand(text: str) -> Meaning:
    """The meaning of a typed message; pure, and total over any text."""
    plain = " ".join(text[:LONGEST].casefold().split())
    named = _REFERENCE.match(plain)
    if named:
        verb = Verb.CANCEL if named["word"] == "cancel" else Verb.SHOW
        return Meaning(verb=verb, ref=f"SB-{int(named['digits']):06d}")
    words = utils.default_process(plain)
    if words in PHRASES:
        return Meaning(verb=PHRASES[words])
    nearest = process.extract(words, PHRASES.keys(), scorer=fuzz.ratio, limit=6, score_cutoff=SIMILAR)
    if nearest and nearest[0][1] >= UNDERSTOOD:
        return Meaning(verb=PHRASES[nearest[0][0]])
    similar = tuple(dict.fromkeys(PHRASES[phrase] for phrase, _, _ in nearest))
    return Meaning(verb=None, choices=similar[:3] or CHOICES)
