"""Disks in bad weather, for the embedded records: real files, with faults that tests switch on."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

from services.storage.embedded.files import DiskFile


class Disk:
    """Opens files whose writes can be held up or fail.

    ``full`` lets half of the bytes through and then fails as a full disk does; ``broken`` writes everything
    and then fails to make it durable; ``stuck`` does not even let the file be shortened.
    """

    def __init__(self) -> None:
        self.full = False
        self.broken = False
        self.stuck = False
        self.appends = 0
        self.reached = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, path: Path) -> WeatheredFile:
        return WeatheredFile(path, self)

    def hold(self) -> None:
        """Let the next write wait until ``gate`` is set."""
        self.reached.clear()
        self.gate.clear()


class WeatheredFile(DiskFile):
    def __init__(self, path: Path, disk: Disk) -> None:
        super().__init__(path)
        self._path = path
        self._disk = disk

    def append(self, data: bytes) -> None:
        disk = self._disk
        disk.reached.set()
        assert disk.gate.wait(timeout=30)
        disk.appends += 1
        if disk.full:
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
