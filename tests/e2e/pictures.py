"""Take the pictures of the running client anew. Usage: python -m tests.e2e.pictures docs/pictures

Desktop and phone width, of the whole main job; the README shows some of them.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.windows import Sandbox, browsing, choose, fill_in, open_window, press, say, sees, why_not

PHONE = (430, 932)


def picture(page: Page, folder: Path, name: str) -> None:
    page.mouse.move(0, 0)
    page.screenshot(path=folder / f"{name}.png")


def main(folder: Path) -> None:
    if why_not():
        sys.exit(f"There is {why_not()}.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, browsing() as browser:
        sandbox = Sandbox(Path(data) / "data")
        sandbox.start()
        christie = open_window(browser, sandbox.addresses[0], height=1000)
        megan = open_window(browser, sandbox.addresses[1], height=1000)
        for page in (christie, megan):
            page.get_by_role("button", name="Hide log panel").click()
        picture(christie, folder, "welcome")
        say(christie, "request a number")
        sees(christie, "Next available number")
        fill_in(christie, "Suppliers call me about deliveries")
        picture(christie, folder, "form")
        press(christie, "Submit")
        sees(megan, "It waits for your decision.")
        picture(megan, folder, "approval")
        press(megan, "Approve")
        sees(christie, "Provisioning")
        picture(christie, folder, "provisioning")
        sees(christie, "You can dial now")
        picture(christie, folder, "main-job")
        sees(megan, "can dial now")
        megan.set_viewport_size({"width": 1280, "height": 1300})
        press(megan, "History")
        sees(megan, "How long approvals took")
        megan.wait_for_timeout(600)
        picture(megan, folder, "history")
        phone = open_window(browser, sandbox.addresses[0], width=PHONE[0], height=PHONE[1])
        phone.get_by_role("button", name="Hide log panel").click()
        sees(phone, "You can dial now")
        picture(phone, folder, "phone")
        for words, shown, name in (
            ("my phone", "Teams Phone", "my-phone"),
            ("my requests", "SB-000001", "my-requests"),
            ("approval settings", "One message a day", "approval-settings"),
            ("for somebody else", "Ask for somebody else", "for-somebody-else"),
            ("relase my numbr", "Did you mean", "near-miss"),
            ("help", "What you can type", "help"),
        ):
            say(christie, words)
            sees(christie, shown)
            christie.wait_for_timeout(600)
            picture(christie, folder, name)
        say(christie, "change persona")
        sees(christie, "Why do you need it?")
        fill_in(christie, "I move to the HR team", "Why do you need it?")
        choose(christie, "Persona", "Manchester HR")
        press(christie, "Show what changes")
        sees(christie, "What happens when you submit")
        christie.set_viewport_size({"width": 1280, "height": 1300})
        christie.wait_for_timeout(600)
        picture(christie, folder, "persona")
        sandbox.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
