"""Everything that is wrong with a draft, at once: its faults, its lint, and what the tenant says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.catalogue.against import Groups, Policies, against
from services.catalogue.lint import lint
from services.domain.approval_rule import Rulebook
from services.domain.number import NumberType
from services.domain.persona import Catalogue
from services.written.findings import Draft, FaultyFile, Finding


@dataclass(frozen=True, slots=True)
class Microsoft365:
    """The tenant, as far as a catalogue is held against it."""

    directory: Groups
    telephony: Policies


async def review(
    draft: Draft[Catalogue],
    offers: Mapping[str, Collection[NumberType]],
    rulebook: Rulebook,
    tenant: Microsoft365 | None,
) -> list[Finding]:
    """Every finding, faults first. Without a tenant nothing is asked. Raises TenantBusy, NotPermitted."""
    found = lint(draft.value, unsound=draft.unsound, offers=offers, rulebook=rulebook)
    if tenant is not None:
        found += await against(draft.value, tenant.directory, tenant.telephony, unsound=draft.unsound)
    return [*draft.faults, *draft.located(found)]


def importable(draft: Draft[Catalogue], findings: list[Finding]) -> Catalogue:
    """The catalogue of a draft without errors. Raises FaultyFile with all of them."""
    errors = [finding for finding in findings if finding.is_error]
    if errors:
        raise FaultyFile(draft.kind, draft.source, errors)
    return draft.result()
