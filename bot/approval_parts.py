"""The parts of approvals that several use cases share, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.approvals.attendance import Attendance
from services.approvals.behalf import OnBehalf
from services.approvals.deciding import Deciders
from services.approvals.finding import Finder
from services.approvals.routing import Routing
from services.changes import Changes
from services.domain.approval_rule import Rulebook
from services.ports import Directory


@dataclass(frozen=True, slots=True)
class ApprovalParts:
    """Who is at work, who is meant, who has to decide, and who may ask for whom."""

    attendance: Attendance
    finder: Finder
    routing: Routing
    behalf: OnBehalf

    @classmethod
    def of(
        cls, directory: Directory, changes: Changes, rulebook: Callable[[], Rulebook], fallback: str
    ) -> ApprovalParts:
        """``fallback`` is the id of the fallback approver, or empty."""
        attendance = Attendance(directory, changes.records, changes.clock, rulebook)
        finder = Finder(directory)
        deciders = Deciders(directory, rulebook)
        routing = Routing(directory, attendance, deciders, rulebook, fallback.lower() or None)
        return cls(attendance, finder, routing, OnBehalf(changes, directory, finder, rulebook))
