"""The words on cards, in one place: titles of buttons, states, steps, and how values are said.

Names that people or the tenant typed never go through here into markdown: see ``parts.py``.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

import phonenumbers

from cards.verbs import Verb
from services.domain.drift import Finding
from services.domain.location import Cost
from services.domain.persona import ATTRIBUTES
from services.domain.request import RequestKind, RequestState
from services.domain.stage import OnSilence
from services.domain.step import Step, StepKind, StepStatus
from services.domain.titles import title

BUTTONS = MappingProxyType(
    {
        Verb.MENU: "Menu",
        Verb.HELP: "Help",
        Verb.NUMBER_FORM: "Request a number",
        Verb.NUMBER_SUBMIT: "Submit",
        Verb.PERSONA_FORM: "Change persona",
        Verb.PERSONA_SUBMIT: "Submit",
        Verb.DRIFT: "Drift",
        Verb.DRIFT_AGAIN: "Look again",
        Verb.ROLLOUTS: "Roll-outs",
        Verb.MY_PHONE: "My phone",
        Verb.MY_REQUESTS: "My requests",
        Verb.APPROVALS: "Approvals",
        Verb.APPROVE_MANY: "Approve selected",
        Verb.REJECT_MANY: "Reject selected",
        Verb.PREFERENCES: "My approval settings",
        Verb.PREFERENCES_SUBMIT: "Save",
        Verb.FOR_SOMEBODY: "For somebody else",
        Verb.NUMBER_FOR: "Request a number",
        Verb.PERSONA_FOR: "Change persona",
        Verb.SHOW: "Open",
        Verb.APPROVE: "Approve",
        Verb.REJECT: "Reject",
        Verb.DELEGATE: "Delegate",
        Verb.ASK: "Ask a question",
        Verb.ANSWER: "Answer",
        Verb.CANCEL: "Cancel request",
        Verb.RETRY: "Retry",
        Verb.ROLL_BACK: "Roll back",
    }
)
"""What the button of each verb says."""

TYPED = (
    ("request a number", "ask for a phone number of your own"),
    ("change persona", "move to another job's groups, licences, policies and number"),
    ("for somebody else", "ask for a number or a persona for one of your people"),
    ("my phone", "the number, licence and policies you have now"),
    ("my requests", "what you asked for and where it stands"),
    ("approvals", "what waits for your decision"),
    ("approval settings", "who stands in for you, and how you are reminded"),
    ("cancel SB-000123", "take a request back until its setup starts"),
    ("drift", "for telecom admins: who has drifted from their persona"),
    ("roll-outs", "for telecom admins: how far they are"),
    ("menu", "the buttons for all of this"),
    ("help", "this list"),
)
"""What can be typed, and what it is for."""

STATES = MappingProxyType(
    {
        RequestState.DRAFT: ("○", "Draft", "default"),
        RequestState.PENDING: ("◔", "Pending", "warning"),
        RequestState.APPROVED: ("✓", "Approved", "accent"),
        RequestState.PROVISIONING: ("▶", "Provisioning", "accent"),
        RequestState.COMPLETED: ("✓", "Completed", "good"),
        RequestState.REJECTED: ("✕", "Rejected", "attention"),
        RequestState.EXPIRED: ("✕", "Expired", "emphasis"),
        RequestState.CANCELLED: ("✕", "Cancelled", "emphasis"),
        RequestState.NEEDS_ATTENTION: ("⚠", "Needs attention", "attention"),
        RequestState.ROLLING_BACK: ("↺", "Rolling back", "warning"),
        RequestState.ROLLED_BACK: ("↺", "Rolled back", "emphasis"),
    }
)
"""Mark, word and container style of each state. The word says it all; mark and colour only help."""

STEP_STATUSES = MappingProxyType(
    {
        StepStatus.PLANNED: ("○", "Planned", "default"),
        StepStatus.RUNNING: ("▶", "In progress", "accent"),
        StepStatus.WAITING: ("◔", "Waiting", "warning"),
        StepStatus.DONE: ("✓", "Done", "good"),
        StepStatus.NOTHING_TO_DO: ("✓", "Already so", "good"),
        StepStatus.BLOCKED: ("⚠", "Blocked", "attention"),
        StepStatus.FAILED: ("✕", "Failed", "attention"),
        StepStatus.UNDONE: ("↺", "Undone", "default"),
    }
)
"""Mark, word and colour of the mark of each status of a step. Coloured words would be hard to read."""

POLICIES = MappingProxyType(
    {
        "TeamsCallingPolicy": "Calling policy",
        "TeamsMeetingPolicy": "Meeting policy",
        "TenantDialPlan": "Dial plan",
        "OnlineVoiceRoutingPolicy": "Voice routing",
        "CallingLineIdentity": "Caller ID",
        "TeamsEmergencyCallingPolicy": "Emergency calling",
        "TeamsEmergencyCallRoutingPolicy": "Emergency routing",
        "TeamsCallParkPolicy": "Call park",
    }
)
"""Policy types of the tenant in words; others are shown as the tenant spells them."""

POLICY_STEPS = MappingProxyType(
    {
        StepKind.ASSIGN_POLICY: "Assign {0}: {1}",
        StepKind.REMOVE_POLICY: "Take away {0}: {1}",
        StepKind.WAIT_FOR_POLICY: "Wait for {0}: {1}",
    }
)
"""Titles of the steps about policies, which name the type in words."""

KINDS = MappingProxyType({RequestKind.NUMBER: "Number request", RequestKind.PERSONA: "Persona request"})
"""What a request of each kind is called."""

HAPPENINGS = MappingProxyType(
    {
        "submitted": "handed it in",
        "asked": "asked",
        "asked as well": "asked as well",
        "approved": "approved",
        "rejected": "rejected",
        "delegated": "handed the decision over",
        "escalated": "asked others as well",
        "reminded": "reminded",
        "asked a question": "asked",
        "answered": "answered",
        "cancelled": "cancelled it",
        "expired": "ended it, since nobody decided",
        "provisioning started": "started the setup",
        "number exchanged": "exchanged the number",
        "completed": "completed it",
        "needs attention": "stopped and needs people",
        "retried": "tried it again",
        "rolling back": "began to roll it back",
        "rolled back": "undid everything",
    }
)
"""What happened, after the name of who did it; another line of history is shown as it is called."""

THEN = MappingProxyType(
    {
        OnSilence.ESCALATE: "others are asked as well",
        OnSilence.FALLBACK: "the fallback approver is asked as well",
    }
)
"""What follows when a stage is not decided in time, other than the end of the request."""

_E164 = re.compile(r"\+[1-9]\d{6,14}\b")


def step_title(step: Step, *, before_choice: bool = False) -> str:
    """What a step does. ``before_choice`` leaves the number open: on the form it is not promised yet."""
    if step.kind is StepKind.ASSIGN_NUMBER and before_choice:
        return "Assign the number"
    if step.kind is StepKind.VERIFY:
        return "Check that calling works" if before_choice else "Check that calls work with it"
    if step.kind in POLICY_STEPS:
        return POLICY_STEPS[step.kind].format(POLICIES.get(step.target, step.target), step.subject)
    if step.kind is StepKind.SET_ATTRIBUTE:
        return f"Set {ATTRIBUTES.get(step.subject, step.subject).lower()} to {step.target}"
    return readable(title(step))


def when(moment: datetime) -> str:
    """A moment as ``23 Nov 2026, 14:05 UTC``. Teams does not localise times in text, so the zone is said."""
    there = moment.astimezone(UTC)
    return f"{there.day} {there:%b %Y, %H:%M} UTC"


def lasted(span: timedelta) -> str:
    """How long something took, in its two largest units: ``2 h 5 min``."""
    minutes = max(0, int(span.total_seconds())) // 60
    units = (("d", minutes // 1440), ("h", minutes // 60 % 24), ("min", minutes % 60))
    first = next((place for place, (_, number) in enumerate(units) if number), None)
    if first is None:
        return "less than a minute"
    return " ".join(f"{number} {unit}" for unit, number in units[first : first + 2] if number)


def money(cost: Cost) -> str:
    """A cost a month in words."""
    return f"{cost.currency} {cost.amount:.2f} a month" if cost.amount else "no extra cost"


@lru_cache(maxsize=4096)
def phone(e164: str) -> str:
    """A number as people write it internationally; what is no number stays as it is."""
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def readable(sentence: str) -> str:
    """A sentence of ours with its numbers written as people write them."""
    return _E164.sub(lambda match: phone(match.group()), sentence)


def difference(finding: Finding) -> str:
    """What is different, with types of policies in words."""
    kind = POLICIES.get(finding.kind, finding.kind)
    return readable(kind + finding.what.removeprefix(finding.kind))


@lru_cache(maxsize=4096)
def phone_at_home(e164: str) -> str:
    """How the number is dialled in its own country, as ``0161 496 0117 in GB``, or nothing if unknown."""
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    region = phonenumbers.region_code_for_number(parsed)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return f"{national} in {region}" if region else ""


def count(number: int, one: str, many: str) -> str:
    """``1 request`` or ``2 requests``."""
    return f"{number} {one if number == 1 else many}"
