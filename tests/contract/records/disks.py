"""Disks in bad weather, for the embedded records: real files, with faults that tests switch on."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from pathlib import Path

from services.storage.embedded.files import DiskFile


class Disk:
    """Opens files whose writes can be held up or fail.

    ``full`` lets half of the bytes through and then fails as a full disk does; ``broken`` writes everything
    and then fails to make it durable; ``stuck`` does not even let the file be shortened. ``where`` is how the
    names of the files begin that a full disk is full for.
    """

    def __init__(self) -> None:
        self.full = False
        self.broken = False
        self.stuck = False
        self.where = ""
        self.appends = 0
        self.writing = Gate()
        self.opening = Gate()

    def __call__(self, path: Path) -> WeatheredFile:
        self.opening.pass_through()
        return WeatheredFile(path, self)


class Gate:
    """Where a worker thread can be held up."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._open = threading.Event()
        self._open.set()

    def shut(self) -> None:
        """Let the next one wait."""
        self._reached.clear()
        self._open.clear()

    def open(self) -> None:
        """Let everyone through."""
        self._open.set()

    def pass_through(self) -> None:
        self._reached.set()
        assert self._open.wait(timeout=30)

    async def reached(self) -> None:
        """Return when somebody stands before the gate."""
        assert await asyncio.to_thread(self._reached.wait, 30)


class WeatheredFile(DiskFile):
    def __init__(self, path: Path, disk: Disk) -> None:
        super().__init__(path)
        self._path = path
        self._disk = disk

    def append(self, data: bytes) -> None:
        disk = self._disk
        disk.writing.pass_through()
        disk.appends += 1
        if disk.full and self._path.name.startswith(disk.where):
            with self._path.open("ab") as file:
                file.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().append(data)
        if disk.broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def shorten(self, size: int) -> None:
        if self._disk.stuck:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().shorten(size)
