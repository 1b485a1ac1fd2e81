"""The file of the approval rules: YAML, read strictly."""

from __future__ import annotations

from pathlib import Path

from services.approval_rules.draft import APPROVALS, draft
from services.approval_rules.lint import lint
from services.domain.approval_rule import Rulebook, no_rules
from services.written.book import parse_book, read_text
from services.written.findings import Draft, FaultyFile


def read(path: Path | None) -> Rulebook:
    """The rules of the file; the built-in one where there is no file.

    Raises BadInput for a file that cannot be read, FaultyFile with every error: a rule that is wrong by
    itself would have the wrong people decide, or nobody.
    """
    if path is None or not path.exists():
        return no_rules()
    found = read_draft(path)
    rulebook = found.result()
    errors = [one for one in found.located(lint(rulebook)) if one.is_error]
    if errors:
        raise FaultyFile(APPROVALS, path.name, errors)
    return rulebook


def read_draft(path: Path) -> Draft[Rulebook]:
    """The file with its faults. Raises BadInput, and FaultyFile for what is no YAML."""
    return parse(read_text(path, APPROVALS), path.name)


def parse(text: str, source: str) -> Draft[Rulebook]:
    """The rules that a text describes. Raises FaultyFile for what is no YAML."""
    book = parse_book(text, source, APPROVALS)
    return draft(book.raw, source, book.locate)
