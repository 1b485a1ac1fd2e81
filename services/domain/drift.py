"""Where somebody's account has drifted from the personas that Switchboard gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.person import PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference: of whom, from which persona (empty when it is about the account), and one action."""

    person: PersonRef
    what: str
    action: str
    persona: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """What one run found. ``looked_at`` counts people; ``unread`` are those who could not be looked at."""

    at: datetime
    looked_at: int
    findings: tuple[Finding, ...] = ()
    unread: tuple[PersonRef, ...] = ()

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
