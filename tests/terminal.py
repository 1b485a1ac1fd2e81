"""A terminal in this process: commands as an admin types them, without starting Python for each."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli
from bot.terminal import console, problems

ROOT = Path(__file__).parent.parent
WIDE = 250


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered; ``out`` and ``problems`` as one line each, ``raw`` with its lines."""

    status: int
    out: str
    problems: str
    raw: str


def typed(*arguments: str, answer: str = "", settings: Mapping[str, str] | None = None) -> Said:
    """`python app.py …` with these settings and none of this machine's own."""
    outside = {name: None for name in os.environ if name.startswith("SWITCHBOARD_")}
    with pytest.MonkeyPatch.context() as wide:
        for shown in (console, problems):
            wide.setattr(shown, "width", WIDE)
        done = CliRunner(env={**outside, **(settings or {})}).invoke(cli, list(arguments), input=answer)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, " ".join(done.stdout.split()), " ".join(done.stderr.split()), done.output)


async def typed_beside(*arguments: str, settings: Mapping[str, str] | None = None) -> Said:
    """The same, while what this process serves goes on answering."""
    return await asyncio.to_thread(typed, *arguments, settings=settings)


def in_a_process(*arguments: str, settings: Mapping[str, str] | None = None) -> Said:
    """The same in a process of its own, for what only that shows: what the logs say meanwhile."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    done = subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**outside, **(settings or {}), "COLUMNS": str(WIDE)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return Said(done.returncode, " ".join(done.stdout.split()), " ".join(done.stderr.split()), done.stdout)
