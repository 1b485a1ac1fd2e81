"""What rules about approvals refuse. The docstring of a class is the sentence that a user reads."""

from __future__ import annotations

from services.domain.errors import Refused


class QuestionMissing(Refused):
    """Write what you want to know: the requester will read it and answer on the card."""


class AnswerMissing(Refused):
    """Write the answer: the approver waits for it."""


class QuestionOpen(Refused):
    """{who} has asked already and waits for the answer. Ask again once it is there. Nothing was changed."""


class NothingAsked(Refused):
    """There is no question that waits for an answer. Nothing was changed."""


class NobodyNamed(Refused):
    """Write who it should be: a name, or the address that they sign in with."""


class PersonNotFound(Refused):
    """Nobody in the organisation is called "{name}". Check the spelling, or write the address that they sign
    in with. Nothing was changed."""


class PersonAmbiguous(Refused):
    """Several people are called "{name}": {who}. Write the address that they sign in with. Nothing was
    changed."""


class CannotDecide(Refused):
    """{name} cannot decide this: {why}. Choose somebody else. Nothing was changed."""


class NotForThem(Refused):
    """You cannot ask for {name}: their managers can, and so can {who}."""


class BadPeriod(Refused):
    """Write both days as in 2026-12-24, the last one not before the first, and not in the past."""
