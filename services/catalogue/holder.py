"""The catalogue while the bot runs: what the file says now, or said when it was last without fault."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from services.catalogue.draft import CATALOGUE
from services.catalogue.file import read
from services.domain.persona import Catalogue, no_personas
from services.written.holder import Held


class Personas(Held[Catalogue]):
    """Holds the catalogue; before any good one it is empty."""

    def __init__(self, path: Path, locations: Iterable[str]) -> None:
        names = tuple(locations)
        super().__init__(path, CATALOGUE, lambda path: read(path, names), no_personas())
