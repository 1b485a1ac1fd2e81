"""Who may import what, where import-linter has no word for it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "dialogs", "cards", "services")

ONLY_IN = {
    "botbuilder": "bot/",
    "botframework": "bot/",
    "msrest": "bot/",
    "adaptivecards": "cards/elements.py",
    "msgraph": "services/graph/",
    "msgraph_core": "services/graph/",
    "kiota_abstractions": "services/graph/",
    "azure": "services/graph/",
    "dbos": "services/provisioning/durable.py",
    "tinydb": "services/storage/",
    "openpyxl": "services/catalogue/workbook",
    "holidays": "services/approval_rules/calendar.py",
    "pygal": "services/approval_picture.py",
    "pydantic_settings": "services/settings.py",
}
"""Each vendor's package lives in one room, so that swapping it touches one room."""


def product_files() -> Iterator[Path]:
    yield ROOT / "app.py"
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> set[str]:
    """Top-level names of everything that the file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize(("package", "home"), ONLY_IN.items())
def test_each_vendor_lives_in_one_room(package: str, home: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        if any(name.split(".")[0] == package for name in imports_of(path))
    }
    assert users, f"nobody imports {package}: take it out of the table"
    assert {user for user in users if not user.startswith(home)} == set()


def test_the_domain_imports_the_standard_library_and_itself() -> None:
    allowed = set(sys.stdlib_module_names)
    for path in (ROOT / "services" / "domain").glob("*.py"):
        foreign = {
            name
            for name in imports_of(path)
            if name.split(".")[0] not in allowed and not name.startswith("services.domain")
        }
        assert not foreign, f"{path.name} imports {foreign}"


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers <= {"services/settings.py"}


def test_only_the_clock_asks_the_system_for_the_time() -> None:
    askers = {
        path.relative_to(ROOT).as_posix()
        for path in product_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func) in {"datetime.now", "datetime.utcnow", "time.time", "date.today"}
    }
    composed = {"bot/local.py", "services/sandbox/__main__.py"}  # they hand the system's time to the tenant
    assert askers <= {"services/clock.py"} | composed
