"""Appending to a file in such a way that a failure leaves no trace."""

from __future__ import annotations

import contextlib
from pathlib import Path

from services.storage.embedded.files import Opener


class Appender:
    """Appends whole pieces; ``size`` counts the durable bytes.

    After a failed append the file is cut back to what was durable, at once or, if the disk refuses that too,
    before the next append.
    """

    def __init__(self, path: Path, size: int, opener: Opener) -> None:
        self.path = path
        self.size = size
        self._file = opener(path)
        self._doubtful = False

    def append(self, data: bytes) -> None:
        """Write the data and make it durable. Raises OSError; then nothing was appended."""
        self._mend()
        try:
            self._file.append(data)
        except OSError:
            self._doubtful = True
            with contextlib.suppress(OSError):
                self._mend()
            raise
        self.size += len(data)

    def cut(self) -> None:
        """Take away what stands behind the durable bytes, such as a line that was not finished."""
        self._file.shorten(self.size)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _mend(self) -> None:
        if self._doubtful:
            self._file.shorten(self.size)
            self._doubtful = False
