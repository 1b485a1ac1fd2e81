"""The catalogue while the bot runs: a changed file counts at once, a broken one never."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.catalogue import holder
from services.catalogue.holder import Personas
from tests.unit.catalogue_samples import LOCATIONS, SMALL


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "personas.yaml"
    path.write_text(SMALL)
    return path


def test_a_changed_file_is_read_without_a_restart(path: Path) -> None:
    personas = Personas(path, LOCATIONS)
    assert personas.current().version == 7

    path.write_text(SMALL.replace("version: 7", "version: 18"))
    assert personas.current().version == 18


def test_a_file_that_was_put_in_place_with_the_same_size_is_read_too(path: Path) -> None:
    personas = Personas(path, LOCATIONS)
    new = path.with_name("new.yaml")
    new.write_text(SMALL.replace("version: 7", "version: 8"))
    new.replace(path)
    assert personas.current().version == 8


def test_a_file_that_has_not_changed_is_read_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Path] = []
    real = holder.read
    monkeypatch.setattr(holder, "read", lambda where, names: (reads.append(where), real(where, names))[1])
    personas = Personas(path, LOCATIONS)
    for _ in range(10):
        personas.current()
    assert reads == [path]


@pytest.mark.parametrize("broken", ["", "version: 8", "a: [", "\0", SMALL.replace("GB\n", "England\n")])
def test_a_broken_file_keeps_the_old_catalogue_and_says_why(path: Path, broken: str) -> None:
    personas = Personas(path, LOCATIONS)
    good = personas.current()

    path.write_text(broken)
    assert personas.current() is good
    assert personas.fault is not None
    assert "personas.yaml" in personas.fault.sentence

    path.write_text(SMALL + "\n")
    assert personas.current() == good
    assert personas.fault is None


def test_a_file_that_is_gone_changes_nothing(path: Path) -> None:
    personas = Personas(path, LOCATIONS)
    path.unlink()
    assert len(personas.current().personas) == 2
    assert personas.fault is not None
    path.write_text(SMALL)
    assert personas.current().version == 7
    assert personas.fault is None


def test_before_any_good_file_there_is_an_empty_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "personas.yaml"
    personas = Personas(path, LOCATIONS)
    assert (personas.current().personas, personas.current().version) == ((), 0)
    assert personas.fault is not None

    path.write_text(SMALL)
    assert personas.current().version == 7
