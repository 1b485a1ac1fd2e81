"""The verbs that cards carry. ``bot/verbs.py`` has the table that says what each does."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    """One thing that a button can ask for."""

    MENU = "menu"
    HELP = "help"
    NUMBER_FORM = "number.form"
    NUMBER_SUBMIT = "number.submit"
    PERSONA_FORM = "persona.form"
    PERSONA_SUBMIT = "persona.submit"
    DRIFT = "personas.drift"
    DRIFT_AGAIN = "personas.drift.again"
    ROLLOUTS = "rollouts.show"
    MY_PHONE = "phone.show"
    MY_REQUESTS = "requests.mine"
    APPROVALS = "approvals.list"
    APPROVE_MANY = "approvals.approve"
    REJECT_MANY = "approvals.reject"
    PREFERENCES = "approvals.preferences"
    PREFERENCES_SUBMIT = "approvals.preferences.submit"
    FOR_SOMEBODY = "behalf.form"
    NUMBER_FOR = "behalf.number"
    PERSONA_FOR = "behalf.persona"
    SHOW = "request.show"
    APPROVE = "request.approve"
    REJECT = "request.reject"
    DELEGATE = "request.delegate"
    ASK = "request.ask"
    ANSWER = "request.answer"
    CANCEL = "request.cancel"
    RETRY = "request.retry"
    ROLL_BACK = "request.rollback"
