"""Ids by which a roll-out that is started again finds what it did already."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from services.domain.persona import Persona
from services.rollout.people_file import Row

_SPACE = uuid5(NAMESPACE_URL, "switchboard:roll-out")


def rollout_id(persona: Persona, rows: Sequence[Row], turn: int) -> str:
    """The id of the roll-out of a persona to these people: the same again when it is started again."""
    keys = sorted({row.key.casefold() for row in rows})
    return str(uuid5(_SPACE, "\n".join((persona.key, str(turn), *keys))))


def request_id(rollout: str, person_id: str) -> str:
    """The id of the request that a roll-out makes for a person: there can only be one."""
    return str(uuid5(_SPACE, f"{rollout}\n{person_id}"))


def ended_mark(rollout: str) -> str:
    """The mark of a roll-out that is over: the same file begins a new one."""
    return f"roll-out {rollout} ended"
