"""The SQL: named statements in the ``.sql`` files of the folder ``sql``, one file a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter

_FOLDER = Path(__file__).parent / "sql"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``names`` are its parameters, in the order of ``$1``, ``$2``, ..."""

    sql: str
    names: tuple[str, ...]

    def arguments(self, given: Mapping[str, Any]) -> list[Any]:
        """The values in the statement's order. Raises KeyError for one that is missing."""
        return [given[name] for name in self.names]


def load(store: str) -> dict[str, Statement]:
    """The statements of a store by name."""
    adapter = AsyncPGAdapter()
    queries = aiosql.from_path(_FOLDER / f"{store}.sql", lambda: adapter, mandatory_parameters=False)
    return {
        name: Statement(query.sql, tuple(adapter.var_sorted[name]))
        for name in queries.available_queries
        if (query := getattr(queries, name)) is not None and not name.endswith("_cursor")
    }
