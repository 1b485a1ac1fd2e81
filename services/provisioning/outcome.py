"""How one look at a step ends."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.step import StepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """It is so now. ``changed`` is whether Switchboard made it so."""

    status: StepStatus = StepStatus.DONE
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """It will be so later. ``at_least`` is how many seconds the tenant asked for.

    By itself, or else only once people have done ``what_to_do``: the card must not tell them to lean back.
    """

    why: str
    what_to_do: str = ""
    at_least: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Trying again changes nothing until somebody acts. ``is_quoted`` when ``words`` are the tenant's own.

    ``is_blocked`` when somebody has to let Switchboard through, rather than something being wrong.
    """

    words: str
    what_to_do: str
    is_blocked: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The number cannot be had; another one may. ``is_quoted`` when ``words`` are the tenant's own.

    ``is_had`` when that is because somebody has it.
    """

    words: str
    is_quoted: bool = False
    is_had: bool = False


Outcome = Done | Waiting | Stuck | Taken
