"""TinyDB over the embedded storage: every operation and query works, and everything can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tinydb import where

from services.storage.embedded.document import LoadedDocument as Document
from services.storage.embedded.document import Stored
from services.storage.embedded.memory import Tables
from services.storage.embedded.table import Database, DocumentTable


class Seen:
    """Follows a table by what an observer is told alone."""

    def __init__(self) -> None:
        self.documents: dict[str, Mapping[str, Any]] = {}

    def changed(self, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        assert self.documents.get(key) == before
        if after is None:
            del self.documents[key]
        else:
            self.documents[key] = after


@pytest.fixture
def database() -> Database:
    tables: Tables = {
        "people": {
            "a": Stored(b'{"name":"Christie","city":"Manchester","floor":1}'),
            "b": Stored(b'{"name":"Debra","city":"London","floor":2}'),
            "c": Stored(b'{"name":"Miriam","city":"London","floor":3}'),
        }
    }
    return Database(tables)


@pytest.fixture
def people(database: Database) -> DocumentTable:
    return database.documents("people")


def contents(table: DocumentTable) -> dict[str, dict[str, Any]]:
    return {str(document.doc_id): dict(document) for document in table}


def test_queries_find_documents(people: DocumentTable) -> None:
    londoners = people.search((where("city") == "London") & (where("floor") > 2))
    assert [document["name"] for document in londoners] == ["Miriam"]
    assert people.count(where("city") == "London") == 2
    assert people.contains(where("name") == "Debra")
    assert len(people) == 3
    found = people.find("a")
    assert found is not None
    assert (found["name"], str(found.doc_id)) == ("Christie", "a")


def test_a_document_that_was_handed_out_is_a_copy(people: DocumentTable) -> None:
    for document in (people.find("a"), people.get(where("name") == "Christie"), next(iter(people))):
        assert isinstance(document, Document)
        document["name"] = "changed in passing"
    assert contents(people)["a"]["name"] == "Christie"


def do_everything(database: Database, people: DocumentTable) -> dict[str, dict[str, Any]]:
    people.update({"floor": 9}, where("city") == "London")
    people.update(lambda document: document.update(city="Leeds"), where("name") == "Christie")
    people.insert(Document({"name": "Patti", "city": "London", "floor": 4}, "d"))  # type: ignore[arg-type]
    people.upsert(Document({"floor": 5}, "d"))  # type: ignore[arg-type]
    people.remove(where("name") == "Debra")
    people.put("c", {"name": "Miriam"})
    people.drop("nobody")
    database.documents("places").put("p", {"city": "Leeds"})
    return {
        "a": {"name": "Christie", "city": "Leeds", "floor": 1},
        "c": {"name": "Miriam"},
        "d": {"name": "Patti", "city": "London", "floor": 5},
    }


def test_changes_are_seen_at_once_and_leave_no_trace_when_undone(
    database: Database, people: DocumentTable
) -> None:
    seen = Seen()
    database.memory.watch("people", seen)
    before = contents(people)
    database.memory.begin()
    expected = do_everything(database, people)
    assert contents(people) == expected == seen.documents
    assert people.search(where("name") == "Patti") != []
    database.memory.undo(database.memory.end())
    assert contents(people) == before == seen.documents
    assert people.search(where("name") == "Patti") == []
    assert len(database.documents("places")) == 0


@pytest.mark.parametrize("how", ["truncate", "drop_table", "drop_tables"])
def test_emptying_tables_can_be_undone_too(database: Database, people: DocumentTable, how: str) -> None:
    before = contents(people)
    database.memory.begin()
    if how == "truncate":
        people.truncate()
    elif how == "drop_table":
        database.drop_table("people")
    else:
        database.drop_tables()
    assert len(people) == 0
    database.memory.undo(database.memory.end())
    assert contents(people) == before


def test_an_update_that_fails_half_way_changes_nothing(database: Database, people: DocumentTable) -> None:
    def fail_at_debra(document: dict[str, Any]) -> None:
        document["floor"] = 100 // (document["floor"] - 2)

    before = contents(people)
    database.memory.begin()
    with pytest.raises(ZeroDivisionError):
        people.update(fail_at_debra, where("floor") > 0)  # type: ignore[arg-type]
    assert contents(people) == before
    assert database.memory.end() == []


def test_inserting_a_known_key_is_refused(database: Database, people: DocumentTable) -> None:
    database.memory.begin()
    with pytest.raises(ValueError, match="already exists"):
        people.insert(Document({"name": "another"}, "a"))  # type: ignore[arg-type]


def test_nothing_changes_outside_a_transaction(people: DocumentTable) -> None:
    before = contents(people)
    with pytest.raises(RuntimeError):
        people.put("a", {"name": "smuggled in"})
    with pytest.raises(RuntimeError):
        people.remove(where("floor") == 1)
    assert contents(people) == before


def test_writing_what_is_there_already_is_no_change(database: Database, people: DocumentTable) -> None:
    database.memory.begin()
    people.put("a", {"name": "Christie", "city": "Manchester", "floor": 1})
    assert database.memory.end() == []
