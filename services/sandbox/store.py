"""Where a tenant's records survive the process: one SQLite file in the data folder.

Every answered write was committed before it was answered. The journal mode keeps commits through a killed
process; only a power cut could lose the last ones, which a sandbox may.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

FILE = "tenant.sqlite"
_UPSERT = (
    "INSERT INTO documents (kind, id, body) VALUES (?, ?, ?) "
    "ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body"
)


class SandboxError(Exception):
    """The sandbox cannot start; the text says what to do."""


class Store:
    """A file of JSON documents by kind and id. One process holds it at a time."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=0.2)
        except (OSError, sqlite3.OperationalError) as error:
            raise SandboxError(
                f"The folder {folder} cannot be used ({error}). Choose another one."
            ) from error
        try:
            self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS documents (turn INTEGER PRIMARY KEY, "
                "kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (kind, id))"
            )
        except sqlite3.OperationalError as error:
            self._db.close()
            raise SandboxError(
                f"The sandbox tenant in {folder} is in use by another process. "
                "Stop it, or use another folder."
            ) from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise SandboxError(
                f"{path} is not a sandbox tenant. Delete it to begin with a new one."
            ) from error

    def read(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield every document as (kind, id, body), in the order in which they were first written."""
        yield from self._db.execute("SELECT kind, id, body FROM documents ORDER BY turn")

    def write(self, changes: Iterable[tuple[str, str, bytes | None]]) -> None:
        """Write documents in one transaction; a body of None deletes."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for kind, key, body in changes:
                if body is None:
                    self._db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key))
                else:
                    self._db.execute(_UPSERT, (kind, key, body))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let the file go."""
        self._db.close()
