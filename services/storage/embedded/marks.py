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
