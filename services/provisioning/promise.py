"""What must hold at the end of a change of persona, as the plan carries it to its last step."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Ids of the groups to be in and of those left, the ways to each licence, policies by type."""

    groups: tuple[str, ...]
    left: tuple[str, ...]
    licences: tuple[str, ...]
    policies: dict[str, str]

    def as_text(self) -> str:
        """As the target of a step."""
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def of_text(cls, text: str) -> Promise:
        """Back from the target of a step."""
        return _ADAPTER.validate_json(text)


_ADAPTER = TypeAdapter(Promise)
