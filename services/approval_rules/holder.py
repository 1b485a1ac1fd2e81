"""The approval rules while the bot runs: a changed file counts at once, a faulty one never."""

from __future__ import annotations

from pathlib import Path

from services.approval_rules.file import read
from services.domain.approval_rule import Rulebook, no_rules
from services.domain.errors import BadInput
from services.written.holder import Held


class Rules(Held[Rulebook]):
    """Holds the rulebook. Without a file there is the built-in rule.

    A file that is faulty, or taken away, while the bot runs leaves the last good rules in force. One that is
    faulty from the start is refused: the built-in rule may be weaker than what the company wants.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises BadInput when it has faults."""
        self._was_there = False
        super().__init__(path, "approvals", self._rules_of, no_rules())
        if self.fault is not None:
            raise self.fault

    def _rules_of(self, path: Path) -> Rulebook:
        if self._was_there and not path.exists():
            raise BadInput(what=f"The approvals file {path} is gone: the rules stay as they were.")
        rules = read(path)
        self._was_there = path.exists()
        return rules
