"""What can be wrong with a catalogue, and where: a line of the file or a cell of the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from services.domain.errors import BadInput
from services.domain.persona import Catalogue

Path = tuple[str | int, ...]
"""Names of fields and places in lists, from the top of the catalogue: ``("personas", 2, "groups", 0)``."""

Locate = Callable[[Path], str]
"""Where something of the catalogue is written: ``personas.yaml:12`` or ``Personas!C5``."""


class Level(StrEnum):
    """How much a finding weighs. What has an error is never imported."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. ``what`` and ``advice`` are sentences; ``where`` is for people to look at.

    ``about`` is the persona or dial plan, with the field, as people call it.
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


class FaultyCatalogue(BadInput):
    """{what}"""

    def __init__(self, source: str, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        count = "a fault" if len(findings) == 1 else f"{len(findings)} faults"
        listed = " ".join(finding.sentence for finding in findings)
        super().__init__(what=f"The catalogue {source} has {count}. {listed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A catalogue as somebody wrote it.

    ``catalogue`` is what can be made out of it, with placeholders for what cannot, so that everything else in
    it can be looked at too; it is the catalogue where there are no ``faults``. ``unsound`` are the places of
    the personas that have placeholders. ``locate`` says where something is written.
    """

    source: str
    catalogue: Catalogue
    locate: Locate
    faults: tuple[Finding, ...] = ()
    unsound: frozenset[int] = field(default_factory=frozenset)

    def result(self) -> Catalogue:
        """The catalogue. Raises FaultyCatalogue with every fault."""
        if self.faults:
            raise FaultyCatalogue(self.source, self.faults)
        return self.catalogue

    def located(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings with the places and names that people know."""
        return [
            replace(one, where=one.where or self.locate(one.path), about=one.about or self.about(one.path))
            for one in findings
        ]

    def about(self, path: Path) -> str:
        """What a path leads to, as people call it: ``Manchester Calling, groups``."""
        return about(path, tuple(persona.name for persona in self.catalogue.personas))


def about(path: Path, names: Sequence[str]) -> str:
    """What a path leads to, with the names of the personas in their order."""
    match path:
        case ("personas", int(place), *rest) if place < len(names):
            return ", ".join([names[place], *_fields(rest)])
        case ("dial_plans", str(plan), int(place), *rest):
            return ", ".join([plan, f"rule {place + 1}", *_fields(rest)])
        case ("dial_plans", *rest):
            return ", ".join(_fields(rest))
        case _:
            return ", ".join(_fields(path))


def _fields(path: Iterable[str | int]) -> list[str]:
    return [str(part).replace("_", " ") for part in path if isinstance(part, str)]
