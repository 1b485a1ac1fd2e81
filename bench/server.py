"""Starts a server to measure: a process of its own, on a core of its own where the system can do that."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO

ROOT = Path(__file__).parent.parent


def pin(core: int, pid: int = 0) -> bool:
    """Keep a process (0: this one) on one core; return whether the system can."""
    if not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) < 2:
        return False
    os.sched_setaffinity(pid, {core})
    return True


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process in megabytes."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout) / 1024


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; 0 where the system has no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`python SCRIPT PORT [ARGS]` as a context manager; ready when the port answers."""

    def __init__(
        self, script: str, *arguments: str, core: int | None = None, environment: dict[str, str] | None = None
    ) -> None:
        self.port = free_port()
        self._core = core
        self._command = [sys.executable, str(ROOT / script), str(self.port), *arguments]
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        # Its log is written, for that is part of the cost, but not over the figures.
        self._said = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self._command, env=self._environment, cwd=ROOT, stdout=self._said, stderr=subprocess.STDOUT
        )
        if self._core is not None:
            pin(self._core, self._process.pid)
        self._wait_until_ready(self._process)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._said is not None:
            self._said.close()

    def rss_mb(self) -> float:
        """Return the resident memory of the process in megabytes."""
        assert self._process is not None
        return rss_mb(self._process.pid)

    def cpu_seconds(self) -> float:
        """Return the processor time that the process has used, which a busy machine does not distort."""
        assert self._process is not None
        return cpu_seconds(self._process.pid)

    def quiet(self, within: float = 30.0) -> None:
        """Return when the process has nothing left to do: no measurement pays for another."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            before = self.cpu_seconds()
            time.sleep(0.5)
            if self.cpu_seconds() - before < 0.05:
                return

    def _words(self) -> str:
        """What it said last."""
        assert self._said is not None
        self._said.seek(0)
        return self._said.read()[-2000:].decode(errors="replace")

    def _wait_until_ready(self, process: subprocess.Popen[bytes], within: float = 30.0) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(
                    f"{self._command[1]} ended with {process.returncode} before it was ready: {self._words()}"
                )
            with socket.socket() as probe:
                probe.settimeout(0.5)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError(f"{self._command[1]} was not ready within {within:.0f} s.")
