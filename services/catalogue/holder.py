"""The catalogue while the bot runs: what the file says now, or said when it was last without fault."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import structlog

from services.catalogue.file import read
from services.domain.errors import BadInput
from services.domain.persona import Catalogue, no_personas

log = structlog.get_logger()

_Stamp = tuple[int, int, int] | None


class Personas:
    """Holds the catalogue and reads the file again when it has changed.

    A file with faults, or one that is gone, changes nothing: the last good catalogue stays, ``fault`` says
    why, and the log says it once. Before any good one there is an empty catalogue.
    """

    def __init__(self, path: Path, locations: Iterable[str]) -> None:
        self.path = path
        self._locations = tuple(locations)
        self._catalogue = no_personas()
        self._seen: _Stamp | str = "never"
        self.fault: BadInput | None = None
        self.current()

    def current(self) -> Catalogue:
        """The catalogue. Costs one look at the file's date; never raises."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self._read()
        return self._catalogue

    def _read(self) -> None:
        try:
            self._catalogue = read(self.path, self._locations)
        except BadInput as error:
            self.fault = error
            log.warning("catalogue_refused", path=str(self.path), words=error.sentence)
            return
        self.fault = None
        log.info("catalogue_read", path=str(self.path), version=self._catalogue.version)

    def _stamp(self) -> _Stamp:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
