"""TinyDB's table, made to cost what is changed: the stock one rebuilds all documents for every update."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, cast

from tinydb import TinyDB
from tinydb.table import Table

from services.storage.embedded.document import LoadedDocument, Stored
from services.storage.embedded.memory import MemoryStorage, Tables


class DocumentTable(Table):
    """A table with text keys. All operations and queries of TinyDB work on it."""

    document_class = LoadedDocument
    document_id_class = str  # type: ignore[assignment]  # documented by TinyDB, but annotated as int

    def find(self, key: str) -> LoadedDocument | None:
        """The document of the key, or None."""
        return cast("LoadedDocument | None", self.get(doc_id=cast("int", key)))

    def put(self, key: str, document: Mapping[str, Any]) -> None:
        """Write the document, new or known, as a whole (TinyDB's upsert would keep fields that are gone)."""
        self._memory.change(self.name, key, document)

    def drop(self, key: str) -> None:
        """Remove the document of the key, if there is one."""
        self._memory.change(self.name, key, None)

    @property
    def _memory(self) -> MemoryStorage:
        return cast("MemoryStorage", self.storage)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast("dict[str, Mapping[str, Any]]", self._memory.documents(self.name))

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        draft = _Draft(self._memory.documents(self.name))
        updater(cast("dict[int, Mapping[str, Any]]", draft))
        for key, document in draft.touched.items():
            self._memory.change(self.name, key, document)


class _Draft(MutableMapping[str, dict[str, Any]]):
    """A table as TinyDB's updaters see it: remembers what they touch, leaves the rest alone."""

    def __init__(self, documents: Mapping[str, Stored]) -> None:
        self._documents = documents
        self.touched: dict[str, dict[str, Any] | None] = {}

    def __getitem__(self, key: str) -> dict[str, Any]:
        if key not in self.touched:
            self.touched[key] = self._documents[key].parsed()
        document = self.touched[key]
        if document is None:
            raise KeyError(key)
        return document

    def __setitem__(self, key: str, document: dict[str, Any]) -> None:
        self.touched[key] = document

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self.touched[key] = None

    def __contains__(self, key: object) -> bool:
        if key in self.touched:
            return self.touched[key] is not None
        return key in self._documents

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._documents if key in self)
        yield from (key for key in self.touched if key not in self._documents and key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Database(TinyDB):
    """TinyDB over tables in memory."""

    table_class = DocumentTable

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, storage=MemoryStorage)

    @property
    def memory(self) -> MemoryStorage:
        """The storage, with the means to undo."""
        return cast("MemoryStorage", self.storage)

    def documents(self, name: str) -> DocumentTable:
        """A table by name. Without TinyDB's cache of queries, which would outlive an undone change."""
        return cast("DocumentTable", self.table(name, cache_size=0))
