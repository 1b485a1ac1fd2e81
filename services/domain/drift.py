"""Where somebody's account has drifted from the personas that Switchboard gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.person import PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference: of whom, from which persona (empty when it is about the account), and one action.

    ``kind`` is the type of policy that ``what`` begins with, in the tenant's spelling, if it is about one.
    """

    person: PersonRef
    what: str
    action: str
    persona: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """What one run found. ``at`` is when it began, and ``looked_at`` how many people were to be compared.

    ``unread`` are those of them who could not be looked at, and ``changing`` those whom Switchboard is just
    setting something up for: what differs then is under way.
    """

    at: datetime
    looked_at: int
    findings: tuple[Finding, ...] = ()
    unread: tuple[PersonRef, ...] = ()
    changing: tuple[PersonRef, ...] = ()

    @property
    def compared(self) -> int:
        """How many people were compared with their personas in the end."""
        return self.looked_at - len(self.unread) - len(self.changing)

    @property
    def by_persona(self) -> dict[str, int]:
        """How many findings each persona has, most first."""
        counts: dict[str, int] = {}
        for finding in self.findings:
            counts[finding.persona] = counts.get(finding.persona, 0) + 1
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def people(self) -> int:
        """How many people have drifted."""
        return len({finding.person.id for finding in self.findings})
