"""The port to Teams Phone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from services.domain.number import NumberType


class AssignmentStatus(StrEnum):
    """Whether a number belongs to somebody, as the tenant tells it."""

    UNASSIGNED = "unassigned"
    USER = "userAssigned"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantNumber:
    """A number as the tenant lists it. ``telephone_number`` is E.164 with its plus."""

    telephone_number: str
    type: NumberType
    status: AssignmentStatus
    assignment_target_id: str | None
    city: str | None
    country: str | None
    location_id: str | None
    assignable_to_users: bool


class OperationStatus(StrEnum):
    """Where a long-running operation stands. ``UNKNOWN`` is never success: look at the number itself."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A long-running operation; ``words`` are the tenant's own about a failure."""

    status: OperationStatus
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceConfiguration:
    """What Teams has configured for a person: whether they can dial, and from which numbers, primary first.

    ``policies`` maps each policy type for which a policy holds to its name; a type where only the tenant's
    global policy holds is missing. ``by_group`` maps a type to the id of the group whose policy holds: a type
    that is not in it is assigned to the person directly, which hides what groups would bring.
    """

    voice_enabled: bool
    numbers: tuple[str, ...]
    account_type: str
    policies: dict[str, str]
    by_group: dict[str, str] = field(default_factory=dict)


class Telephony(Protocol):
    """Teams Phone: numbers and what Teams has configured for a person.

    Every method may raise TenantBusy and NotPermitted. ``assign`` and ``unassign`` are never sent twice:
    after a doubtful answer they raise TenantBusy, and the caller reads the number back before it decides.
    """

    def numbers(self) -> AsyncIterator[TenantNumber]:
        """Every number of the tenant, page by page."""
        ...

    async def number(self, telephone_number: str) -> TenantNumber | None:
        """One number, or None when the tenant does not have it."""
        ...

    async def assign(
        self, telephone_number: str, number_type: NumberType, person_id: str, location_id: str | None
    ) -> str:
        """Begin to give the number to the person; the operation's address, to ask ``operation`` with.

        Raises NumberTaken, NumberUnknown, LicenceMissing, TenantRefused when the tenant refuses at once.
        """
        ...

    async def unassign(self, telephone_number: str, number_type: NumberType) -> str:
        """Begin to take the number away; the operation's address."""
        ...

    async def operation(self, address: str) -> Operation:
        """Where an operation stands."""
        ...

    async def configuration(self, person_id: str) -> VoiceConfiguration | None:
        """What Teams has configured for the person; None when Teams does not know them."""
        ...

    async def policy_id(self, policy_type: str, name: str) -> str:
        """The id of a policy by its name, without regard to case. Raises PolicyUnknown."""
        ...

    async def assign_policy(self, person_id: str, policy_type: str, policy_id: str) -> None:
        """Assign a policy to the person directly, in place of any other of the type; again changes nothing.

        Readers may see it later. Raises PersonUnknown, PolicyUnknown, TenantRefused.
        """
        ...

    async def unassign_policy(self, person_id: str, policy_type: str) -> None:
        """Take away what is assigned directly, so that a group's or the global policy holds. Raises
        PersonUnknown, TenantRefused.
        """
        ...
