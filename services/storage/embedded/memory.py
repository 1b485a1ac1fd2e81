"""The storage behind TinyDB: tables in memory, each change noted so that it can be journalled or undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from tinydb.storages import Storage

from services.domain.errors import StoreDamaged
from services.storage.embedded.document import Stored

Tables = dict[str, dict[str, Stored]]
"""Documents by table and key, in the order in which they came."""

_NONE: Mapping[str, Stored] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one document; None where there was, or is, no document."""

    table: str
    key: str
    before: Stored | None
    after: Stored | None


class Observer(Protocol):
    """Is told of every change of a table, also of those that undo another."""

    def changed(self, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """The document of the key was ``before`` and is ``after`` now; None means no document."""
        ...


class MemoryStorage(Storage):
    """Keeps the tables. Writing costs what is changed, never what is stored."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._observers: dict[str, Observer] = {}
        self._edits: list[Edit] | None = None

    def watch(self, table: str, observer: Observer) -> None:
        """Tell the observer everything that is in the table, and from now on every change.

        Raises StoreDamaged when a document is not what the observer takes.
        """
        self._observers[table] = observer
        for key, stored in self.documents(table).items():
            try:
                observer.changed(key, None, stored.parsed())
            except (KeyError, TypeError, ValueError) as error:
                words = f"{key} does not fit ({type(error).__name__}: {error})"
                raise StoreDamaged(path=table, words=words) from error

    def documents(self, table: str) -> Mapping[str, Stored]:
        """The documents of one table, not to be changed."""
        found = self._tables.get(table)
        return MappingProxyType(found) if found is not None else _NONE

    def begin(self) -> None:
        """Begin to note changes."""
        self._edits = []

    def end(self) -> list[Edit]:
        """Stop, and give what was changed since ``begin``, in order."""
        edits, self._edits = self._edits, None
        return edits or []

    def change(self, table: str, key: str, document: Mapping[str, Any] | None) -> None:
        """Put a document in the place of the key, or take it away (None)."""
        if self._edits is None:
            raise RuntimeError("records can be changed only within a transaction")
        before = self.documents(table).get(key)
        after = Stored.of(document) if document is not None else None
        if _text(before) == _text(after):
            return
        self._replace(table, key, before, after, document)
        self._edits.append(Edit(table, key, before, after))

    def undo(self, edits: list[Edit]) -> None:
        """Take back changes, the last one first."""
        for edit in reversed(edits):
            fields = edit.before.parsed() if edit.before is not None else None
            self._replace(edit.table, edit.key, edit.after, edit.before, fields)

    def copy(self) -> Tables:
        """The tables as they are now. Documents cannot change, so this copies only references."""
        return {name: dict(table) for name, table in self._tables.items()}

    def read(self) -> dict[str, dict[str, Any]]:
        """All tables, as TinyDB asks for them; not to be changed."""
        views: dict[str, Any] = {name: MappingProxyType(table) for name, table in self._tables.items()}
        return views

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Make the tables equal to ``data``. TinyDB needs it only to drop tables."""
        for name, table in self._tables.items():
            wanted = data.get(name, {})
            for key in [key for key in table if key not in wanted]:
                self.change(name, key, None)
        for name, documents in data.items():
            for key, document in documents.items():
                fields = document.parsed() if isinstance(document, Stored) else document
                self.change(name, key, fields)

    def _replace(
        self,
        name: str,
        key: str,
        before: Stored | None,
        after: Stored | None,
        fields: Mapping[str, Any] | None,
    ) -> None:
        table = self._tables.setdefault(name, {})
        if after is None:
            table.pop(key, None)
        else:
            table[key] = after
        observer = self._observers.get(name)
        if observer is not None:
            observer.changed(key, before.parsed() if before is not None else None, fields)


def _text(stored: Stored | None) -> bytes | None:
    return stored.json if stored is not None else None
