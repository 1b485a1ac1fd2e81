"""What can go wrong, one tree. The docstring of a class is the sentence that a user reads.

Placeholders in a docstring are filled from the keyword arguments, which stay readable as attributes in
``error.facts`` for cards and logs. Four branches: what a rule refuses, what the tenant answers, what the
stores answer, what the channel answers.
"""

from __future__ import annotations

import inspect


class SwitchboardError(Exception):
    """Something went wrong."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """One clear sentence for a user, with what to do."""
        template = inspect.cleandoc(type(self).__doc__ or "").replace("\n", " ")
        return template.format_map(_Facts(self.facts))

    @property
    def code(self) -> str:
        """The class's name: stable, for logs and tests."""
        return type(self).__name__


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


# --- a rule says no ---------------------------------------------------------------------------------------


class Refused(SwitchboardError):
    """That is not possible."""


class UnknownRequest(Refused):
    """There is no such request that you can see. Type `my requests` to list yours."""


class NotYours(Refused):
    """Only {who} can do that. Nothing was changed."""


class WrongState(Refused):
    """That is no longer possible: the request is {state}. Nothing was changed."""


class StaleCard(Refused):
    """This card was out of date, so nothing was changed. Here is how things stand now."""


class PurposeMissing(Refused):
    """Say in a few words what it is for, so that your approver can decide."""


class TextTooLong(Refused):
    """Please shorten {what} to {limit} characters; it has {length}."""


class ReasonMissing(Refused):
    """Say why you reject it: the requester will read it."""


class LocationUnknown(Refused):
    """Choose one of the locations in the list."""


class NumberNotOffered(Refused):
    """That number is not on offer for {location}. Choose one from the list."""


class NumberJustTaken(Refused):
    """{number} has just been taken. Choose another one, or the next available."""


class InventoryNotReady(Refused):
    """Switchboard is still reading the organisation's numbers. Try again in a minute."""


class NoNumberFree(Refused):
    """No number is free in {location} at the moment. Choose another location, or ask a telecom admin."""


class AlreadyHasNumber(Refused):
    """{name} already has the number {number}. Type `my phone` to see it."""


class OpenRequestExists(Refused):
    """You already have an open request, {ref}. Wait for it, or cancel it first."""


class OpenForThem(OpenRequestExists):
    """{name} already has an open request, {ref}. Wait for it, or have whoever asked for it cancel it."""


class NoLicenceLeft(Refused):
    """No {licence} licence is left for {location}. Ask a telecom admin to buy or free one."""


class GroupClosed(Refused):
    """{group} admits people by a rule and its rule does not admit you, so {location} cannot be chosen here.
    Choose another location, or ask a telecom admin."""


class NoSuchPersona(Refused):
    """Choose one of the personas in the list."""


class NotEligible(Refused):
    """{persona} is for people whose account says: {rule}. Choose another persona, or ask a telecom admin."""


class ChangedMeanwhile(Refused):
    """What {persona} would change is different by now. Look at it again, then press Submit."""


class PersonaFaulty(Refused):
    """{persona} cannot be given at the moment: {words} Ask a telecom admin to correct it."""


class HoldsPersona(Refused):
    """You hold {persona} already and have all that it brings, so there is nothing to change."""


class AccountNotFit(Refused):
    """This needs an enabled member account, and {whose} is {what}. Ask a telecom admin."""


class NoApprover(Refused):
    """Nobody can approve this: the directory has no manager for it who can, and no fallback approver is set.
    Ask a telecom admin."""


class ForeignTenant(Refused):
    """Switchboard only serves its own organisation."""


class BadInput(Refused):
    """{what}"""


# --- the tenant answers -----------------------------------------------------------------------------------


class TenantError(SwitchboardError):
    """Microsoft 365 answered with an error: {words}"""


class TenantBusy(TenantError):
    """Microsoft 365 is slow or busy at the moment ({words}). Please try again shortly."""

    # The only transient one of the branch: the same call may succeed later.

    @property
    def retry_after(self) -> float | None:
        """Seconds that the tenant asked us to wait, or None."""
        value = self.facts.get("retry_after")
        return float(value) if isinstance(value, int | float) else None


class TenantRefused(TenantError):
    """Microsoft 365 refused: {words}"""


class NotPermitted(TenantRefused):
    """Switchboard lacks a permission in Microsoft 365: {words}"""


class PersonUnknown(TenantRefused):
    """The directory has no such person: {who}."""


class GroupUnknown(TenantRefused):
    """The directory has no group named {group}."""


class GroupAmbiguous(TenantRefused):
    """The directory has {count} groups named {group}; it takes exactly one."""


class GroupRefusesMembers(TenantRefused):
    """{group} does not take members by hand: {words}"""


class NumberTaken(TenantRefused):
    """Microsoft 365 says that {number} already belongs to somebody else: {words}"""


class NumberUnknown(TenantRefused):
    """Microsoft 365 does not know the number {number}: {words}"""


class LicenceMissing(TenantRefused):
    """Microsoft 365 says that the account lacks a licence: {words}"""


class PolicyUnknown(TenantRefused):
    """Microsoft 365 has no {policy_type} named {policy}."""


class AppNotInCatalogue(TenantRefused):
    """The Switchboard app is not in the organisation's Teams catalogue, so nobody can be given it."""


# --- the stores answer ------------------------------------------------------------------------------------


class StoreError(SwitchboardError):
    """The records cannot be used: {words}"""


class VersionConflict(StoreError):
    """Somebody else changed it at the same moment. Nothing was changed."""


class AlreadyExists(StoreError):
    """{what} exists already."""


class StoreUnavailable(StoreError):
    """The records cannot be written now ({words}). Nothing was changed; please try again shortly."""


class StoreDamaged(StoreError):
    """The records in {path} are damaged: {words}. Restore a backup; nothing was changed."""


class DataFolderInUse(StoreError):
    """The data folder {path} is in use by another Switchboard. Stop that one, or use another folder."""


class DatabaseUnusable(StoreError):
    """The database {where} cannot be used: {words}. Nothing was copied."""


class OtherRecords(StoreError):
    """The database holds records that are not from this data folder: {words}. Nothing was changed; take an
    empty database."""


class CopyBrokenOff(StoreError):
    """The copy broke off: {words}. The data folder is as it was; run the same command again to go on."""


class AuditBroken(StoreError):
    """The audit log is broken at entry {sequence}: {words}"""


# --- the channel answers ----------------------------------------------------------------------------------


class ChannelError(SwitchboardError):
    """Teams answered with an error: {words}"""


class Unreachable(ChannelError):
    """Teams cannot deliver a message to {who}: {words}"""


class MessageGone(ChannelError):
    """The message is no longer there."""


class ChannelBusy(ChannelError):
    """Teams is busy ({words})."""
