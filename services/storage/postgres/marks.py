"""Marks on PostgreSQL."""

from __future__ import annotations

from services.storage.postgres.session import Session
from services.storage.postgres.statements import load

_SQL = load("marks")


class PostgresMarks:
    """The MarkStore of one unit of work."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def has(self, name: str) -> bool:
        """Whether the mark was put."""
        return bool(await self._session.read(_SQL["find"], name=name))

    async def put(self, name: str) -> None:
        """Put the mark."""
        await self._session.write(_SQL["put"], name=name)

    async def claim(self, name: str) -> bool:
        """Put the mark. Waits for a transaction that is just putting it; False when that one stays."""
        return bool(await self._session.write(_SQL["claim"], name=name))
