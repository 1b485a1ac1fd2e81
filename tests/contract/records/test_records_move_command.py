"""`python app.py data migrate`, as somebody runs it who moves to PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.contract.records import full_folder
from tests.terminal import in_a_process, typed


def app(*arguments: str, **settings: str) -> tuple[int, str, str]:
    """Exit status, output and problems, each as one line."""
    said = typed(*arguments, settings=settings)
    return said.status, said.out, said.problems


def test_the_way_up(tmp_path: Path, database: str) -> None:
    asyncio.run(full_folder.fill(tmp_path))
    for before in ("0", "2,500"):
        status, said, problems = app("data", "migrate", "--to", database, "--data", str(tmp_path))
        assert (status, problems) == (0, "")
        assert f"numbers │ 2,500 │ {before} │ 2,500" in said
        assert "The audit log is whole: 2300 entries" in said
        assert "set SWITCHBOARD_DATABASE_URL" in said
    status, said, _ = app("audit", "verify", SWITCHBOARD_DATABASE_URL=database)
    assert (status, said) == (0, "The audit log is whole: 2300 entries.")


def test_a_folder_without_records_is_told_in_one_sentence(tmp_path: Path, database: str) -> None:
    nowhere = tmp_path / "nothing"
    for way in ({"SWITCHBOARD_DATA": str(nowhere)}, {}):
        arguments = [] if way else ["--data", str(nowhere)]
        status, _, problems = app("data", "migrate", "--to", database, *arguments, **way)
        assert (status, problems) == (1, f"There are no records in {nowhere}.")


@pytest.mark.parametrize("url", ["", "mysql://secret@host/name", "postgresql://user:secret@host:port/name"])
def test_what_is_no_address_is_told_in_one_sentence(tmp_path: Path, url: str) -> None:
    status, said, problems = app("data", "migrate", "--to", url, "--data", str(tmp_path))
    assert status == 1
    assert problems.startswith("That is not the address of a PostgreSQL database.")
    assert "secret" not in said + problems


def test_a_database_that_is_not_there_is_told_in_one_sentence(tmp_path: Path, database: str) -> None:
    asyncio.run(full_folder.fill(tmp_path))
    for url, words in (
        ("postgresql://user:secret@127.0.0.1:1/name", "Connection refused"),
        (database.replace("switchboard_", "switchboard_no_"), "does not exist"),
    ):
        told = in_a_process("data", "migrate", "--to", url, "--data", str(tmp_path))
        assert told.status == 1
        assert told.problems.startswith("The database ")
        assert words in told.problems
        assert told.problems.endswith("Nothing was copied.")
        assert "{" not in told.problems, "no log lines"
        assert "secret" not in told.out + told.problems
