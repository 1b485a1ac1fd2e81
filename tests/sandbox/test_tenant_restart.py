"""What was answered is kept: through a stop, and through a killed process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.sandbox.company import EMPLOYEE
from services.sandbox.company.groups import group_id
from services.sandbox.state import whole_state
from services.sandbox.store import FILE, SandboxError
from services.sandbox.tenant import Tenant
from tests.clock import FakeClock

ROOT = Path(__file__).parents[2]


def test_a_restart_finds_everything_as_it_was(folder: Path, clock: FakeClock) -> None:
    first = Tenant.open(folder, clock.now)
    before = whole_state(first)
    first.close()
    second = Tenant.open(folder, clock.now)
    assert whole_state(second) == before
    second.close()


def test_the_company_is_the_same_wherever_it_is_founded(founded: Path, tmp_path: Path) -> None:
    one, other = Tenant.open(founded, FakeClock().now), Tenant.open(tmp_path / "new", FakeClock().now)
    assert whole_state(one) == whole_state(other)
    one.close()
    other.close()


def test_two_processes_cannot_hold_one_tenant(tenant: Tenant, folder: Path, clock: FakeClock) -> None:
    with pytest.raises(SandboxError, match="in use by another process"):
        Tenant.open(folder, clock.now)


def test_a_file_that_is_no_tenant_is_named(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(SandboxError, match="is not a sandbox tenant"):
        Tenant.open(tmp_path, clock.now)


class Process:
    """The sandbox as a process of its own, with the shortest wait that shows it is ready."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "services.sandbox", "--port", str(port), "--data", str(folder)]
        self._process = subprocess.Popen(command, cwd=ROOT)
        self.http = httpx.Client(
            base_url=self.base, verify=False
        )  # plain HTTP: spare the reading of certificates
        self._wait()

    def _wait(self) -> None:
        for _try in range(200):
            try:
                self.http.get("/sandbox/faults")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the sandbox did not answer")

    def end(self, how: int) -> int:
        self.http.close()
        os.kill(self._process.pid, how)
        return self._process.wait(timeout=10)

    def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": "Bearer sandbox"}
        return self.http.request(method, f"/v1.0{path}", json=body, headers=headers)


def test_a_killed_process_keeps_what_it_answered(folder: Path) -> None:
    numbers = "/admin/teams/telephoneNumberManagement/numberAssignments"
    group = group_id("Prov_Teams_Phone_Manchester")
    process = Process(folder)
    process.http.post("/sandbox/faults", json={"licence_s": 0, "operation_s": 0}).raise_for_status()
    reference = {"@odata.id": f"{process.base}/v1.0/directoryObjects/{EMPLOYEE.id}"}
    assert process.call("POST", f"/groups/{group}/members/$ref", reference).status_code == 204
    order = {
        "telephoneNumber": "+441614960000",
        "numberType": "directRouting",
        "assignmentTargetId": EMPLOYEE.id,
    }
    reply = process.call("POST", f"{numbers}/assignNumber", order)
    assert reply.status_code == 202
    assert process.end(signal.SIGKILL) == -signal.SIGKILL

    again = Process(folder)
    operation = reply.headers["Location"].partition("/v1.0")[2]
    assert again.call("GET", operation).json()["status"] == "succeeded"
    state = again.http.get("/sandbox/state").json()
    assert EMPLOYEE.id in next(g["members"] for g in state["groups"] if g["id"] == group)
    holders = [n["assignmentTargetId"] for n in state["numbers"] if n["telephoneNumber"] == "+441614960000"]
    assert holders == [EMPLOYEE.id]
    assert [entry["action"] for entry in state["log"]] == ["member.added", "number.assign", "number.assigned"]
    assert again.end(signal.SIGTERM) == 0
