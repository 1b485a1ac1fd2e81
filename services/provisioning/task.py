"""A step in hand: what it acts on, and its memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services.domain.step import Step
from services.provisioning.outcome import Outcome


@dataclass(slots=True, kw_only=True)
class Task:
    """One step of one request while it is worked on. ``keep`` makes a changed step durable.

    ``group_ids`` are the groups of the whole plan.
    """

    step: Step
    person_id: str
    group_ids: frozenset[str]
    keep: Callable[[Step], Awaitable[object]]

    async def remember(self, facts: Mapping[str, str | None]) -> None:
        """Write facts down durably before going on; None forgets one."""
        merged = {**self.step.facts, **facts}
        self.step = replace(self.step, facts={name: value for name, value in merged.items() if value})
        await self.keep(self.step)

    def is_theirs(self, person_id: str | None) -> bool:
        """Whether an id of the tenant is the beneficiary's; ids are compared without regard to case."""
        return person_id is not None and person_id.lower() == self.person_id.lower()


class Work(Protocol):
    """What a kind of step does. Both are safe to call again at any time, also after a killed process.

    Raises TenantBusy when it is to be called again later, TenantRefused when people must act.
    """

    async def look(self, task: Task) -> Outcome:
        """Check, act, verify: as far as it gets at once."""
        ...

    async def undo(self, task: Task) -> Outcome:
        """Take back what Switchboard may have changed."""
        ...


def within(start: datetime | None, seconds: float, now: datetime) -> bool:
    """Whether ``now`` is less than ``seconds`` after ``start``."""
    return start is not None and (now - start).total_seconds() < seconds
