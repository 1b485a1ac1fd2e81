"""Files as the records need them: bytes are there when a call returns, or the call fails."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class AppendFile(Protocol):
    """A file that only grows at its end. Every method raises OSError."""

    def append(self, data: bytes) -> None:
        """Write all of the data at the end and make it durable."""
        ...

    def shorten(self, size: int) -> None:
        """Cut the file to ``size`` bytes and make that durable."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


Opener = Callable[[Path], AppendFile]
"""Opens a file to append to, making it when it is not there."""


class DiskFile:
    """A file of this machine's file system."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def append(self, data: bytes) -> None:
        """Write all of the data at the end and make it durable."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        os.fsync(self._file.fileno())

    def shorten(self, size: int) -> None:
        """Cut the file to ``size`` bytes and make that durable."""
        os.ftruncate(self._file.fileno(), size)
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def sync_folder(folder: Path) -> None:
    """Make durable which files are in the folder. Systems that cannot open a folder need not."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def words_of(error: OSError) -> str:
    """What the system says about a failure, for people."""
    return (error.strerror or str(error)).lower()
