"""A document as memory keeps it: its JSON text, parsed only when somebody looks inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from tinydb.table import Document


class Stored(Mapping[str, Any]):
    """One document, unchangeable.

    Text takes a fifth of the memory of parsed objects, leaves the garbage collector nothing to walk through,
    and is what the journal and the snapshot write anyway.
    """

    __slots__ = ("json",)

    def __init__(self, json: bytes) -> None:
        self.json = json

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Stored:
        """The document with these fields."""
        # orjson gives its text in a buffer of a kilobyte or more; the copy takes what the text needs.
        return cls(bytes(memoryview(orjson.dumps(document))))

    def parsed(self) -> dict[str, Any]:
        """A fresh copy of the fields."""
        fields: dict[str, Any] = orjson.loads(self.json)
        return fields

    def __getitem__(self, name: str) -> Any:
        return self.parsed()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.parsed())

    def __len__(self) -> int:
        return len(self.parsed())


class LoadedDocument(Document):
    """What TinyDB hands out: a parsed copy, so that nobody can change a record in passing."""

    def __init__(self, value: Mapping[str, Any], doc_id: int) -> None:
        super().__init__(value.parsed() if isinstance(value, Stored) else value, doc_id)
