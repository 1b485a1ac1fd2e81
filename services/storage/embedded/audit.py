"""The audit log: chained in memory, journalled with its transaction, kept in a file of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from services.domain.audit import AuditEntry
from services.domain.errors import AuditBroken
from services.storage.embedded.trail import Line, Trail, read_entries

_AT_ONCE = 200
"""Entries read in one go, in a worker thread."""


class EmbeddedAudit:
    """The AuditLog of one transaction. ``appended`` are its entries, ``before`` is the one before them."""

    def __init__(self, trail: Trail, path: Path) -> None:
        self._trail = trail
        self._path = path
        self.before: AuditEntry | None = None
        self.appended: list[Line] = []

    def begin(self) -> None:
        """Remember which entry is the last one as the transaction begins."""
        self.before = self._trail.last

    async def append(self, at: datetime, actor: str, what: str, subject: str, facts: dict[str, str]) -> None:
        """Chain an entry to the last one."""
        self.appended.append(self._trail.append(at, actor, what, subject, facts))

    async def entries(self) -> AsyncIterator[AuditEntry]:
        """All entries from the first, as stored.

        Raises AuditBroken where a line is no entry, or where the log ends before the last entry written.
        """
        last = self._trail.last
        source = read_entries(self._path, self._trail.file_size, list(self._trail.waiting))
        sequence = 0
        while piece := await asyncio.to_thread(_next, source):
            for entry in piece:
                sequence = entry.sequence
                yield entry
        if last is not None and sequence < last.sequence:
            raise AuditBroken(sequence=sequence + 1, words=f"the log ends before entry {last.sequence}")


def _next(source: Iterator[AuditEntry]) -> list[AuditEntry]:
    return list(islice(source, _AT_ONCE))
