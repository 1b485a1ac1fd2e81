"""The port to what approvers chose for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.domain.preferences import ApproverPreferences


class ApproverStore(Protocol):
    """Choices of approvers, by Entra object id."""

    async def get(self, person_id: str) -> ApproverPreferences:
        """What the person chose; the defaults for who chose nothing.

        Nobody else changes it before the transaction ends.
        """
        ...

    async def put(self, preferences: ApproverPreferences) -> None:
        """Remember it in place of what was chosen before."""
        ...

    async def with_digest(self) -> Sequence[ApproverPreferences]:
        """Those who want a daily digest, ascending by id."""
        ...
