"""A file while the bot runs: what it says now, or said when it was last without fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import structlog

from services.domain.errors import BadInput

T = TypeVar("T")

log = structlog.get_logger()

_Stamp = tuple[int, int, int] | None


class Held(Generic[T]):
    """Holds what a file says and reads it again when it has changed.

    A file with faults, or one that is gone, changes nothing: the last good one stays, ``fault`` says why, and
    the log says it once. Before any good one there is what ``before`` says. ``kind`` names it in the log.
    """

    def __init__(self, path: Path, kind: str, read: Callable[[Path], T], before: T) -> None:
        self.path = path
        self._kind = kind
        self._read_file = read
        self._value = before
        self._seen: _Stamp | str = "never"
        self.fault: BadInput | None = None
        self.current()

    def current(self) -> T:
        """What holds. Costs one look at the file's date; never raises."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            self._read()
        return self._value

    def _read(self) -> None:
        try:
            self._value = self._read_file(self.path)
        except BadInput as error:
            self.fault = error
            log.warning(f"{self._kind}_refused", path=str(self.path), words=error.sentence)
            return
        self.fault = None
        log.info(f"{self._kind}_read", path=str(self.path))

    def _stamp(self) -> _Stamp:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
