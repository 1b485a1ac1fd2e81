"""What every command shares: how it says things, and how it says what went wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from services import logs
from services.domain.errors import SwitchboardError
from services.settings import Settings, read_settings

T = TypeVar("T")

console = Console()
problems = Console(stderr=True)


def settings_with(**given: object) -> Settings:
    """The settings, with those of the command line above the environment's."""
    with sentences():
        return read_settings({name: value for name, value in given.items() if value is not None})


def run_work(work: Coroutine[Any, Any, T], level: int = logging.INFO) -> T:
    """Do the work of a command and give its result."""
    logs.configure(level)
    with sentences():
        return asyncio.run(work)


@contextmanager
def sentences() -> Iterator[None]:
    """Say what went wrong in one sentence, and end with status 1."""
    try:
        yield
    except SwitchboardError as error:
        problems.print(error.sentence, style="bold red", markup=False)
        raise typer.Exit(1) from error


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for each thing that is being done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as progress:

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
            progress.update(tasks[what], completed=done, total=total)

        yield report


def plain(text: str, style: str = "") -> Text:
    """Text of somebody else's for the terminal: no markup in it counts, and no control character."""
    return Text("".join(c if c.isprintable() else " " for c in text), style=style)
