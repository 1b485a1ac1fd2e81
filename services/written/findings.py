"""What can be wrong with what somebody wrote, and where: a line of a file or a cell of a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

from services.domain.errors import BadInput

T = TypeVar("T")

Path = tuple[str | int, ...]
"""Names of fields and places in lists, from the top: ``("personas", 2, "groups", 0)``."""

Locate = Callable[[Path], str]
"""Where something is written: ``personas.yaml:12`` or ``Personas!C5``."""


class Level(StrEnum):
    """How much a finding weighs. What has an error is never put to use."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. ``what`` and ``advice`` are sentences; ``where`` is for people to look at.

    ``about`` is the thing, such as a persona or a rule, with the field, as people call it.
    """

    path: Path
    what: str
    advice: str = ""
    level: Level = Level.ERROR
    where: str = ""
    about: str = ""

    @property
    def is_error(self) -> bool:
        """Whether it must be mended."""
        return self.level is Level.ERROR

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        place = " ".join(part for part in (self.where, f"({self.about})" if self.about else "") if part)
        return " ".join(part for part in (f"{place}:" if place else "", self.what, self.advice) if part)


class FaultyFile(BadInput):
    """{what}"""

    def __init__(self, kind: str, source: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        count = "a fault" if len(findings) == 1 else f"{len(findings)} faults"
        listed = " ".join(finding.sentence for finding in findings)
        super().__init__(what=f"The {kind} {source} has {count}. {listed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Generic[T]):
    """Something as somebody wrote it. ``kind`` says what it is, as "catalogue".

    ``value`` is what can be made out of it, with placeholders for what cannot, so that everything else in it
    can be looked at too; it is the thing itself where there are no ``faults``. ``unsound`` are the places of
    its main entries that have placeholders. ``locate`` says where something is written, and ``name`` what a
    path leads to, as people call it.
    """

    kind: str
    source: str
    value: T
    locate: Locate
    name: Callable[[Path], str]
    faults: tuple[Finding, ...] = ()
    unsound: frozenset[int] = field(default_factory=frozenset)

    def result(self) -> T:
        """The thing itself. Raises FaultyFile with every fault."""
        if self.faults:
            raise FaultyFile(self.kind, self.source, self.faults)
        return self.value

    def located(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings with the places and names that people know."""
        return [
            replace(one, where=one.where or self.locate(one.path), about=one.about or self.name(one.path))
            for one in findings
        ]


def fields_of(path: Iterable[str | int]) -> list[str]:
    """The names of fields in a path, as people read them."""
    return [str(part).replace("_", " ") for part in path if isinstance(part, str)]


def repeated(names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of names that stood before, in any case, and where they stood first."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        first = seen.setdefault(name.casefold(), place)
        if first != place:
            yield place, first


def twice(path: Path, value: str) -> Finding:
    """The finding about a value that is in a list twice."""
    return Finding(path=path, what=f"{value} stands there twice.", advice="Take one away.")
