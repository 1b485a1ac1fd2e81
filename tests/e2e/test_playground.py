"""The main job as a newcomer does it: two windows of the Agents Playground in a real browser."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.windows import Sandbox, browsing, fill_in, open_window, press, sees, why_not

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.xdist_group("browser"),
]


def tenant(sandbox: Sandbox, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
        f"http://127.0.0.1:{sandbox.tenant_port}{path}", data=data, timeout=10
    ) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


def test_two_clicks_and_a_word_one_click_and_a_restart_lead_to_a_number(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "data")
    sandbox.start()
    with browsing() as browser:
        christie = open_window(browser, sandbox.addresses[0])
        megan = open_window(browser, sandbox.addresses[1])
        press(christie, "Request a number")
        sees(christie, "Next available number")
        fill_in(christie, "Suppliers")
        press(christie, "Submit")
        sees(christie, "Number request SB-000001")

        tenant(sandbox, "/sandbox/faults", {"licence_s": 12})
        sees(megan, "It waits for your decision.")
        press(megan, "Approve")
        sees(christie, "Provisioning")
        sees(christie, "Waiting")

        sandbox.stop()
        sandbox.start()
        christie = open_window(browser, sandbox.addresses[0])
        megan = open_window(browser, sandbox.addresses[1])
        sees(christie, "You can dial now")
        sees(megan, "Completed")
    owner = [
        n for n in tenant(sandbox, "/sandbox/state")["numbers"] if n["telephoneNumber"] == "+441614960000"
    ]
    assert owner[0]["assignmentStatus"] == "userAssigned"
    sandbox.stop()
