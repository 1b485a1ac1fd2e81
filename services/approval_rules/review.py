"""Everything that is wrong with an approvals file, at once: faults, lint, and what the tenant says."""

from __future__ import annotations

from services.approval_rules.against import Directory, against
from services.approval_rules.lint import lint
from services.domain.approval_rule import Rulebook
from services.written.findings import Draft, Finding


async def review(draft: Draft[Rulebook], directory: Directory | None) -> list[Finding]:
    """Every finding, faults first. Without a directory nothing is asked. Raises TenantBusy, NotPermitted."""
    found = lint(draft.value, unsound=draft.unsound)
    if directory is not None:
        found += await against(draft.value, directory, unsound=draft.unsound)
    return [*draft.faults, *draft.located(found)]
