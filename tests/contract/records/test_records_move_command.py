"""`python app.py data migrate`, as somebody runs it who moves to PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.records import full_folder

ROOT = Path(__file__).parents[3]


def app(*arguments: str, **settings: str) -> tuple[int, str, str]:
    """Exit status, output and problems, each as one line."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    ran = subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**environment, **settings, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return ran.returncode, " ".join(ran.stdout.split()), " ".join(ran.stderr.split())


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
        status, said, problems = app("data", "migrate", "--to", url, "--data", str(tmp_path))
        assert status == 1
        assert problems.startswith("The database ")
        assert words in problems
        assert problems.endswith("Nothing was copied.")
        assert "{" not in problems, "no log lines"
        assert "secret" not in said + problems
