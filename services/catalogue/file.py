"""The catalogue's file: YAML, read strictly and written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from services.catalogue.draft import CATALOGUE, draft
from services.catalogue.mapping import to_raw
from services.domain.errors import BadInput
from services.domain.persona import Catalogue
from services.written.book import parse_book, read_text
from services.written.findings import Draft

HEADER = """\
# The catalogue of personas: what each kind of user gets. docs/personas.md explains every field.
# `python app.py personas check` says what is wrong with it.
"""


def read(path: Path, locations: Iterable[str]) -> Catalogue:
    """Read the catalogue. Raises BadInput for no readable file, FaultyFile with every fault."""
    return read_draft(path, locations).result()


def read_draft(path: Path, locations: Iterable[str]) -> Draft[Catalogue]:
    """Read the catalogue with its faults. Raises BadInput, and FaultyFile for what is no YAML."""
    return parse(read_text(path, CATALOGUE), path.name, locations)


def parse(text: str, source: str, locations: Iterable[str]) -> Draft[Catalogue]:
    """The catalogue that a text describes. Raises FaultyFile for what is no YAML."""
    book = parse_book(text, source, CATALOGUE)
    return draft(book.raw, source, book.locate, locations)


def dump(catalogue: Catalogue) -> str:
    """The catalogue as YAML. Reading it again gives the same catalogue."""
    raw = to_raw(catalogue)
    raw["version"] = catalogue.version
    raw["personas"] = [{name: _in_line(value) for name, value in one.items()} for one in raw["personas"]]
    return HEADER + yaml.dump(raw, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def write(catalogue: Catalogue, path: Path) -> None:
    """Put the catalogue in the place of the file: whole or not at all. Raises BadInput."""
    path = path.resolve()  # a link goes on pointing to it
    new = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        new = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(dump(catalogue))
            stream.flush()
            os.fsync(stream.fileno())
        _take_over_mode(path, new)
        new.replace(path)
    except OSError as error:
        if new is not None:
            new.unlink(missing_ok=True)
        raise BadInput(what=f"The catalogue {path} cannot be written: {error.strerror}.") from error


def _take_over_mode(old: Path, new: Path) -> None:
    if old.exists():
        shutil.copymode(old, new)
    else:
        new.chmod(0o644)


class _InLine(dict[str, Any]):
    """A small mapping, written in one line."""


class _Row(list[Any]):
    """A list of short texts, written in one line."""


def _in_line(value: Any) -> Any:
    if isinstance(value, dict):
        return _InLine({name: _in_line(one) for name, one in value.items()})
    return _Row(value) if isinstance(value, list) else value


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)  # noqa: FBT003 - lists stand further in than their name


_Dumper.add_representer(
    _InLine, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)
_Dumper.add_representer(
    _Row, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)
