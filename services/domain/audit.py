"""The audit log's chain: each entry carries the hash of the one before, so that any edit or gap shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.domain.errors import AuditBroken

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that happened. ``sequence`` counts from 1; ``actor`` is an object id or ``switchboard``.

    ``subject`` is what it happened to (a request id, a number); ``facts`` are further details.
    """

    sequence: int
    at: datetime
    actor: str
    what: str
    subject: str
    facts: dict[str, str]
    previous: str
    hash: str


def chained(
    previous: AuditEntry | None, at: datetime, actor: str, what: str, subject: str, facts: dict[str, str]
) -> AuditEntry:
    """The next entry after ``previous`` (None at the beginning)."""
    sequence = previous.sequence + 1 if previous else 1
    before = previous.hash if previous else GENESIS
    body = {
        "sequence": sequence,
        "at": at.isoformat(),
        "actor": actor,
        "what": what,
        "subject": subject,
        "facts": facts,
        "previous": before,
    }
    return AuditEntry(
        sequence=sequence,
        at=at,
        actor=actor,
        what=what,
        subject=subject,
        facts=facts,
        previous=before,
        hash=_digest(body),
    )


def check(previous: AuditEntry | None, entry: AuditEntry) -> None:
    """Pass when ``entry`` follows ``previous`` (None at the beginning). Raises AuditBroken."""
    expected = chained(previous, entry.at, entry.actor, entry.what, entry.subject, entry.facts)
    if entry.sequence != expected.sequence:
        raise AuditBroken(sequence=expected.sequence, words=f"entry {entry.sequence} stands there")
    if entry.previous != expected.previous or entry.hash != expected.hash:
        raise AuditBroken(sequence=entry.sequence, words="its text or the one before was changed")


def verify(entries: Iterable[AuditEntry]) -> int:
    """Walk the chain and give the number of entries. Raises AuditBroken at the first edit or gap."""
    previous: AuditEntry | None = None
    for entry in entries:
        check(previous, entry)
        previous = entry
    return previous.sequence if previous else 0


def _digest(body: dict[str, object]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
