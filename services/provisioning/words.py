"""What provisioning says to people: titles of steps, why it waits, and what to do when it cannot go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.domain.errors import (
    GroupAmbiguous,
    GroupRefusesMembers,
    GroupUnknown,
    LicenceMissing,
    NotPermitted,
    PersonUnknown,
    PolicyUnknown,
    SwitchboardError,
    TenantBusy,
    TenantRefused,
)
from services.provisioning.outcome import Stuck, Waiting

ACCOUNT_UNFIT = "The account is disabled or a guest, so it cannot be set up."
ENABLE_ACCOUNT = "Ask an Entra administrator to enable the account."
NOT_LISTED = "Microsoft 365 does not list the number."
SOMEBODY_ELSES = "Microsoft 365 lists the number as somebody else's."
UNEXPECTED = "An unexpected error. It is in Switchboard's log."
READ_THE_LOG = "Ask a telecom admin to read the log."

LOOKING = "Look at what is there already"
"""The step before the plan, as the card names it."""

_TO_DO: dict[type[TenantRefused], str] = {
    NotPermitted: "Ask an Entra administrator to give Switchboard the permission that is missing.",
    PersonUnknown: "Check that the account still exists in Entra. If it is gone for good, roll back.",
    GroupUnknown: "Ask a telecom admin to restore the group, or to correct what names it.",
    GroupAmbiguous: "Ask a telecom admin to rename one of the groups: the name must be the only one.",
    GroupRefusesMembers: "Ask a telecom admin to let the group's rule admit this person.",
    PolicyUnknown: "Ask a telecom admin to restore the policy, or to correct the persona.",
    LicenceMissing: "Ask a telecom admin to give the account the licence that is missing.",
}
_ELSE_TO_DO = "Ask a telecom admin to put it right in the Teams admin center."

_LICENCE_FAULTS = {
    "CountViolation": ("no unit of it is left", "Ask a telecom admin to buy a licence or to free one."),
    "ProhibitedInUsageLocationViolation": (
        "it may not be used where the account is",
        "Ask an Entra administrator to set or correct the account's usage location.",
    ),
    "MutuallyExclusiveViolation": (
        "it conflicts with another licence of the account",
        "Ask a telecom admin to take the other licence away.",
    ),
    "DependencyViolation": (
        "it needs another licence that the account lacks",
        "Ask a telecom admin to give the account that licence too.",
    ),
}
"""What errors of ``licenseAssignmentStates`` mean [Graph reference, licenseAssignmentState]. A missing usage
location has none of its own: a group's licence then goes by the directory's, where it may not be allowed."""
_LICENCE_ELSE = ("Entra does not explain it", "Ask a telecom admin to look at the licence in Microsoft 365.")


def busy(error: TenantBusy) -> str:
    """Why a step waits when the tenant cannot answer now."""
    return f"Microsoft 365 is busy ({said(error)}). Switchboard tries again by itself."


def said(error: Exception) -> str:
    """The tenant's own words in an error, or ours where it said nothing."""
    facts = getattr(error, "facts", {})
    return str(facts.get("words") or getattr(error, "sentence", "") or type(error).__name__)


def is_quoted(error: SwitchboardError) -> bool:
    """Whether an error has words of the tenant."""
    return bool(error.facts.get("words"))


def refused(error: TenantRefused) -> Stuck:
    """A refusal in the tenant's own words, or ours where it said nothing, and what to do."""
    known = next((to_do for kind, to_do in _TO_DO.items() if isinstance(error, kind)), _ELSE_TO_DO)
    return Stuck(words=said(error), what_to_do=known, is_blocked=True, is_quoted=is_quoted(error))


def unlicensable(error: str) -> Stuck:
    """Why a group cannot bring its licence, and what to do."""
    means, to_do = _LICENCE_FAULTS.get(error, _LICENCE_ELSE)
    return Stuck(words=f"The licence cannot be given: {means} ({error}).", what_to_do=to_do, is_blocked=True)


def patience_over(waiting: Waiting, patience: float) -> Stuck:
    """Why a step that waited too long does not go on, and what to do."""
    waited = timedelta(seconds=round(patience))
    return Stuck(
        words=f"Still not done after {_duration(waited)}. {waiting.why}".strip(),
        what_to_do=waiting.what_to_do or "Ask a telecom admin to look into it in Microsoft 365.",
        is_blocked=bool(waiting.what_to_do),
    )


def exchanged(old: str, new: str) -> str:
    """The notice about a number that had to be exchanged."""
    return f"{old} was already in use, so you get {new}."


def none_left(location: str) -> str:
    """What to do when no number can take the place of one that is in use."""
    return f"Ask a telecom admin to free or add a number in {location}."


def no_number(location: str, tag: str) -> Stuck:
    """Why a request cannot begin that needs a number which nobody can promise it."""
    if tag:
        said = f"The number tagged {tag} in {location} is not kept for this request any more."
        to_do = f"Roll back and ask again, so that another number tagged {tag} is chosen."
        return Stuck(words=said, what_to_do=to_do, is_blocked=True)
    return Stuck(words=f"No number is free in {location}.", what_to_do=none_left(location), is_blocked=True)


def too_many(location: str) -> str:
    """What to do when one number after the other turns out to be in use."""
    return f"Ask a telecom admin to compare the inventory of {location} with Microsoft 365."


def location_gone(location: str) -> Stuck:
    """Why a request cannot go on whose location is not in the list any more."""
    return Stuck(
        words=f"{location} is not in Switchboard's list of locations any more.",
        what_to_do="Ask a telecom admin to correct the list, or roll back and ask for another location.",
        is_blocked=True,
    )


def persona_gone(persona: str) -> Stuck:
    """Why a request cannot go on whose persona is not in the catalogue any more."""
    return Stuck(
        words=f"{persona} is not in the catalogue of personas any more.",
        what_to_do="Ask a telecom admin to correct the catalogue, or roll back and ask for another persona.",
        is_blocked=True,
    )


def holds_more(person: str, personas: Sequence[str]) -> Stuck:
    """Why a change of persona stops that would take more away than was approved."""
    return _unapproved(
        f"{person} holds {' and '.join(personas)} by now, and that this ends was not approved."
    )


def requires_more(persona: str, personas: Sequence[str]) -> Stuck:
    """Why a change of persona stops that would bring more than was approved."""
    return _unapproved(f"{persona} brings {' and '.join(personas)} by now, and that was not approved.")


def not_eligible(person: str, persona: str, rule: str) -> Stuck:
    """Why a change of persona stops for somebody who may not hold the persona any more."""
    return Stuck(
        words=f"{persona} is for people whose account says: {rule}. That of {person} does not any more.",
        what_to_do="Ask an Entra administrator to correct the account, or roll back.",
        is_blocked=True,
    )


def moved_number(persona: str, location: str) -> Stuck:
    """Why a change of persona stops whose number would be of another location by now."""
    return Stuck(
        words=f"{persona} asks for no number in {location} any more, and that is where one was promised.",
        what_to_do="Roll back and ask again, so that the right number is promised.",
        is_blocked=True,
    )


def does_more(person: str, steps: Sequence[str]) -> Stuck:
    """Why a change of persona stops whose plan has grown since it was approved."""
    return _unapproved(f"For {person} there is more to do by now than was approved: {'; '.join(steps)}.")


def _unapproved(said: str) -> Stuck:
    to_do = "Roll back and ask again, so that the whole change is approved."
    return Stuck(words=said, what_to_do=to_do, is_blocked=True)


def _duration(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours >= 1:
        return f"{hours:.0f} hour{'s' if round(hours) != 1 else ''}"
    return f"{max(1, round(span.total_seconds() / 60))} min"
