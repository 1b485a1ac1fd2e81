"""What stories of a move to PostgreSQL need."""

from __future__ import annotations

from typing import Any

import asyncpg

TABLES = ("requests", "numbers", "audit", "audit_head", "posts", "places", "stale", "approvers", "marks")


def silent(what: str, done: int, total: int) -> None:
    assert done <= total, what


async def rows(database: str) -> dict[str, list[Any]]:
    """Every row of every table, with the transaction that wrote it last."""
    connection = await asyncpg.connect(database)
    try:
        found = {
            name: await connection.fetch(f"SELECT xmin::text, t::text FROM {name} AS t ORDER BY 2")
            for name in TABLES
        }
        found["refs"] = await connection.fetch("SELECT last_value, is_called FROM request_refs")
        return found
    finally:
        await connection.close()
