"""What an approver chose for themselves: who stands in for them, and how they are reminded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.domain.person import PersonRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesInput:
    """What a person entered. ``since`` and ``until`` are days as in 2026-12-24, or empty."""

    deputy: str = ""
    since: str = ""
    until: str = ""
    wants_digest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverPreferences:
    """One approver's choices.

    ``deputy`` is asked in their place: from ``deputy_from`` to ``deputy_until``, both days included, and
    where these are None whenever they are out of office. ``wants_digest`` replaces single reminders by one
    message a day; ``last_digest`` is the day of the last.
    """

    person_id: str
    deputy: PersonRef | None = None
    deputy_from: date | None = None
    deputy_until: date | None = None
    wants_digest: bool = False
    last_digest: date | None = None

    def deputy_on(self, day: date, *, is_away: bool) -> PersonRef | None:
        """Who is asked in their place on a day, or None."""
        if self.deputy_from is None or self.deputy_until is None:
            return self.deputy if is_away else None
        return self.deputy if self.deputy_from <= day <= self.deputy_until else None

    @property
    def as_entered(self) -> PreferencesInput:
        """What somebody would enter to choose the same."""
        return PreferencesInput(
            deputy=self.deputy.name if self.deputy else "",
            since=self.deputy_from.isoformat() if self.deputy_from else "",
            until=self.deputy_until.isoformat() if self.deputy_until else "",
            wants_digest=self.wants_digest,
        )
