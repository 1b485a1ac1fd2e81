"""Marks on TinyDB."""

from __future__ import annotations

from services.storage.embedded.table import Database

MARKS = "marks"


class EmbeddedMarks:
    """The MarkStore of all transactions."""

    def __init__(self, database: Database) -> None:
        self._marks = database.documents(MARKS)

    async def has(self, name: str) -> bool:
        """Whether the mark was put."""
        return self._marks.find(name) is not None

    async def put(self, name: str) -> None:
        """Put the mark."""
        self._marks.put(name, {"name": name})

    async def claim(self, name: str) -> bool:
        """Put the mark; one transaction follows the other, so looking first is sure."""
        if await self.has(name):
            return False
        await self.put(name)
        return True
