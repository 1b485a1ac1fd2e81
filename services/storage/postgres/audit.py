"""The audit log on PostgreSQL: one chain, whoever writes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.audit import AuditEntry, chained
from services.domain.errors import AuditBroken, StoreDamaged
from services.storage.documents import Codec
from services.storage.postgres.session import Row, Session
from services.storage.postgres.statements import load

_SQL = load("audit")
_CODEC = Codec(AuditEntry, "audit")

_AT_ONCE = 1000
"""Entries read in one go."""


@dataclass(frozen=True, slots=True)
class _Noted:
    at: datetime
    actor: str
    what: str
    subject: str
    facts: dict[str, str]


class PostgresAudit:
    """The AuditLog of one unit of work.

    Entries are chained just before the commit: whoever chains holds the head of the chain until its commit,
    and everybody else who writes waits for it, so it must be held as short as possible.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._noted: list[_Noted] = []

    async def append(self, at: datetime, actor: str, what: str, subject: str, facts: dict[str, str]) -> None:
        """Chain an entry to the last one."""
        self._noted.append(_Noted(at, actor, what, subject, dict(facts)))

    async def flush(self) -> None:
        """Chain what was appended. The last thing that a unit of work does."""
        if not self._noted:
            return
        noted, self._noted = self._noted, []
        last = await lock_head(self._session)
        entries: list[AuditEntry] = []
        for one in noted:
            last = chained(last, one.at, one.actor, one.what, one.subject, one.facts)
            entries.append(last)
        await append(self._session, entries)

    async def entries(self) -> AsyncIterator[AuditEntry]:
        """All entries from the first, as stored.

        Raises AuditBroken where a row is no entry, or where the log ends before the last entry written.
        """
        await self.flush()
        last = _head(await self._session.read(_SQL["head"]))
        until = last.sequence if last is not None else 0
        sequence = 0
        while sequence < until:
            rows = await self._session.read(_SQL["page"], after=sequence, until=until, count=_AT_ONCE)
            if not rows:
                raise AuditBroken(sequence=sequence + 1, words=f"the log ends before entry {until}")
            for row in rows:
                sequence = row["sequence"]
                yield _entry(row["document"], sequence)


async def lock_head(session: Session) -> AuditEntry | None:
    """The last entry of the chain. Nobody else chains one until the unit of work has ended."""
    return _head(await session.write(_SQL["lock_head"]))


async def append(session: Session, entries: Sequence[AuditEntry]) -> None:
    """Write entries that are chained to the head, which must be locked; the last one is the head then."""
    await session.write(
        _SQL["append"],
        sequences=[entry.sequence for entry in entries],
        subjects=[entry.subject for entry in entries],
        documents=[_CODEC.encode_json(entry) for entry in entries],
        head=_CODEC.encode_json(entries[-1]),
    )


def _head(rows: list[Row]) -> AuditEntry | None:
    if not rows:
        raise AuditBroken(sequence=1, words="the head of the chain is missing")
    document = rows[0]["document"]
    return _entry(document, 0) if document is not None else None


def _entry(document: str, sequence: int) -> AuditEntry:
    try:
        return _CODEC.decode_json(document)
    except StoreDamaged as error:
        raise AuditBroken(sequence=sequence, words="its row cannot be read") from error
