"""The catalogue's file: YAML, read strictly and written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from services.catalogue.draft import draft
from services.catalogue.findings import Draft, FaultyCatalogue, Finding
from services.catalogue.findings import Path as Spot
from services.catalogue.mapping import to_raw
from services.domain.errors import BadInput
from services.domain.persona import Catalogue

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Base: every scalar stays text. The one in C is ten times as fast, and the bot reads while it serves."""

HEADER = """\
# The catalogue of personas: what each kind of user gets. docs/personas.md explains every field.
# `python app.py personas check` says what is wrong with it.
"""


def read(path: Path, locations: Iterable[str]) -> Catalogue:
    """Read the catalogue. Raises BadInput for no readable file, FaultyCatalogue with every fault."""
    return read_draft(path, locations).result()


def read_draft(path: Path, locations: Iterable[str]) -> Draft:
    """Read the catalogue with its faults. Raises BadInput, and FaultyCatalogue for what is no YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(what=f"The catalogue {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(what=f"The catalogue {path} cannot be read: it is no text in UTF-8.") from error
    return parse(text, path.name, locations)


def parse(text: str, source: str, locations: Iterable[str]) -> Draft:
    """The catalogue that a text describes. Raises FaultyCatalogue for what is no YAML."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
        book = _Book(source)
        raw = book.plain(root, ()) if root is not None else {}
    except yaml.YAMLError as error:
        raise FaultyCatalogue(source, [_no_yaml(error, source)]) from error
    except RecursionError as error:
        raise BadInput(what=f"The catalogue {source} cannot be read: it is nested too deeply.") from error
    if book.twice:
        raise FaultyCatalogue(source, book.twice)
    return draft(raw, source, book.locate, locations)


class _Book:
    """Plain values out of YAML's nodes, with the line that each stands on."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines: dict[Spot, int] = {}
        self.twice: list[Finding] = []

    def locate(self, path: Spot) -> str:
        """The line of the path, or of the nearest thing around it."""
        while path and path not in self._lines:
            path = path[:-1]
        return f"{self._source}:{self._lines.get(path, 1)}"

    def plain(self, node: Node, path: Spot) -> Any:
        """The value of a node: text, list or mapping."""
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, SequenceNode):
            return [self.plain(one, (*path, place)) for place, one in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        return node.value

    def _mapping(self, node: MappingNode, path: Spot) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "(no name)"
            here = (*path, name)
            if name in fields:
                self.twice.append(_twice(name, here, f"{self._source}:{key.start_mark.line + 1}"))
            self._lines[here] = key.start_mark.line + 1
            fields[name] = self.plain(value, here)
        return fields


def _twice(name: str, path: Spot, where: str) -> Finding:
    return Finding(path=path, where=where, what=f"{name} stands there twice.", advice="Take one away.")


def _no_yaml(error: yaml.YAMLError, source: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error)
    return Finding(
        path=(),
        where=source if mark is None else f"{source}:{mark.line + 1}",
        what=f"This is not valid YAML: {words}.",
    )


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
