"""The sandbox as a newcomer runs it, seen through a real browser."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from services.sandbox.windows import installed

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY_SECONDS = 60
ANSWER_MS = 30_000


def why_not() -> str:
    """Why no browser story can be told on this machine, or nothing."""
    if not CHROMIUM:
        return "no Chromium on this machine"
    return "" if installed() else "the Agents Playground is not installed: run `make client`"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Sandbox:
    """`python app.py sandbox` in a process of its own. ``addresses`` are those of the windows, in order."""

    def __init__(self, data: Path) -> None:
        self.tenant_port = free_port()
        self._command = [sys.executable, "app.py", "sandbox", "--port", str(free_port())]
        self._command += ["--tenant-port", str(self.tenant_port), "--data", str(data)]
        self._output = data.parent / "output.txt"
        self.addresses: list[str] = []

    def start(self) -> None:
        """Start, and wait until the addresses are printed."""
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            text = self._output.read_text(encoding="utf-8", errors="replace")
            if "Ctrl-C" in text:
                self.addresses = re.findall(r"http://127\.0\.0\.1:\d+(?= )", text)
                return
            assert self._process.poll() is None, text
            time.sleep(0.1)
        raise AssertionError(self._output.read_text(encoding="utf-8", errors="replace"))

    def stop(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(20) == 0


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_window(browser: Browser, address: str, *, width: int = 1280, height: int = 900) -> Page:
    """Open somebody's window and wait for the welcome."""
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(ANSWER_MS)
    expect.set_options(timeout=ANSWER_MS)
    page.goto(address)
    expect(page.get_by_text("Welcome to Switchboard").first).to_be_visible()
    return page


def say(page: Page, words: str) -> None:
    """Type and send."""
    box = page.locator("[role=textbox][contenteditable=true]").first
    box.click()
    box.type(words)
    page.keyboard.press("Enter")


def fill_in(page: Page, purpose: str, label: str = "What is the number for?") -> None:
    """The one word that a form needs."""
    page.get_by_label(label).last.fill(purpose)


def choose(page: Page, label: str, choice: str) -> None:
    """Search in a list and take what is found."""
    box = page.get_by_label(label).last
    box.click()
    box.type(choice)
    page.get_by_role("option", name=choice).first.click()


def press(page: Page, title: str) -> None:
    """Press the newest button of that name."""
    page.get_by_role("button", name=title, exact=True).last.click()


def sees(page: Page, words: str) -> None:
    """Wait for words in the chat."""
    expect(page.get_by_text(words).last).to_be_visible()
