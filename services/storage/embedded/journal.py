"""The journal: what was committed since the snapshot, in segments, one line for each group of commits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.storage.embedded.appender import Appender
from services.storage.embedded.files import Opener, sync_folder
from services.storage.embedded.lines import Change, Line, encode, read

_NAME = re.compile(r"journal-(\d{8})\.log")


def segments(folder: Path) -> dict[int, Path]:
    """The journal's segments by number, ascending."""
    found = {int(match[1]): path for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))}
    return dict(sorted(found.items()))


def replay(paths: Iterable[Path], first_number: int) -> Iterator[tuple[Path, Line]]:
    """Every line of the segments in order. Only the last line of the last one with any may be torn.

    Raises StoreDamaged.
    """
    ordered = [path for path in paths if path.stat().st_size]
    for path in ordered:
        for line in read(path, first_number, may_be_torn=path == ordered[-1]):
            first_number = line.number + 1
            yield path, line


class Journal:
    """The segment that is written now. ``number`` is the one of the last durable line.

    Its methods block and are called from one worker thread at a time.
    """

    def __init__(self, folder: Path, segment: int, size: int, number: int, opener: Opener) -> None:
        self._folder = folder
        self._opener = opener
        self.segment = segment
        self.number = number
        self._file = self._open(segment, size)
        self._file.cut()

    @property
    def size(self) -> int:
        """Bytes in the segment that is written now."""
        return self._file.size

    def append(self, changes: Iterable[Change]) -> None:
        """Write one line and make it durable. Raises OSError; then the journal is as before."""
        self._file.append(encode(self.number + 1, changes))
        self.number += 1

    def rotate(self) -> None:
        """Go on in a new segment. Raises OSError; then the old one goes on."""
        fresh = self._open(self.segment + 1, 0)
        self._file.close()
        self._file = fresh
        self.segment += 1

    def forget_before(self, segment: int) -> None:
        """Delete the segments before the one of that number. Raises OSError."""
        for number, path in segments(self._folder).items():
            if number < segment:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _open(self, segment: int, size: int) -> Appender:
        file = Appender(self._folder / f"journal-{segment:08}.log", size, self._opener)
        sync_folder(self._folder)
        return file
